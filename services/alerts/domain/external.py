"""Alerts of somebody else's (Prometheus and the like) as warnings beside our own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.advancing import advance
from services.alerts.domain.condition import NOTHING_WAITS, ConditionPolicy, Policies
from services.alerts.domain.handling import Holding
from services.alerts.domain.hearing import Heard, Known
from services.alerts.domain.warning import Assessment, Change, Outcome, Reason, Warning
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, to_us
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:external")
_OVER = (Holding.INACTIVE, Holding.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """One alert as its sender tells it; the labels tell which alert it is.

    `ends_at` in the past resolves it; in the future it resolves by itself then, unless it is told
    again with a later end before that. `subject` (with its regions, nearest first) where the labels
    name one of ours; empty otherwise: then only those see it whose scope is not limited.
    """

    labels: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    level: Level
    annotations: Mapping[str, str] = field(default_factory=dict)
    generator_url: str = ""
    measure: Measure = Measure.DATA
    subject: str = ""
    subject_name: str = ""
    regions: tuple[str, ...] = ()

    @property
    def key(self) -> UUID:
        """The id of its warning: the same for ever for the same labels."""
        return uuid5(_NAMESPACE, "\n".join(f"{n}={v!r}" for n, v in sorted(self.labels.items())))


def take(
    known: Known, alerts: Iterable[External], now: datetime, policies: Policies = NOTHING_WAITS
) -> Heard:
    """Take the alerts in order; several may have the same labels."""
    policy = policies.of(ConditionKind.EXTERNAL)
    warnings: dict[UUID, Warning] = {}
    outcomes: list[Outcome] = []
    for alert in alerts:
        outcome = _one(warnings.get(alert.key, known.warnings.get(alert.key)), alert, now, policy)
        outcomes.append(outcome)
        if outcome.warning is not None:
            warnings[alert.key] = outcome.warning
    return Heard(
        numbers={},
        warnings=tuple(warnings.values()),
        entries=tuple(entry for outcome in outcomes for entry in outcome.entries),
        reasons=tuple(outcome.reason for outcome in outcomes),
    )


def _one(
    before: Warning | None, alert: External, now: datetime, policy: ConditionPolicy
) -> Outcome:
    if before is None or before.condition in _OVER:
        if alert.ends_at <= now:
            # It was over before anybody heard of it, or its end is told again.
            return Outcome(reason=Reason.NOTHING_TO_WARN, warning=None)
        # The stretch before stays in the history; this one stands for itself.
        before = replace(before, sequence=(), heard=()) if before else None
    return advance(before, _assessment(before, alert, now), now, policy)


def _assessment(before: Warning | None, alert: External, now: datetime) -> Assessment:
    # An alert that goes on keeps the start that was told.
    start_us = before.heard[0].at_us if before and before.heard else to_us(alert.starts_at)
    end_us = max(to_us(alert.ends_at), start_us)
    return Assessment(
        id="",
        subject=alert.subject,
        subject_name=alert.subject_name,
        regions=alert.regions,
        about="",
        about_name=alert.labels.get("alertname", ""),
        rule=alert.labels.get("alertname", ""),
        number=before.number + 1 if before else 1,
        commit=0,
        made_at=now,
        correlation_id="",
        cause="alert",
        watermark=now,
        sequence=(_change(start_us, alert.level), _change(end_us, Level.NONE)),
        facts=_facts(alert, now),
        kind=ConditionKind.EXTERNAL,
        measure=alert.measure,
        labels=dict(alert.labels),
        named=alert.key,
    )


def _change(at_us: int, level: Level) -> Change:
    hour, into_us = divmod(at_us, HOUR_US)
    return Change(hour=hour, into_us=into_us, level=level, quantity="", line="", used_percent="")


def _facts(alert: External, now: datetime) -> dict[str, object]:
    return {
        "annotations": dict(alert.annotations),
        "generator_url": alert.generator_url,
        "starts_at": alert.starts_at.isoformat(),
        "ends_at": alert.ends_at.isoformat(),
        "updated_at": now.isoformat(),
    }
