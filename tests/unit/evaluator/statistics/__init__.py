"""Tests of statements, growth formulas and indicators."""
