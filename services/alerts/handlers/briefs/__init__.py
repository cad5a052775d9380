"""Situation briefs: when they are due, how they are made, and what people do with them."""
