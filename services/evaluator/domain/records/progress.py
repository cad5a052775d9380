"""A progress report (进展报告): how far a task had come on a day, as somebody tells it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Reported(StrEnum):
    """What a report says of the task."""

    STARTED = "started"
    BLOCKED = "blocked"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One report.

    task: its code. instance: which period of a task that falls due again (`2025Q3s`), empty for
    others. milestone: code of the step it is about, empty for the whole. on: ISO date of the state
    told. percent: 0 to 100, where one is known. state: what is said of it, else it follows from
    the percentage. evidence: links to documents.
    """

    task: str
    instance: str = ""
    milestone: str = ""
    on: str
    percent: Decimal | None = None
    state: Reported | None = None
    text: str = ""
    by: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What makes it the same report: a later one with this key corrects it."""
        return "/".join((self.task, self.instance, self.milestone, self.on, self.by))

    @property
    def is_done(self) -> bool:
        """Whether it says that nothing remains."""
        if self.state is not None:
            return self.state is Reported.DONE
        return self.percent is not None and self.percent >= 100
