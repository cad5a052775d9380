"""For whom and for which time a rule is tried, and how much of it is answered at once."""

from dataclasses import dataclass


class TooMuchError(ValueError):
    """The answer would take too long; the text says what to ask for instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hours `[first_hour, end_hour)` (UTC, since 1970); empty names: anybody's.

    after: the key of the last one of the page before; limit: so many are tried at once.
    """

    first_hour: int
    end_hour: int
    subject: str = ""
    budget: str = ""
    after: str = ""
    limit: int = 100
