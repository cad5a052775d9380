"""Warnings and silences as Alertmanager's API v2 shows them, and what is sent to it as ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.alerts.domain.external import External
from services.alerts.domain.labels import labels_of
from services.alerts.domain.matchers import Matcher, Matchers, Operator, all_match
from services.alerts.domain.suppression.explaining import By, Suppression
from services.alerts.domain.suppression.silences import Silence, State
from services.alerts.domain.telling.routes import Group, Route, find, group_of
from services.alerts.domain.warning import Warning
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import from_us, iso, to_us
from shared.model.level import Level

Document = dict[str, object]

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9990, 1, 1, tzinfo=UTC)
_STATES = {
    State.PENDING_APPROVAL: "pending",
    State.PENDING: "pending",
    State.ACTIVE: "active",
    State.EXPIRED: "expired",
}
_ORDER = ("active", "pending", "expired")
_SEVERITIES = {
    "critical": Level.RED,
    "page": Level.RED,
    "emergency": Level.RED,
    "error": Level.ORANGE,
    "major": Level.ORANGE,
    "high": Level.ORANGE,
    "warning": Level.YELLOW,
    "minor": Level.YELLOW,
    "medium": Level.YELLOW,
    "info": Level.NOTICE,
    "none": Level.NOTICE,
    "low": Level.NOTICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a list of alerts is filtered by; all True shows everything."""

    matchers: Matchers = ()
    active: bool = True
    silenced: bool = True
    inhibited: bool = True
    muted: bool = True
    receiver: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A warning with all that its document needs."""

    warning: Warning
    labels: Mapping[str, str]
    reasons: tuple[Suppression, ...]
    routes: tuple[Route, ...]

    def by(self, kind: By) -> list[str]:
        """What of that kind suppresses it."""
        return [reason.id for reason in self.reasons if reason.by is kind]

    def passes(self, query: Query) -> bool:
        """Whether the query shows it."""
        return (
            (query.active or bool(self.reasons))
            and (query.silenced or not self.by(By.SILENCE))
            and (query.inhibited or not self.by(By.INHIBITION))
            and (query.muted or not self.by(By.QUIET_TIME))
            and (query.receiver is None or any(_received(query, r) for r in self.routes))
        )


def alert_of(warning: Warning, reasons: tuple[Suppression, ...], root: Route) -> Alert:
    """The warning as an alert; routed by the labels that our own routes see."""
    return Alert(
        warning=warning,
        labels=_shown_labels(warning),
        reasons=reasons,
        routes=find(root, labels_of(warning)),
    )


def matches(query: Query, warning: Warning) -> bool:
    """Whether the labels are those that are asked for."""
    return all_match(query.matchers, labels_of(warning))


def grouped(alerts: Iterable[Alert], query: Query) -> Sequence[tuple[Group, tuple[Alert, ...]]]:
    """Alerts by route and the labels that the route groups by, as they are told."""
    groups: dict[UUID, tuple[Group, list[Alert]]] = {}
    for alert in alerts:
        labels = labels_of(alert.warning)
        for route in alert.routes:
            if query.receiver is None or _received(query, route):
                group = group_of(route, labels)
                groups.setdefault(group.id, (group, []))[1].append(alert)
    found = [(group, tuple(members)) for group, members in groups.values()]
    return sorted(found, key=lambda one: (one[0].labels, one[0].receiver, one[0].route))


def alert_document(alert: Alert, console: str, until: datetime) -> Document:
    """As `gettableAlert`; `until`: when it would end if nobody said anything more."""
    warning = alert.warning
    facts = warning.facts
    began = warning.opened_at
    external = warning.kind is ConditionKind.EXTERNAL
    if warning.sequence:
        began = from_us(warning.sequence[_last_rise(warning)].at_us)
    return {
        "labels": alert.labels,
        "annotations": _annotations(warning),
        "startsAt": _iso(began),
        "endsAt": str(facts.get("ends_at") or "") if external else _iso(until),
        "updatedAt": _iso(warning.changed_at),
        "generatorURL": _generator(warning, console),
        "fingerprint": warning.id.hex[:16],
        "receivers": [{"name": name} for name in _receivers(alert.routes)],
        "status": {
            "state": "suppressed" if alert.reasons else "active",
            "silencedBy": alert.by(By.SILENCE),
            "inhibitedBy": alert.by(By.INHIBITION),
            "mutedBy": alert.by(By.QUIET_TIME),
        },
    }


def group_document(group: Group, alerts: Iterable[Document]) -> Document:
    """As `alertGroup`."""
    return {
        "labels": {name: value for name, value in group.labels if value},
        "receiver": {"name": group.receiver},
        "alerts": list(alerts),
    }


def silence_view(silence: Silence, now: datetime) -> Document:
    """As `gettableSilence`; who really made it stands behind the name that was sent."""
    sent = silence.as_sent or tuple((m.name, m.operator.value, m.value) for m in silence.matchers)
    return {
        "id": str(silence.id),
        "status": {"state": _STATES[silence.state(now)]},
        "updatedAt": _iso(silence.updated_at),
        "matchers": [
            {
                "name": name,
                "value": value,
                "isRegex": Operator(operator).is_regex,
                "isEqual": Operator(operator).is_positive,
            }
            for name, operator, value in sent
        ],
        "startsAt": _iso(silence.starts_at),
        "endsAt": _iso(silence.ended_at or silence.ends_at),
        "createdBy": silence.author or silence.owner.name,
        "comment": silence.reason,
    }


def in_order(silences: Iterable[Silence], now: datetime) -> list[Silence]:
    """Active ones first, those that end first at their head; then pending, then expired ones."""

    def place(silence: Silence) -> tuple[int, int, str]:
        state = _STATES[silence.state(now)]
        at = to_us(silence.starts_at if state == "pending" else silence.ends_at)
        return _ORDER.index(state), -at if state == "expired" else at, str(silence.id)

    return sorted(silences, key=place)


def speaks_of(silence: Silence, matchers: Matchers) -> bool:
    """Whether the silence's own matchers are what is asked for, taken as labels."""
    return all_match(matchers, {one.name: one.value for one in silence.matchers})


def flaw_of(
    matchers: Matchers, comment: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> str:
    """Why a silence could never do what it says; empty if it can."""
    if ends_at <= starts_at:
        return "it ends before it begins"
    if ends_at <= now:
        return "it ended before it was made"
    if not comment.strip():
        return "it has no comment: a silence needs a reason"
    if all(matcher.matches({}) for matcher in matchers):
        return "it would hide everything: at least one matcher must not match the empty text"
    return ""


def external_of(
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    generator_url: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    *,
    now: datetime,
    resolves: timedelta,
) -> External:
    """An alert as it was sent; without an end it ends when it is not sent again in time.

    The labels place it: `subject` or `region` (a code), `measure`, and `level` or `severity`.
    """
    kept = {name: value for name, value in labels.items() if value}
    subject, regions = _placed(kept)
    ends = ends_at or now + resolves
    starts = starts_at or min(now, ends)
    return External(
        labels=kept,
        annotations=annotations,
        generator_url=generator_url,
        starts_at=min(max(starts, EARLIEST), LATEST),
        ends_at=min(max(ends, EARLIEST), LATEST),
        level=_level(kept),
        measure=_measure(kept),
        subject=subject,
        subject_name=subject.partition(":")[2],
        regions=regions,
    )


def _placed(labels: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    code = labels.get("region", "")
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return "", ()
    regions = tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000")))
    subject = labels.get("subject", "")
    if subject.startswith("enterprise:"):
        return subject, regions
    return f"region:{code}", regions


def _level(labels: Mapping[str, str]) -> Level:
    word = labels.get("level", "").lower()
    known = {level.word: level for level in Level if level > Level.NONE}
    return known.get(word) or _SEVERITIES.get(labels.get("severity", "").lower(), Level.YELLOW)


def _measure(labels: Mapping[str, str]) -> Measure:
    word = labels.get("measure", "")
    return Measure(word) if word in set(Measure) else Measure.DATA


def _received(query: Query, route: Route) -> bool:
    return query.receiver is not None and query.receiver.matches({"receiver": route.receiver})


def _receivers(routes: Iterable[Route]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(route.receiver for route in routes))


def _shown_labels(warning: Warning) -> Mapping[str, str]:
    # An alert of somebody else's is shown with the labels it was sent with, and no others.
    return warning.labels if warning.kind is ConditionKind.EXTERNAL else labels_of(warning)


def _last_rise(warning: Warning) -> int:
    """Where in the sequence the present stretch of warning began."""
    sequence = warning.sequence
    begin = len(sequence) - 1
    while begin > 0 and sequence[begin - 1].level > Level.NONE:
        begin -= 1
    return begin


def _annotations(warning: Warning) -> dict[str, str]:
    if warning.kind is ConditionKind.EXTERNAL:
        sent = warning.facts.get("annotations")
        return {str(k): str(v) for k, v in sent.items()} if isinstance(sent, Mapping) else {}
    name = warning.subject_name or warning.subject
    about = warning.about_name or warning.about
    last = warning.sequence[-1] if warning.sequence else None
    found = {
        "summary": f"{name}：{about} {warning.level.chinese}预警".strip(),
        "description": _described(warning, name, about),
        "level": warning.level.chinese,
        "period": last.period if last else "",
        "quantity": f"{last.quantity} {last.unit}".strip() if last else "",
        "line": f"{last.line} {last.unit}".strip() if last and last.line else "",
        "used_percent": last.used_percent if last else "",
        "warning": str(warning.id),
    }
    return {key: value for key, value in found.items() if value}


def _described(warning: Warning, name: str, about: str) -> str:
    last = warning.sequence[-1] if warning.sequence else None
    parts = [f"{name}的{about or warning.rule}处于{warning.level.chinese}等级"]
    if last and last.quantity:
        parts.append(f"数值 {last.quantity} {last.unit}".strip())
    if last and last.line:
        parts.append(f"限值 {last.line} {last.unit}".strip())
    if last and last.used_percent:
        parts.append(f"已用 {last.used_percent}%")
    return "，".join(parts) + "。"


def _generator(warning: Warning, console: str) -> str:
    if warning.kind is ConditionKind.EXTERNAL and (sent := warning.facts.get("generator_url")):
        return str(sent)
    return f"{console}/warnings/{warning.id}"


def _iso(instant: datetime) -> str:
    return iso(to_us(min(max(instant, EARLIEST), LATEST)))
