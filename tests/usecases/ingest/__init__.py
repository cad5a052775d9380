"""Tests of ingest's handlers on fakes."""
