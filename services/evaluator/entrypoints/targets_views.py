"""Targets as they are answered: exact decimals as texts, states as of the day asked about."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.subjects import name_of
from services.evaluator.domain.targets.branches import Node
from services.evaluator.domain.targets.exactly import shown
from services.evaluator.domain.targets.lifecycle import states_on
from services.evaluator.domain.targets.phasing import progress_by
from services.evaluator.domain.targets.required import (
    Versioned,
    equal_annual_rate,
    of_year,
    required,
)
from services.evaluator.domain.targets.tree import Division, Sums, cut_of
from services.evaluator.domain.targets.whatif import Effect, Rated
from services.evaluator.entrypoints.targets_shapes import (
    EffectView,
    NodeView,
    PathView,
    RatingView,
    RemarkView,
    StepView,
    SumView,
    VersionItem,
)
from services.evaluator.handlers.target_book import standing
from services.evaluator.ports.register import Entry
from shared.model.catalogue import Catalogue
from shared.model.instants import iso
from shared.model.subject import Subject

_RATE_DIGITS = 12


def shown_of(entries: Sequence[Entry], on: date) -> Entry:
    """Of a target's versions the one in force on the day, else the newest."""
    return standing(tuple(entries), on) or entries[-1]


def state_of(entries: Sequence[Entry], entry: Entry, on: date) -> str:
    """What one of the versions is on the day."""
    states = states_on([one.body for one in entries], on)
    return states[[one.version for one in entries].index(entry.version)].value


def named(catalogue: Catalogue, holder: str) -> str:
    """The holder's name, its key if it has none."""
    try:
        return name_of(catalogue, Subject.parse(holder))
    except ValueError:
        return holder


def item(entries: Sequence[Entry], entry: Entry, on: date, catalogue: Catalogue) -> dict[str, Any]:
    """The fields of a TargetItem."""
    target: Target = entry.body
    return {
        **body_of(entry),
        "cut": cut_of(target) if target.parent else target.cut,
        "holder_name": named(catalogue, target.holder),
        "state": state_of(entries, entry, on),
        "version": entry.version,
        "newest": entries[-1].version,
        "commit": entry.commit,
        "recorded_at": iso(entry.at_us),
        "by": entry.by,
    }


def body_of(entry: Entry) -> dict[str, Any]:
    """The version as it was written."""
    fields: dict[str, Any] = msgspec.to_builtins(entry.body)
    return fields


def versions(entries: Sequence[Entry], on: date) -> list[VersionItem]:
    """All versions in short, oldest first."""
    states = states_on([entry.body for entry in entries], on)
    return [
        VersionItem(
            version=entry.version,
            value=_text(entry.body.value),
            state=state.value,
            approver=entry.body.approver,
            approved_on=entry.body.approved_on,
            effective_from=entry.body.effective_from,
            reason=entry.body.reason,
            counterpart=entry.body.counterpart,
            transferred=_text(entry.body.transferred),
            commit=entry.commit,
            recorded_at=iso(entry.at_us),
            by=entry.by,
        )
        for entry, state in zip(entries, states, strict=True)
    ]


def node(one: Node, entries: Sequence[Entry], on: date, catalogue: Catalogue) -> NodeView:
    """A target within a tree."""
    target = one.target
    entry = next(e for e in reversed(entries) if e.body == target)
    return NodeView(
        code=target.code,
        name=target.name,
        holder=target.holder,
        holder_name=named(catalogue, target.holder),
        parent=target.parent,
        cut=cut_of(target) if target.parent else "",
        depth=one.depth,
        value=_text(target.value),
        unit=target.unit,
        weight=_text(target.weight),
        state=state_of(entries, entry, on),
        version=entry.version,
    )


def summed(division: Division, sums: Sums) -> SumView:
    """How a whole stands to its parts."""
    parent = division.parent
    known = sums.difference is not None
    return SumView(
        parent=parent.code,
        cut=division.cut,
        parts=[part.code for part in division.parts],
        held=_text(sums.held),
        reserve=shown(parent.reserve),
        unmonitored=shown(parent.unmonitored),
        undivided=shown(sums.undivided),
        value=_text(parent.value),
        unit=parent.unit,
        difference=_text(sums.difference),
        adds_up=not sums.fault if known else None,
        fault=sums.fault,
        remark=sums.remark,
    )


def path(entry: Entry, base: Figure | None = None) -> PathView:
    """Quarter by quarter what the version asks for. base: the measure in the base year."""
    one = Versioned(target=entry.body, version=entry.version)
    target = one.target
    years = range(target.first_year, target.last_year + 1)
    rate = (
        equal_annual_rate(target.value, target.span, _RATE_DIGITS)
        if target.form is Form.REDUCTION and target.value is not None
        else None
    )
    return PathView(
        code=target.code,
        version=entry.version,
        equal_annual_rate=_text(rate),
        steps=[_step(one, year, quarter, base) for year in years for quarter in (1, 2, 3, 4)],
    )


def _step(one: Versioned, year: int, quarter: int, base: Figure | None) -> StepView:
    figure = required(one, year, 3 * quarter, base)
    alone = of_year(one, year, base)
    return StepView(
        period=f"{year}Q{quarter}",
        progress=str(progress_by(one.target, year, 3 * quarter)),
        year_value=_text(alone.value),
        required=_text(figure.value),
        unit=figure.unit,
        missing=[reason.en for reason in figure.missing],
    )


def remarked(remarks: Sequence[Wrong]) -> list[RemarkView]:
    """What could not be checked."""
    return [RemarkView(code=one.key, detail=one.message) for one in remarks]


def effect(one: Effect) -> EffectView:
    """Levels before and after."""
    before = None if one.before is None else _rating(one.before)
    return EffectView(code=one.code, before=before, after=_rating(one.after))


def _rating(rated: Rated) -> RatingView:
    return RatingView(level=rated.level, margin=rated.margin, reasons=list(rated.reasons))


def _text(value: Decimal | Fraction | None) -> str | None:
    return None if value is None else shown(value)
