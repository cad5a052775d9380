"""One suite for each port, for the fake and for the real thing alike."""
