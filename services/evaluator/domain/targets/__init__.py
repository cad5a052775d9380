"""Targets: how they divide, when they are in force, and what they ask for by a period's end."""
