"""Ladders as YAML: read, checked with the line and place of every mistake, and those shipped."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources

import msgspec
import yaml

from services.alerts.domain.ladder.policy import Barrier, Ladder, Plan, Rule, faults
from services.alerts.domain.ladder.words import GateState, StepKind, Tier
from services.alerts.ports.ladder import BadLadderError, Stored
from shared.kit.yaml_text import (
    LOADER,
    UnreadableError,
    compose,
    line_of,
    load,
    unreadable,
)
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from shared.model.period import UnknownZoneError, zone

_PLACE = re.compile(r"^(?P<what>.*) - at `\$(?P<path>.*)`$", re.DOTALL)
_PARTS = re.compile(r"\.(\w+)|\[(\d+)\]|\[\.\.\.\]")
_MOST = 200_000


class _Passed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    step: str = ""
    up: bool = False


class _Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: str
    projects: tuple[str, ...]
    exempt: tuple[str, ...] = ()
    offset: tuple[Measure, ...] = ()


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    kind: StepKind
    title: str
    clause: str
    formal: bool
    days: int
    title_en: str = ""
    passed: _Passed = _Passed()
    offices: dict[Measure, str] = msgspec.field(default_factory=dict)
    answers: str = ""
    demands: tuple[str, ...] = ()
    gate: _Gate | None = None


class _When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    level: str
    below: str = "none"
    kinds: frozenset[ConditionKind] = frozenset()
    measures: frozenset[Measure] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    periods: int = 1
    yearly: bool = False


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    clause: str
    when: _When
    propose: tuple[str, ...]
    why: str = ""


class _Ladder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str
    source: str
    offices: dict[Measure, str]
    steps: tuple[_Step, ...]
    rules: tuple[_Rule, ...]
    title_en: str = ""
    records: dict[ConditionKind, str] = msgspec.field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    remind_days: int = 2
    issue_days: int = 3
    silent: tuple[str, ...] = ()


def read_ladder(text: str) -> Ladder:
    """The ladder that a YAML text holds; raises BadLadderError with every mistake found."""
    node = _composed(text)
    try:
        body = msgspec.convert(load(text), _Ladder, strict=True)
        ladder = _ladder(body)
    except yaml.YAMLError as error:
        raise _unread(unreadable(error)) from error
    except msgspec.ValidationError as error:
        raise BadLadderError([_located(node, str(error))]) from error
    except _WordError as error:
        raise BadLadderError([(_line(node, error.place), error.place, str(error))]) from error
    found = [(_line(node, _indexed(body, place)), place, why) for place, why in _unsound(ladder)]
    if found:
        raise BadLadderError(found)
    return ladder


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Stored]:
    """The ladders that come with the service, by name."""
    folder = resources.files("services.alerts") / "data" / "ladders"
    found: dict[str, Stored] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            text = file.read_text(encoding="utf-8")
            ladder = read_ladder(text)
            found[ladder.name] = Stored(ladder=ladder, text=text, version=0)
    return found


def _composed(text: str) -> yaml.Node:
    if len(text) > _MOST:
        raise BadLadderError([(None, "", f"is longer than {_MOST} characters")])
    try:
        node = compose(text)
    except UnreadableError as error:
        raise _unread(error) from error
    if any(isinstance(one, yaml.AliasToken) for one in yaml.scan(text, Loader=LOADER)):
        raise BadLadderError([(None, "", "anchors that repeat something (*name) are not read")])
    if not isinstance(node, yaml.MappingNode):
        raise BadLadderError([(1, "", "must be a table with name, offices, steps and rules")])
    return node


def _unread(error: UnreadableError) -> BadLadderError:
    return BadLadderError([(error.line, "", str(error))])


class _WordError(ValueError):
    """A word that is none of those known; `place` says where."""

    def __init__(self, place: str, error: ValueError) -> None:
        super().__init__(str(error))
        self.place = place


def _ladder(body: _Ladder) -> Ladder:
    return Ladder(
        name=body.name,
        title=body.title,
        title_en=body.title_en or body.title,
        source=body.source,
        offices=body.offices,
        steps=tuple(_plan(place, one) for place, one in enumerate(body.steps)),
        rules=tuple(_rule(place, one) for place, one in enumerate(body.rules)),
        records=body.records,
        zone=_zone(body.zone),
        remind_days=body.remind_days,
        issue_days=body.issue_days,
        silent=body.silent,
    )


def _plan(place: int, body: _Step) -> Plan:
    return Plan(
        code=body.code,
        kind=body.kind,
        title=body.title,
        title_en=body.title_en or body.title,
        clause=body.clause,
        formal=body.formal,
        days=body.days,
        following=body.passed.step,
        up=body.passed.up,
        offices=body.offices,
        answers=body.answers,
        demands=body.demands,
        barrier=_barrier(f"steps[{place}].gate.state", body.gate) if body.gate else None,
    )


def _barrier(place: str, body: _Gate) -> Barrier:
    try:
        state = GateState.of(body.state)
    except ValueError as error:
        raise _WordError(place, error) from error
    return Barrier(state=state, projects=body.projects, exempt=body.exempt, offset=body.offset)


def _level(place: str, word: str) -> Level:
    try:
        return Level.of(word)
    except ValueError as error:
        raise _WordError(place, error) from error


def _rule(place: int, body: _Rule) -> Rule:
    return Rule(
        code=body.code,
        clause=body.clause,
        propose=body.propose,
        level=_level(f"rules[{place}].when.level", body.when.level),
        below=_level(f"rules[{place}].when.below", body.when.below),
        kinds=body.when.kinds,
        measures=body.when.measures,
        tiers=body.when.tiers,
        periods=body.when.periods,
        yearly=body.when.yearly,
        why=body.why,
    )


def _zone(name: str) -> str:
    try:
        zone(name)
    except UnknownZoneError as error:
        raise _WordError("zone", error) from error
    return name


def _unsound(ladder: Ladder) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", ladder.name):
        yield "name", "must be of small letters, digits and hyphens"
    for name, count in (("remind_days", ladder.remind_days), ("issue_days", ladder.issue_days)):
        if not 1 <= count <= 60:
            yield name, "must be from 1 to 60 working days"
    yield from faults(ladder)


def _located(node: yaml.Node, message: str) -> tuple[int | None, str, str]:
    found = _PLACE.match(message)
    if found is None:
        return None, "", message
    place = found["path"].removeprefix(".")
    return _line(node, place), place, found["what"]


def _indexed(body: _Ladder, place: str) -> str:
    """`steps.CODE.field` as `steps[2].field`, so that its line can be found."""
    head, _, rest = place.partition(".")
    code, _, field = rest.partition(".")
    lists: Mapping[str, list[str]] = {
        "steps": [one.code for one in body.steps],
        "rules": [one.code for one in body.rules],
    }
    if code not in lists.get(head, ()):
        return place
    return f"{head}[{lists[head].index(code)}].{field}"


def _line(node: yaml.Node, place: str) -> int:
    """The line of the deepest part of the place that is there."""
    line = line_of(node)
    for name, index in _PARTS.findall(f".{place}"):
        if isinstance(node, yaml.MappingNode) and name:
            inner = next((value for key, value in node.value if key.value == name), None)
        elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            inner = node.value[int(index)]
        else:
            inner = None
        if inner is None:
            break
        node, line = inner, line_of(inner)
    return line
