"""The embedded parts and their supervisor, as far as they can be judged without real servers."""
