"""Profiles: what the plan of a place asks for, as data, and what makes a system of that place."""
