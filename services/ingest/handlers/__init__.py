"""The order of events: what happens to an import, to a key, to a request of readings."""
