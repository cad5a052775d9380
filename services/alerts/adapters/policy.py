"""The policy file: defaults of the desk, read from YAML, refused with the name of the place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from shared.kit import yaml_text

SECTIONS = (
    "conditions",
    "acknowledgement",
    "routes",
    "reminders",
    "receivers",
    "templates",
    "inhibition",
    "quiet_times",
    "silences",
    "throttling",
    "digests",
    "steps",
    "heartbeat",
)
"""The sections that a policy file may have; each is read by whoever needs it."""

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_LONGEST = timedelta(days=36_500)
_LENGTH = re.compile(r"([0-9]{1,9})([smhdw])")
_KINDS = {dict: "a table of names", list: "a list", str: "a text", int: "a whole number"}


class BadPolicyError(ValueError):
    """The policy file cannot be used: which place, why, and what may stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of the policy file and where it stands, as in `policy.yaml: conditions.used`."""

    place: str
    values: Mapping[str, object]

    def only(self, known: Iterable[str]) -> None:
        """Raises BadPolicyError unless every name is one of these."""
        names = tuple(known)
        for name in self.values:
            if name not in names:
                raise BadPolicyError(
                    f"{self.at(name)} is not known here; known are {', '.join(names)}"
                )

    def at(self, name: str) -> str:
        """The place of a name in this section."""
        return f"{self.place}{'' if self.place.endswith(': ') else '.'}{name}"

    def section(self, name: str) -> "Section":
        """The table of that name; an empty one where there is none."""
        return Section(place=self.at(name), values=self._table(name))

    def sections(self, name: str) -> "tuple[Section, ...]":
        """The list of tables of that name; empty where there is none."""
        found = self._kind(name, list, [])
        for i, value in enumerate(found):
            _demand(value, dict, f"{self.at(name)}[{i}]")
        return tuple(
            Section(place=f"{self.at(name)}[{i}]", values=value) for i, value in enumerate(found)
        )

    def length(self, name: str, default: timedelta) -> timedelta:
        """A length of time: 90s, 10m, 24h, 3d, 2w, several of them in a row, or 0."""
        value = self.values.get(name)
        if value is None:
            return default
        if value == 0 and not isinstance(value, bool):
            return timedelta()
        try:
            return length_of(str(value))
        except ValueError as error:
            raise BadPolicyError(f"{self.at(name)}: {error}") from error

    def text(self, name: str, default: str) -> str:
        """A text."""
        found: str = self._kind(name, str, default)
        return found

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        found: int = self._kind(name, int, default)
        return found

    def truth(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise BadPolicyError(f"{self.at(name)} must be true or false, not {value!r}")
        return value

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        found = self._kind(name, list, list(default))
        for i, value in enumerate(found):
            _demand(value, str, f"{self.at(name)}[{i}]")
        return tuple(found)

    def choice(self, name: str, known: Iterable[str], default: str) -> str:
        """One of the known words."""
        words = tuple(known)
        value = self.text(name, default)
        if value not in words:
            raise BadPolicyError(
                f"{self.at(name)} is {value!r}, but can only be {', '.join(words)}"
            )
        return value

    def _table(self, name: str) -> Mapping[str, object]:
        found: Mapping[str, object] = self._kind(name, dict, {})
        for key in found:
            if not isinstance(key, str):
                raise BadPolicyError(f"{self.at(name)}: the name {key!r} must be a text; quote it")
        return found

    def _kind(self, name: str, kind: type, default: Any) -> Any:
        value = self.values.get(name)
        return default if value is None else _demand(value, kind, self.at(name))


def load(path: Path | None = None) -> Section:
    """The policy: the built-in file, and the sections of the file at `path` in place of its own.

    Raises BadPolicyError for what cannot be read, is no YAML or names unknown sections.
    """
    built_in = resources.files("services.alerts").joinpath("data/policy.yaml")
    policy = parse(built_in.read_text("utf-8"), "policy.yaml")
    if path is None:
        return policy
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPolicyError(f"{path} cannot be read: {error}") from error
    chosen = parse(text, path.name)
    return Section(place=chosen.place, values={**policy.values, **chosen.values})


def parse(text: str, name: str) -> Section:
    """The text of a policy file called `name`; raises BadPolicyError."""
    try:
        values = yaml_text.load(text)
    except yaml.YAMLError as error:
        raise BadPolicyError(f"{name} is no YAML: {error}") from error
    root = Section(place=f"{name}: ", values=_demand(values or {}, dict, name))
    root.only(SECTIONS)
    return root


def _demand(value: object, kind: type, place: str) -> Any:
    # True is a whole number to Python, but not to people.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadPolicyError(f"{place} must be {_KINDS[kind]}, not {value!r}")
    return value


def length_of(text: str) -> timedelta:
    """A length of time such as 90s, 10m, 1h30m or 3d; raises ValueError."""
    parts = _LENGTH.findall(text)
    if not parts or "".join(n + unit for n, unit in parts) != text:
        raise ValueError(f"{text!r} is no length of time; write it as 90s, 10m, 24h or 3d")
    seconds = sum(int(n) * _UNITS[unit] for n, unit in parts)
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{text!r} is too long: at most {_LONGEST.days}d")
    return timedelta(seconds=seconds)
