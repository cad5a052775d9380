"""Judges the past by another rule and by the one in force, and tells what differs."""
