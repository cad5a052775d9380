"""Official statistics: what was stated for whom and when, and the arithmetic of briefs with it."""
