"""What the supervisor has to say, as a port: the terminal shows it, tests collect it."""

from pathlib import Path
from typing import Protocol

from deploy.local.state import State


class Reporter(Protocol):
    """Told about everything a person in front of the terminal should know."""

    def fetching(self, done: int, total: int, name: str, /) -> None:
        """Kafka's jars are being fetched, which happens once on a machine."""

    def up(self, title: str, address: str, seconds: float, /) -> None:
        """A part serves, so many seconds after its start."""

    def ready(self, state: State, seconds: float, folder: Path, /) -> None:
        """Everything serves."""

    def died(self, title: str, cause: str, delay: float, /) -> None:
        """A part ended by itself and will be started again after `delay` seconds."""

    def back(self, title: str, seconds: float, /) -> None:
        """A part that died serves again, so many seconds after its death."""

    def stopping(self) -> None:
        """Somebody asked to stop; the parts drain."""

    def stopped(self, title: str, seconds: float, code: int, /) -> None:
        """A part has ended as asked."""

    def note(self, text: str, /) -> None:
        """Anything else worth a line."""

    def line(self, part: str, text: str, /) -> None:
        """A line of a part's log (only when somebody follows)."""
