"""The language of scenario files: what is there, what happens when, and what must come of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import yaml

from services.alerts.adapters.policy import length_of

FOLDER = Path(__file__).parents[2] / "scenarios" / "warnings"
ZONE = ZoneInfo("Asia/Shanghai")
_ANY = re.compile(r"\s+")


class Region(msgspec.Struct, forbid_unknown_fields=True, rename={"within": "in"}):
    """A region by its code; `in`: the region above it."""

    name: str
    within: str = ""


class Enterprise(msgspec.Struct, forbid_unknown_fields=True, rename={"within": "in"}):
    """An enterprise by its code; `in`: its county."""

    name: str
    within: str


class Point(msgspec.Struct, forbid_unknown_fields=True):
    """A metering point that tells every hour what was used in it."""

    of: str
    carrier: str = "electricity"
    flow: str = "import"
    max_per_hour: str = ""


class Place(msgspec.Struct, forbid_unknown_fields=True):
    """Where it plays; the points are there from the start, or since that instant."""

    regions: dict[str, Region]
    enterprises: dict[str, Enterprise] = {}
    points: dict[str, Point] = {}
    points_since: str = ""


class Contact(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who is told. `hears`: regions and enterprises; `channels`: the ways to them."""

    hears: list[str]
    channels: list[str]
    offices: list[str] = []
    measures: list[str] = msgspec.field(default_factory=lambda: ["energy", "carbon"])
    role: str = "regulator"
    least: str = "notice"
    language: str = "zh"
    digests: dict[str, str] = {}
    at_most: str = ""
    resolved: bool = True


class Person(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who acts, with what a key of theirs allows."""

    role: str = "regulator"
    scope: list[str] = []
    measures: list[str] = msgspec.field(default_factory=lambda: ["energy", "carbon"])


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """A notice. `by`: channels, one notice each; what is left out is not looked at."""

    to: str
    by: list[str] | str
    at: str = ""
    because: str = ""
    says: list[str] | str = []
    never: list[str] | str = []
    repeat: str = ""

    @property
    def channels(self) -> Sequence[str]:
        """The channels."""
        return listed(self.by)


class Stands(msgspec.Struct, forbid_unknown_fields=True):
    """How a warning stands; what is left out is not looked at."""

    state: str = ""
    level: str = ""
    stage: str = ""
    history: list[str] | str = []
    muted: str = ""
    says: list[str] | str = []


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """A step of the ladder that must be there; `of`: its warning."""

    kind: str
    of: str
    state: str = ""
    due: str = ""
    issue_by: str = ""
    provisional: str = ""
    office: str = ""


class Moment(msgspec.Struct, forbid_unknown_fields=True):
    """A moment: what has come by then, and what happens then."""

    at: str
    note: str = ""
    told: list[Told] | None = None
    stands: dict[str, Stands] = {}
    steps: list[Step] = []
    no_steps: list[Step] = []
    gates: dict[str, str] = {}
    signal: str = ""
    do: list[dict[str, Any]] = []


class Covers(msgspec.Struct, forbid_unknown_fields=True):
    """What the file is there for; held against what really happened."""

    kinds: list[str] = []
    steps: list[str] = []
    channels: list[str] = []


class Scenario(msgspec.Struct, forbid_unknown_fields=True):
    """A scenario file."""

    title: str
    covers: Covers
    place: Place
    start: str
    moments: list[Moment]
    contacts: dict[str, Contact] = {}
    people: dict[str, Person] = {}
    policy: dict[str, Any] = {}
    ladders: dict[str, str] = {}
    ladder: dict[str, Any] = {}
    evaluator_looks_every: str = "1d"


def listed(value: Sequence[str] | str) -> Sequence[str]:
    """One text, or several."""
    return [value] if isinstance(value, str) else value


def read(path: Path) -> Scenario:
    """A scenario from its file; whatever cannot be understood is told with its place."""
    # Every value is a text: nobody has to know what YAML makes of 09:30, 150200 or no.
    text = path.read_text("utf-8")
    body = yaml.load(text, Loader=yaml.BaseLoader)
    # What is a file of its own elsewhere is read as it is there.
    files = yaml.safe_load(text)
    body |= {name: files[name] for name in ("policy", "ladder") if name in body}
    return msgspec.convert(body, Scenario, strict=False)


def instant(text: str, before: datetime | None = None) -> datetime:
    """`2026-09-30 09:00`, in China, or `+1d2h` after the moment before."""
    if text.startswith("+") and before is not None:
        return before + length_of(_ANY.sub("", text[1:]))
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def local(at: datetime) -> str:
    """An instant as files write it."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def length(text: str) -> timedelta:
    """`90s`, `1d`."""
    return length_of(text)


def as_yaml(body: Any) -> str:
    """A part of a scenario as the file that an operator would send."""
    return yaml.safe_dump(body, allow_unicode=True)


def mapping(body: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """What is left without these."""
    return {name: value for name, value in body.items() if name not in without}
