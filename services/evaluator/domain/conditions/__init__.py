"""Conditions that people are told of: what was seen, what had been told, and what to tell now."""
