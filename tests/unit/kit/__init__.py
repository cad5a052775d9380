"""The kit on its own, with nothing around it."""
