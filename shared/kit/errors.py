"""Failures that are instructions to whoever catches them.

Unavailable   something this process depends on is away: pause, try the same thing again
Fenced        another process has taken over: forget what is in memory, read the stored positions
Everything else is a bug or a broken deployment: the process stops and is started again.
"""


class Unavailable(ConnectionError):  # noqa: N818 - named for what to do
    """A dependency cannot be reached or cannot take more work now; nothing was changed."""


class Fenced(Exception):  # noqa: N818 - named for what to do
    """The stored position is not the one expected: somebody else moved on, nothing was written."""
