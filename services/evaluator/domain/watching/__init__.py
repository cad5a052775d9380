"""Whether data and outlooks are as they should be: silence, quality, gaps between two sources."""
