"""The demonstration's own files: catalogue, budgets, readings, and the sums they must give."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import deploy.demo
from deploy.replay.mapping import load
from deploy.replay.run import Wish
from deploy.replay.sources import expand
from shared.kit import yaml_text
from shared.model.period import Period, parse_period

ROOT = Path(str(files(deploy.demo)))
ZONE = "+08:00"
"""The clock by which everything in the demonstration is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A sum that the books must show to the last digit."""

    subject: str
    carrier: str
    span: str
    sum: Decimal

    @property
    def period(self) -> Period:
        """The span in hours."""
        return parse_period(self.span, ZONE)


def catalogue() -> dict[str, str]:
    """The catalogue's files by name."""
    paths = sorted((ROOT / "catalogue").iterdir())
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def budgets() -> list[dict[str, Any]]:
    """The budgets, as the evaluator's API takes them."""
    found: list[dict[str, Any]] = _yaml("budgets.yaml")["budgets"]
    return found


def published() -> tuple[Published, ...]:
    """All sums, those of points first."""
    return tuple(
        Published(
            subject=line["subject"],
            carrier=line["carrier"],
            span=str(line["period"]),
            sum=Decimal(line["sum"]),
        )
        for line in _yaml("published.yaml")
    )


def period_of(budget: Mapping[str, Any]) -> Period:
    """A budget's period in hours."""
    return parse_period(str(budget["period"]), str(budget["zone"]))


def replays() -> dict[str, Wish]:
    """What is replayed, by title."""
    return {
        "a steel works, 15 minutes, January to June 2018": _wish("steel.yaml"),
        "ten buildings, hourly, 2021": _wish("estates.yaml"),
    }


def _wish(name: str) -> Wish:
    mapping = load(ROOT / name)
    paths = expand([str(mapping.folder / one) for one in mapping.files])
    return Wish(mapping=mapping, files=paths, batch=2000)


def _yaml(name: str) -> Any:
    return yaml_text.load((ROOT / name).read_text(encoding="utf-8"))
