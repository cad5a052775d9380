"""Silence, quality, gaps between sources, and the policy they go by."""
