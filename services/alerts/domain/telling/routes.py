"""Routes: the tree that says who hears of what, and how it is gathered into groups.

An item (a warning, or a reminder of something else) enters at the root and goes to the deepest
routes whose matchers it satisfies; siblings after the first match are tried only where it says
`continue`. This is Alertmanager's walk, so that both trees give the same receivers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.matchers import Matcher, Matchers, all_match, quoted

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:group")

ALL_LABELS = "..."
"""In `group_by`: every label, so that each item is a group of its own."""
RECIPIENT = "recipient"
"""In `group_by`: no label but who is told, so that each recipient has one group of the route."""

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a new group waits for company, how often it may speak, and when it repeats."""

    wait: timedelta
    interval: timedelta
    repeat: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One node of the tree; `place` is where it stands in the policy, `key` what it is known by.

    `quiet` and `active` name times: in the former nothing is told, with the latter only then.
    """

    key: str
    place: str
    receiver: str
    matchers: Matchers
    timing: Timing
    group_by: tuple[str, ...]
    goes_on: bool = False
    quiet: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    routes: tuple["Route", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that are told together: those of one route with the same values of its labels."""

    route: str
    receiver: str
    labels: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """The route and the labels, readable."""
        # Labels of somebody else's may have names that no matcher could have.
        inner = ",".join(f"{name}={quoted(value)}" for name, value in self.labels)
        return f"{self.route}:{{{inner}}}"

    @property
    def id(self) -> UUID:
        """The same for ever for the same key."""
        return _id(self)


# Entries that come together belong to a few thousand groups, and each is asked several times.
@lru_cache(maxsize=32_768)
def _id(group: Group) -> UUID:
    return uuid5(_NAMESPACE, group.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One route that was tried; `failed` is the first matcher that the labels do not satisfy."""

    route: Route
    failed: Matcher | None
    chosen: bool


def find(root: Route, labels: Labels) -> tuple[Route, ...]:
    """The routes that the labels lead to, in the order of the tree; at least one below a root."""
    if not all_match(root.matchers, labels):
        return ()
    found: list[Route] = []
    for child in root.routes:
        hit = find(child, labels)
        found.extend(hit)
        if hit and not child.goes_on:
            break
    return tuple(found) or (root,)


def visits(root: Route, labels: Labels) -> tuple[Visit, ...]:
    """Every route that was looked at on the way, and why it was passed or taken."""
    chosen = {id(route) for route in find(root, labels)}
    return tuple(_visits(root, labels, chosen))


def _visits(route: Route, labels: Labels, chosen: set[int]) -> Iterator[Visit]:
    failed = next((one for one in route.matchers if not one.matches(labels)), None)
    yield Visit(route=route, failed=failed, chosen=id(route) in chosen)
    if failed is not None:
        return
    for child in route.routes:
        yield from _visits(child, labels, chosen)
        if all_match(child.matchers, labels) and not child.goes_on:
            return


def group_of(route: Route, labels: Labels) -> Group:
    """The group of the route in which an item with these labels is told."""
    names = sorted(labels) if ALL_LABELS in route.group_by else route.group_by
    values = tuple((name, labels.get(name, "")) for name in sorted(names) if name != RECIPIENT)
    return Group(route=route.key, receiver=route.receiver, labels=values)


def all_routes(root: Route) -> Iterator[Route]:
    """The root and everything below it."""
    yield root
    for child in root.routes:
        yield from all_routes(child)


def receivers_of(root: Route) -> tuple[str, ...]:
    """The names of all receivers, once each, in the order of the tree."""
    return tuple(dict.fromkeys(route.receiver for route in all_routes(root)))
