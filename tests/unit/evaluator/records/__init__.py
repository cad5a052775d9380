"""Tests of records by themselves."""
