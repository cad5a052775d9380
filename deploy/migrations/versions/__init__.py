"""The revisions in order: each file says what it adds and which one it follows."""
