"""When commits were made, for whoever must tell what else was known by then."""

from typing import Protocol


class CommitTimes(Protocol):
    """Instants of commits."""

    async def passed_at(self, commit: int) -> int | None:
        """The instant (µs) of the commit, or of the last one before it; None while it is the newest
        one or none is known: until another is made, what is in use now still belongs to it.

        Raises Unavailable.
        """


class CommitInstants(Protocol):
    """Instants of commits, the newest one included."""

    async def made_at(self, commit: int) -> int | None:
        """The instant (µs) of the commit, or of the last one before it; None if there is none.

        Every later answer for that number is the same. Raises Unavailable.
        """
