"""Who sees and handles silences, what a silence would hide, and how the journal tells of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerts.domain.matchers import Operator, written
from services.alerts.domain.suppression.shown import Shown
from services.alerts.domain.suppression.silences import Reach, Silence
from shared.model.access import EVERYTHING, Act, Principal, Role, may_act
from shared.model.condition import DUAL, Measure
from shared.model.instants import iso, to_us
from shared.model.level import Level

_REGION = "region:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a silence would hide now: the worst warnings first, counts of all."""

    reach: Reach
    by_level: Mapping[Level, int]
    by_region: Mapping[str, int]
    first: tuple[Shown, ...]


def preview_of(reached: Sequence[Shown], reach: Reach, *, limit: int) -> Preview:
    """Counts of what was reached, by level and by nearest region, and the first few."""
    worst = sorted(reached, key=lambda one: (-one.level, one.subject, one.id))
    return Preview(
        reach=reach,
        by_level=dict(sorted(Counter(one.level for one in reached).items(), reverse=True)),
        by_region=dict(Counter(_nearest(one) for one in reached).most_common(100)),
        first=tuple(worst[:limit]),
    )


def _nearest(shown: Shown) -> str:
    return shown.regions[0] if shown.regions else ""


def may_make(caller: Principal) -> bool:
    """Whether the caller may make silences at all: whoever acts on anything in its scope."""
    subject = next(iter(sorted(caller.scope)), "")
    return may_act(caller, Act.SILENCE, subject, (), Measure.DATA)


def oversees(caller: Principal, silence: Silence) -> bool:
    """Whether the caller sees the silence: its own, or one from within its regions and measures."""
    if caller.role is Role.OPERATOR or caller.key_id == silence.owner.key_id:
        return True
    if caller.role not in (Role.REGULATOR, Role.READER):
        return False
    return measures_of(silence) <= caller.measures and _reaches(caller, silence.owner)


def may_handle(caller: Principal, silence: Silence) -> bool:
    """Whether the caller may change, approve or end the silence (if it is the right person)."""
    return caller.role in (Role.OPERATOR, Role.REGULATOR) and oversees(caller, silence)


def measures_of(silence: Silence) -> frozenset[Measure]:
    """The arms of dual control that the silence touches."""
    owner = DUAL if silence.owner.role is Role.OPERATOR else silence.owner.measures
    for matcher in silence.matchers:
        if matcher.name == "measure" and matcher.operator is Operator.EQUAL:
            return owner & {one for one in DUAL if one.value == matcher.value}
    return owner & DUAL


def _reaches(caller: Principal, owner: Principal) -> bool:
    if EVERYTHING in caller.scope:
        return True
    if owner.sees_all:
        return False
    return all(any(_lies_in(one, other) for other in caller.scope) for one in owner.scope)


def _lies_in(scope: str, other: str) -> bool:
    """Whether a scope is another or below it, as codes of GB/T 2260 say (`150200` in `150000`)."""
    if scope == other:
        return True
    inner, outer = scope.removeprefix(_REGION), other.removeprefix(_REGION)
    if _REGION + inner != scope or _REGION + outer != other:
        return False
    if not (len(inner) == len(outer) == 6 and (inner + outer).isdecimal()):
        return False
    head = outer[:2] if outer.endswith("0000") else outer[:4] if outer.endswith("00") else outer
    return inner.startswith(head)


def place_of(owner: Principal) -> tuple[str, tuple[str, ...]]:
    """The subject and regions that the journal files a silence under, by its owner's scope."""
    if owner.sees_all or len(owner.scope) != 1:
        return "", ()
    (scope,) = owner.scope
    code = scope.removeprefix(_REGION)
    if code == scope:
        return scope, ()
    if len(code) == 6 and code.isdecimal():
        codes = (code, code[:4] + "00", code[:2] + "0000")
        return scope, tuple(dict.fromkeys(codes))
    return scope, (code,)


def silence_document(
    silence: Silence, kind: str, by: Principal | None, at: datetime, more: Mapping[str, object]
) -> dict[str, object]:
    """A line of the journal about a silence; without `by`, the service did it itself."""
    subject, regions = place_of(silence.owner)
    measures = measures_of(silence)
    measure = next(iter(measures)) if len(measures) == 1 else Measure.DATA
    return {
        "type": f"silence.{kind}",
        "silence": str(silence.id),
        "subject": subject,
        "subject_name": "",
        "regions": regions,
        "measure": measure.value,
        "kind": "silence",
        "rule": "silence",
        "level": Level.NONE.word,
        "level_before": Level.NONE.word,
        "about": str(silence.id),
        "noticed_at": iso(to_us(at)),
        "by": None if by is None else person(by),
        "owner": person(silence.owner),
        "author": silence.author,
        "matchers": written(silence.matchers),
        "reason": silence.reason,
        "starts_at": iso(to_us(silence.starts_at)),
        "ends_at": iso(to_us(silence.ends_at)),
        "state": silence.state(at).value,
        "hides": silence.reach.count,
        "hides_grave": silence.reach.grave,
        **more,
    }


def person(principal: Principal) -> dict[str, str]:
    """Who did it."""
    return {"name": principal.name, "key_id": principal.key_id, "role": principal.role.value}
