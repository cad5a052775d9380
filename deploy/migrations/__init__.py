"""How the database gets its shape: one history of revisions, a schema for each service."""
