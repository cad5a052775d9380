"""Routes from a document as people write it; every problem says where in the document it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.alerts.domain.matchers import (
    Matcher,
    Matchers,
    Operator,
    is_label_name,
    one_of,
    parse_matcher,
    written,
)
from services.alerts.domain.telling.durations import parse_duration
from services.alerts.domain.telling.routes import ALL_LABELS, Route, Timing
from shared.model.level import Level

_KEYS = frozenset(
    {
        "receiver",
        "matchers",
        "min_level",
        "events",
        "group_by",
        "group_wait",
        "group_interval",
        "repeat_interval",
        "continue",
        "mute_time_intervals",
        "active_time_intervals",
        "routes",
    }
)
_NOT_AT_THE_ROOT = (
    "matchers",
    "min_level",
    "events",
    "continue",
    "mute_time_intervals",
    "active_time_intervals",
)
_DEEPEST = 20
_DEFAULT = Timing(
    wait=timedelta(seconds=30), interval=timedelta(minutes=5), repeat=timedelta(days=1)
)


class RoutesError(ValueError):
    """The document cannot be read as routes; `problems` are sentences that name their places."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def read_routes(document: Any, place: str = "routes") -> Route:
    """The tree; `min_level` and `events` become matchers, so that there is one language only.

    Raises RoutesError with every problem there is.
    """
    reader = _Reader()
    root = reader.route(document, place, None, frozenset(), 0)
    if isinstance(document, Mapping):
        for name in _NOT_AT_THE_ROOT:
            if name in document:
                reader.problems.append(f"{place}.{name}: the root takes everything")
    if reader.problems:
        raise RoutesError(reader.problems)
    return root


class _Reader:
    """Reads what it can and collects what it cannot."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def route(
        self, raw: Any, place: str, parent: Route | None, taken: frozenset[str], depth: int
    ) -> Route:
        if not isinstance(raw, Mapping) or depth > _DEEPEST:
            self.problems.append(f"{place}: a route is a mapping, at most {_DEEPEST} deep")
            raw = {"receiver": "?"}
        for name in sorted(set(map(str, raw)) - _KEYS):
            self.problems.append(f"{place}.{name}: not known; there are {', '.join(sorted(_KEYS))}")
        matchers = self._matchers(raw, place)
        route = Route(
            key=_key(parent, matchers, taken),
            place=place,
            receiver=self._receiver(raw, place, parent),
            matchers=matchers,
            timing=self._timing(raw, place, parent.timing if parent else _DEFAULT),
            group_by=self._group_by(raw, place, parent),
            goes_on=self._goes_on(raw, place),
            quiet=self._words(raw, "mute_time_intervals", place),
            active=self._words(raw, "active_time_intervals", place),
        )
        return self._with_children(route, raw, place, depth)

    def _with_children(self, route: Route, raw: Mapping[str, Any], place: str, depth: int) -> Route:
        children: list[Route] = []
        listed = raw.get("routes") or ()
        if not isinstance(listed, list | tuple):
            self.problems.append(f"{place}.routes: a list of routes")
            listed = ()
        for number, one in enumerate(listed):
            taken = frozenset(child.key for child in children)
            where = f"{place}.routes[{number}]"
            children.append(self.route(one, where, route, taken, depth + 1))
        return replace(route, routes=tuple(children))

    def _goes_on(self, raw: Mapping[str, Any], place: str) -> bool:
        found = raw.get("continue", False)
        if not isinstance(found, bool):
            self.problems.append(f"{place}.continue: true or false")
        return found is True

    def _receiver(self, raw: Mapping[str, Any], place: str, parent: Route | None) -> str:
        name = raw.get("receiver", parent.receiver if parent else None)
        if isinstance(name, str) and name and name.isprintable():
            return name
        self.problems.append(f"{place}.receiver: the name of a contact or office is missing")
        return "?"

    def _group_by(
        self, raw: Mapping[str, Any], place: str, parent: Route | None
    ) -> tuple[str, ...]:
        if "group_by" not in raw:
            return parent.group_by if parent else ()
        names = self._words(raw, "group_by", place)
        for name in names:
            if name != ALL_LABELS and not is_label_name(name):
                self.problems.append(f"{place}.group_by: {name!r} is no name of a label")
        return names

    def _matchers(self, raw: Mapping[str, Any], place: str) -> Matchers:
        found: list[Matcher] = []
        for number, text in enumerate(self._words(raw, "matchers", place)):
            try:
                found.append(parse_matcher(text))
            except ValueError as error:
                self.problems.append(f"{place}.matchers[{number}]: {error}")
        if "min_level" in raw:
            found.extend(self._at_least(raw["min_level"], place))
        events = self._words(raw, "events", place)
        if events:
            found.append(events_matcher(events))
        return tuple(found)

    def _at_least(self, word: object, place: str) -> Matchers:
        try:
            least = Level.of(str(word))
        except ValueError as error:
            self.problems.append(f"{place}.min_level: {error}")
            return ()
        return (at_least(least),) if least > Level.NONE else ()

    def _timing(self, raw: Mapping[str, Any], place: str, default: Timing) -> Timing:
        return Timing(
            wait=self._duration(raw, "group_wait", place, default.wait, timedelta()),
            interval=self._duration(
                raw, "group_interval", place, default.interval, timedelta(seconds=1)
            ),
            repeat=self._duration(
                raw, "repeat_interval", place, default.repeat, timedelta(seconds=1)
            ),
        )

    def _duration(
        self, raw: Mapping[str, Any], name: str, place: str, default: timedelta, least: timedelta
    ) -> timedelta:
        if name not in raw:
            return default
        try:
            length = parse_duration(str(raw[name]))
        except ValueError as error:
            self.problems.append(f"{place}.{name}: {error}")
            return default
        if length < least:
            self.problems.append(f"{place}.{name}: at least {least.total_seconds():g} s")
        return length

    def _words(self, raw: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
        words = raw.get(name) or ()
        if isinstance(words, list | tuple) and all(map(_is_word, words)):
            return tuple(words)
        self.problems.append(f"{place}.{name}: a list of texts")
        return ()


def _is_word(word: object) -> bool:
    # PostgreSQL keeps any character but this one.
    return isinstance(word, str) and "\x00" not in word


def at_least(level: Level) -> Matcher:
    """A matcher of the levels from this one up."""
    return one_of("level", [one.word for one in Level if one >= level])


def events_matcher(patterns: Sequence[str]) -> Matcher:
    """A matcher of the label `event` by names in which `*` stands for anything."""
    if all("*" not in pattern for pattern in patterns):
        return one_of("event", patterns)
    texts = [pattern.replace(".", r"\.").replace("*", ".*") for pattern in patterns]
    return Matcher("event", Operator.LIKE, "|".join(texts))


def _key(parent: Route | None, matchers: Matchers, taken: frozenset[str]) -> str:
    key = f"{parent.key}/{written(matchers)}" if parent else "{}"
    # Twins are told apart by their number.
    twins = [key, *(f"{key}#{number}" for number in range(2, len(taken) + 2))]
    return next(one for one in twins if one not in taken)
