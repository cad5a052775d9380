"""Tests of single modules; no other process, no clock."""
