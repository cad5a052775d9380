"""The outside world: PostgreSQL, webhooks over HTTP, the feed of new entries."""
