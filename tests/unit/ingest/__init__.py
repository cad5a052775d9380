"""Tests of what ingest decides."""
