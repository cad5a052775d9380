"""Accounts of energy and carbon: what one subject used and emitted in one period, line by line."""
