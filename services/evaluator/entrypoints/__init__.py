"""The doors: topics and HTTP routes."""
