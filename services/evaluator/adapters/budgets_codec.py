"""A budget with its versions as JSON: one body for its row and for the topic `budgets.v1`."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import msgspec

from services.evaluator.domain.budget import (
    Budget,
    BudgetVersion,
    Carbon,
    Measure,
    MeasureKind,
    Phasing,
    PhasingKind,
    Policy,
    Series,
)
from shared.contracts.errors import UnreadableError
from shared.model.level import Level
from shared.model.period import Period
from shared.model.subject import Subject


class MeasureBody(msgspec.Struct, frozen=True):
    """What is added up."""

    kind: str
    carrier: str | None
    series: str | None
    flows: list[str]
    carbon: str | None = None


class PolicyBody(msgspec.Struct, frozen=True):
    """Levels and their numbers, as decimal strings."""

    name: str
    used: list[tuple[str, str]]
    used_clear_line_percent: str
    pace: list[tuple[str, str]]
    pace_fall_points: str
    pace_from: str
    grace_us: int


class VersionBody(msgspec.Struct, frozen=True):
    """One version; hours are numbers of UTC hours since 1970."""

    version: int
    recorded_commit: int
    recorded_at_us: int
    effective_from_hour: int
    total: str
    phasing: str
    shares: list[str]


class BudgetPublished(msgspec.Struct, frozen=True):
    """A budget with all its versions; replaces what was published under its code before."""

    code: str
    name: str
    subject: str
    measure: MeasureBody
    unit: str
    period: str
    zone: str
    first_hour: int
    end_hour: int
    policy: PolicyBody
    versions: list[VersionBody]


_BUDGET = msgspec.json.Decoder(BudgetPublished)


def encode(budget: Budget) -> bytes:
    """The budget as bytes."""
    measure = budget.measure
    return msgspec.json.encode(
        BudgetPublished(
            code=budget.code,
            name=budget.name,
            subject=str(budget.subject),
            measure=MeasureBody(
                kind=measure.kind,
                carrier=measure.carrier,
                series=measure.series,
                flows=list(measure.flows),
                carbon=measure.co2,
            ),
            unit=budget.unit,
            period=budget.period_text,
            zone=budget.period.zone_name,
            first_hour=budget.period.first_hour,
            end_hour=budget.period.end_hour,
            policy=_policy_body(budget.policy),
            versions=[_version_body(version) for version in budget.versions],
        )
    )


def decode(value: bytes | str) -> Budget:
    """The bytes as a budget; raises UnreadableError."""
    try:
        body = _BUDGET.decode(value)
        measure = body.measure
        return Budget(
            code=body.code,
            name=body.name,
            subject=Subject.parse(body.subject),
            measure=Measure(
                kind=MeasureKind(measure.kind),
                carrier=measure.carrier,
                series=Series(measure.series) if measure.series else None,
                flows=tuple(measure.flows),
                carbon=Carbon(measure.carbon) if measure.carbon else Carbon.TOTAL,
            ),
            unit=body.unit,
            period=Period(first_hour=body.first_hour, end_hour=body.end_hour, zone_name=body.zone),
            period_text=body.period,
            policy=_policy(body.policy),
            versions=tuple(map(_version, body.versions)),
        )
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        raise UnreadableError(f"not a budget: {error}") from error


def with_versions(parts: list[Budget]) -> Budget:
    """One budget from rows of one version each, in the order of their versions."""
    return replace(parts[-1], versions=tuple(part.versions[-1] for part in parts))


def _policy_body(policy: Policy) -> PolicyBody:
    return PolicyBody(
        name=policy.name,
        used=[(level.word, f"{percent:f}") for level, percent in policy.used],
        used_clear_line_percent=f"{policy.used_clear_line_percent:f}",
        pace=[(level.word, f"{percent:f}") for level, percent in policy.pace],
        pace_fall_points=f"{policy.pace_fall_points:f}",
        pace_from=str(policy.pace_from),
        grace_us=policy.grace_us,
    )


def _policy(body: PolicyBody) -> Policy:
    return Policy(
        name=body.name,
        used=tuple((Level.of(word), Decimal(percent)) for word, percent in body.used),
        used_clear_line_percent=Decimal(body.used_clear_line_percent),
        pace=tuple((Level.of(word), Decimal(percent)) for word, percent in body.pace),
        pace_fall_points=Decimal(body.pace_fall_points),
        pace_from=Fraction(body.pace_from),
        grace_us=body.grace_us,
    )


def _version_body(version: BudgetVersion) -> VersionBody:
    return VersionBody(
        version=version.version,
        recorded_commit=version.recorded_commit,
        recorded_at_us=version.recorded_at_us,
        effective_from_hour=version.effective_from_hour,
        total=f"{version.total:f}",
        phasing=version.phasing.kind,
        shares=[f"{share:f}" for share in version.phasing.shares],
    )


def _version(body: VersionBody) -> BudgetVersion:
    return BudgetVersion(
        version=body.version,
        recorded_commit=body.recorded_commit,
        recorded_at_us=body.recorded_at_us,
        effective_from_hour=body.effective_from_hour,
        total=Decimal(body.total),
        phasing=Phasing(kind=PhasingKind(body.phasing), shares=tuple(map(Decimal, body.shares))),
    )
