"""Rules tried on the past."""
