"""Silences and quiet times as JSON and back, as they are stored."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.alerts.domain.matchers import Matcher, Matchers, Operator
from services.alerts.domain.suppression.quiet import Interval, QuietTime, Span
from services.alerts.domain.suppression.silences import Approval, Reach, Silence
from shared.model.access import Principal, Role
from shared.model.condition import Measure

_Stored = tuple[str, str, str]


class _Person(msgspec.Struct, frozen=True):
    key_id: str
    name: str
    role: str
    scope: list[str]
    measures: list[str]


class _Approval(msgspec.Struct, frozen=True):
    by: _Person
    at: datetime
    comment: str


class _Reach(msgspec.Struct, frozen=True):
    count: int
    grave: int
    at: datetime


class _Silence(msgspec.Struct, frozen=True):
    id: UUID
    matchers: list[_Stored]
    owner: _Person
    author: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    updated_at: datetime
    reach: _Reach
    wide: bool
    approval: _Approval | None
    ended_at: datetime | None
    reminded_at: datetime | None
    entries: int
    replaces: UUID | None
    flaw: str
    as_sent: tuple[_Stored, ...]


class _Interval(msgspec.Struct, frozen=True):
    times: tuple[Span, ...]
    weekdays: tuple[Span, ...]
    days_of_month: tuple[Span, ...]
    months: tuple[Span, ...]
    years: tuple[Span, ...]
    location: str
    holidays: str


class _QuietTime(msgspec.Struct, frozen=True):
    name: str
    intervals: list[_Interval]
    matchers: list[_Stored]
    reason: str
    owner: _Person | None


_SILENCE = msgspec.json.Decoder(_Silence)
_QUIET = msgspec.json.Decoder(_QuietTime)


def encode_silence(silence: Silence) -> str:
    """The silence as stored."""
    body = _Silence(
        id=silence.id,
        matchers=_stored(silence.matchers),
        owner=_person(silence.owner),
        author=silence.author,
        reason=silence.reason,
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        created_at=silence.created_at,
        updated_at=silence.updated_at,
        reach=_Reach(silence.reach.count, silence.reach.grave, silence.reach.at),
        wide=silence.wide,
        approval=_approval(silence.approval),
        ended_at=silence.ended_at,
        reminded_at=silence.reminded_at,
        entries=silence.entries,
        replaces=silence.replaces,
        flaw=silence.flaw,
        as_sent=silence.as_sent,
    )
    return msgspec.json.encode(body).decode()


def decode_silence(text: str) -> Silence:
    """The silence from what was stored."""
    body = _SILENCE.decode(text)
    return Silence(
        id=body.id,
        matchers=_matchers(body.matchers),
        owner=_principal(body.owner),
        author=body.author,
        reason=body.reason,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        created_at=body.created_at,
        updated_at=body.updated_at,
        reach=Reach(count=body.reach.count, grave=body.reach.grave, at=body.reach.at),
        wide=body.wide,
        approval=_approved(body.approval),
        ended_at=body.ended_at,
        reminded_at=body.reminded_at,
        entries=body.entries,
        replaces=body.replaces,
        flaw=body.flaw,
        as_sent=body.as_sent,
    )


def encode_quiet(quiet: QuietTime) -> str:
    """The quiet time as stored."""
    body = _QuietTime(
        name=quiet.name,
        intervals=[
            _Interval(
                one.times,
                one.weekdays,
                one.days_of_month,
                one.months,
                one.years,
                one.location,
                one.holidays,
            )
            for one in quiet.intervals
        ],
        matchers=_stored(quiet.matchers),
        reason=quiet.reason,
        owner=_person(quiet.owner) if quiet.owner else None,
    )
    return msgspec.json.encode(body).decode()


def decode_quiet(text: str) -> QuietTime:
    """The quiet time from what was stored."""
    body = _QUIET.decode(text)
    return QuietTime(
        name=body.name,
        intervals=tuple(Interval(**msgspec.structs.asdict(one)) for one in body.intervals),
        matchers=_matchers(body.matchers),
        reason=body.reason,
        owner=_principal(body.owner) if body.owner else None,
    )


def _approval(approval: Approval | None) -> _Approval | None:
    if approval is None:
        return None
    return _Approval(_person(approval.by), approval.at, approval.comment)


def _approved(stored: _Approval | None) -> Approval | None:
    if stored is None:
        return None
    return Approval(by=_principal(stored.by), at=stored.at, comment=stored.comment)


def _stored(matchers: Matchers) -> list[_Stored]:
    return [(one.name, one.operator.value, one.value) for one in matchers]


def _matchers(stored: list[_Stored]) -> Matchers:
    return tuple(Matcher(name, Operator(operator), value) for name, operator, value in stored)


def _person(principal: Principal) -> _Person:
    return _Person(
        key_id=principal.key_id,
        name=principal.name,
        role=principal.role.value,
        scope=sorted(principal.scope),
        measures=sorted(principal.measures),
    )


def _principal(person: _Person) -> Principal:
    return Principal(
        key_id=person.key_id,
        name=person.name,
        role=Role(person.role),
        scope=frozenset(person.scope),
        measures=frozenset(map(Measure, person.measures)),
    )
