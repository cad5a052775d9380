"""The order of events: gather, calculate, apply."""
