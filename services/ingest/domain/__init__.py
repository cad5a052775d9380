"""What ingest decides: pure functions over columns and frozen records."""
