"""Bodies of requests as columns: JSON, NDJSON and CSV."""
