"""Lines of the journal, which is only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class About(StrEnum):
    """What an entry of the journal belongs to."""

    WARNING = "warning"
    STEP = "step"
    """A step of the response ladder."""
    CONSULTATION = "consultation"
    GATE = "gate"
    SILENCE = "silence"
    NOTICE = "notice"
    BRIEF = "brief"
    """A situation brief, or a sheet of errata about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry to add: `key` is the id of what it belongs to, `position` its place there, from 1.

    `data` is a JSON object with at least `type` (about.kind), `subject`, `regions`, `measure`,
    `rule`, `level`, `level_before` and `about` (a code; may be empty): filters and access look at
    these. What has no level says `none`, what has no subject gives an empty one.
    """

    about: About
    key: UUID
    position: int
    kind: str
    at: datetime
    data: str
