"""Messages: sending with acknowledgement, receiving exactly once in effect, dead letters."""
