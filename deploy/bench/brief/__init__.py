"""The bench of briefs: one for the made-up province, over HTTP, as a person would ask for it."""
