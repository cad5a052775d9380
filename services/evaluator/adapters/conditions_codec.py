"""Conditions as rows of the table and as messages for whoever warns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.evaluator.domain.conditions.seen import Series, Step, Told
from services.evaluator.ports.conditions import Announcement
from shared.contracts import conditions
from shared.contracts.topics import CONDITIONS
from shared.kit.kafka.producer import Message
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import iso, to_us
from shared.model.level import Level

_NUMBERS = ("period", "value", "limit", "ratio_percent", "unit")


def steps_body(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The steps as JSON; what is empty is left out."""
    return [
        {"at_us": one.at_us, "level": int(one.level)}
        | {name: text for name in _NUMBERS if (text := getattr(one, name))}
        for one in steps
    ]


def steps_of(body: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of a row."""
    return tuple(Step(**{**one, "level": Level(one["level"])}) for one in body)


def told_of(row: Mapping[str, Any]) -> Told:
    """A row of the table."""
    series = Series(
        kind=ConditionKind(row["kind"]),
        subject=row["subject"],
        about=row["about"],
        rule=row["rule"],
    )
    return Told(
        series=series,
        about_name=row["about_name"],
        measure=Measure(row["measure"]),
        number=row["number"],
        steps=steps_of(row["steps"]),
        facts=row["facts"],
        watermark_us=to_us(row["watermark"]),
        commit=row["commit_n"],
        cause=row["cause"],
    )


def message(made: Announcement) -> Message:
    """What is sent of a change, by its subject."""
    told = made.change.told
    body = conditions.encode(contract_of(made))
    return Message(CONDITIONS.name, body, key=told.series.subject.encode())


def contract_of(made: Announcement) -> conditions.ConditionMade:
    """The message of a change."""
    told = made.change.told
    series = told.series
    return conditions.ConditionMade(
        id=f"{series}/{told.number}",
        kind=series.kind.value,
        subject=series.subject,
        subject_name=made.subject_name,
        regions=list(made.regions),
        measure=told.measure.value,
        about=series.about,
        about_name=told.about_name,
        rule=series.rule,
        number=told.number,
        commit=told.commit,
        made_at=iso(made.made_at_us),
        cause=told.cause,
        watermark=iso(told.watermark_us),
        sequence=[
            conditions.Step(
                at=iso(one.at_us),
                level=one.level.word,
                **{name: getattr(one, name) for name in _NUMBERS},
            )
            for one in told.steps
        ],
        facts=dict(told.facts),
    )
