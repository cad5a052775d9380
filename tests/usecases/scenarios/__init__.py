"""Scenarios of warnings: from readings and people's acts to who is told what, and when."""
