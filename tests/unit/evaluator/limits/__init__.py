"""Tests of unit-product limits and of ranking."""
