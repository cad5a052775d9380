"""Tests of situations: what the evaluator tells a brief of a region and period."""
