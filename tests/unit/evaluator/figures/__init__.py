"""Tests of figures: their names and how they are shown."""
