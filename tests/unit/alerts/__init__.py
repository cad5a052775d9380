"""The alerts domain: tables of cases and laws, nothing else running."""
