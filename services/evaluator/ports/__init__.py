"""What the handlers need of the world outside, in their own words."""
