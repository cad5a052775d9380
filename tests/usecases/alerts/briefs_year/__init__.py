"""A year of demonstration data becomes four briefs of every region, all by itself."""
