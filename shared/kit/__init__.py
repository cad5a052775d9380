"""Plumbing a bakery could use: it knows no word of energy, carbon or warnings."""
