"""Products graded against their limits, and score sheets filled in from ratings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.evaluator.domain.barometer.completion import completion
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    over,
    times,
)
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.limits.grading import LimitResult, grade, in_force
from services.evaluator.domain.limits.ranking import Rank, ranking
from services.evaluator.domain.records.limit import Limit
from services.evaluator.domain.records.rule import Basis
from services.evaluator.domain.records.score import Score
from services.evaluator.domain.records.sheet import ItemKind, Sheet
from services.evaluator.domain.scoring.assessment import Assessment, assess, ranked
from services.evaluator.domain.statistics.items import usual_unit
from services.evaluator.handlers.reckoner import ratings as rated
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.register import Entry

_COMPLETION = Label("目标完成率", "completion of the target")
_PRODUCT, _UNIT_ENERGY, _CONDITION = "product", "unit-energy", "condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A subject's product against a limit. rank: among those asked for, in the limit's unit."""

    who: Who
    limit: Limit
    version: int
    result: LimitResult
    rank: Rank | None = None


class Assessor:
    """Grades and assesses many subjects at once. Everything raises Unavailable and ValueError."""

    def __init__(self, gatherer: Gatherer) -> None:
        """It reads by the same gatherer as all figures."""
        self._gatherer = gatherer

    async def graded(
        self, subjects: Sequence[str], text: str, as_of: int | None, limit: str = ""
    ) -> tuple[World, list[Graded]]:
        """Products of the subjects for which there is a limit, each ranked among its peers.

        The value is what is stated as `unit-energy:LIMIT`, else the subject's energy by calorific
        value for each unit of `product:LIMIT`. Conditions are stated as `condition:VARIABLE`.
        """
        world = await self._gatherer.open(as_of)
        people = [who for key in subjects if (who := world.who(key)) is not None]
        await self._gatherer.add(world, [(who.key, text) for who in people])
        measures = Measures(world)
        found = [one for who in people for one in products_of(measures, who, text, limit)]
        return world, _placed(found)

    async def assessed(
        self, sheet: str, text: str, as_of: int | None
    ) -> tuple[World, list[Assessment], tuple[Rank, ...]]:
        """The sheet of every holder that has marks on it for the period, and their order."""
        world = await self._gatherer.open(as_of)
        forms = [entry for entry in world.records.sheets if entry.key == sheet]
        if not forms:
            raise ValueError(f"there is no sheet {sheet}; GET /v1/sheets lists those there are")
        scores = [
            entry
            for entry in world.records.scores
            if (entry.body.sheet, entry.body.period) == (sheet, text)
        ]
        holders = [(world.who(entry.body.holder), entry) for entry in scores]
        people = [(who, entry) for who, entry in holders if who is not None]
        asks = [ask for who, _ in people for ask in rated.asks(world, who, text)]
        await self._gatherer.add(world, asks)
        ratings = Ratings(Measures(world))
        form: Sheet = forms[0].body
        made = [_assessed(ratings, who, form, entry, text) for who, entry in people]
        return world, made, ranked(made)


def completion_of(judged: Judged, basis: Basis) -> Figure:
    """How far a target is completed at this point of its time, in per cent: 100 just when met."""
    if judged.position is None:
        return absent(_COMPLETION, "%", *judged.rating.reasons)
    return completion(judged.target, judged.position, basis, judged.rating)


def _assessed(ratings: Ratings, who: Who, form: Sheet, entry: Entry, text: str) -> Assessment:
    score: Score = entry.body
    options = Options(as_of=ratings.world.as_of)
    judged: dict[str, Judged] = {}
    for target in rated.targets_of(ratings.world, who, text):
        one = ratings.judged(who, target, text, options)
        judged.setdefault(one.target.measure, one)
    completions: Mapping[str, Figure] = {
        item.code: completion_of(judged[item.measure], item.basis)
        for item in form.items
        if item.kind is ItemKind.TARGET and item.measure in judged
    }
    return assess(form, score, completions, entry.commit)


def graded_of(measures: Measures, who: Who, text: str, code: str) -> Graded | None:
    """The subject's product against the limit that holds in the period; None without a limit."""
    world = measures.world
    limits = tuple(entry.body for entry in world.records.limits)
    held = _held(limits, code, rated.last_day(world, who, text))
    found = (entry for entry in world.records.limits if held and entry.key == held.key)
    return next((_graded(measures, who, entry, text) for entry in found), None)


def products_of(measures: Measures, who: Who, text: str, code: str = "") -> list[Graded]:
    """Products of the subject for which there is a limit (only `code`, if one is named)."""
    found = _limits(measures.world, who, text, code)
    return [_graded(measures, who, entry, text) for entry in found]


def _limits(world: World, who: Who, text: str, code: str) -> list[Entry]:
    """Limits of the products that the subject has statements of, as they hold in the period."""
    book = world.statement_book
    named = {*book.qualifiers(who.key, _PRODUCT), *book.qualifiers(who.key, _UNIT_ENERGY)}
    day = rated.last_day(world, who, text)
    limits = tuple(entry.body for entry in world.records.limits)
    held = [_held(limits, one, day) for one in sorted(named) if code in ("", one)]
    keys = {limit.key for limit in held if limit is not None}
    return [entry for entry in world.records.limits if entry.key in keys]


def _held(limits: tuple[Limit, ...], code: str, day: date) -> Limit | None:
    return in_force(limits, code, day.isoformat())


def _graded(measures: Measures, who: Who, entry: Entry, text: str) -> Graded:
    limit: Limit = entry.body
    value = _value(measures, who, limit, text)
    result = grade(value, limit, _conditions(measures, who, limit, text), entry.commit)
    return Graded(who=who, limit=limit, version=entry.version, result=result)


def _value(measures: Measures, who: Who, limit: Limit, text: str) -> Figure:
    stated = measures.stated(who, f"{_UNIT_ENERGY}:{limit.code}", text)
    if stated.value is not None:
        return stated
    options = Options(series=Series.CALORIFIC, as_of=measures.world.as_of)
    name = FigureId(subject=who.subject, measure=names.ENERGY_TOTAL, period=text, options=options)
    label = Label(f"单位产品能耗 {limit.product}", f"energy per unit of {limit.product_en}")
    energy = measures.total(who, name)
    output = measures.stated(who, f"{_PRODUCT}:{limit.code}", text)
    wanted, _, product = limit.unit.partition("/")
    if wanted != "kgce" or (output.value is not None and usual_unit(output.unit)[0] != product):
        reason = Label(
            f"须申报{_UNIT_ENERGY}：{limit.code}（{limit.unit}）",
            f"state {_UNIT_ENERGY}:{limit.code} in {limit.unit}",
        )
        return absent(label, limit.unit, reason)
    kilograms = constant(Label("千克每吨", "kilograms in a tonne"), 1000)
    return times(label, limit.unit, over(label, "", energy, output), kilograms)


def _conditions(measures: Measures, who: Who, limit: Limit, text: str) -> dict[str, Figure]:
    variables = {one.variable for one in limit.corrections}
    variables |= {one.when.variable for one in limit.corrections if one.when is not None}
    found = {
        variable: measures.stated(who, f"{_CONDITION}:{variable}", text)
        for variable in sorted(variables)
    }
    return {variable: figure for variable, figure in found.items() if figure.value is not None}


def _placed(found: Sequence[Graded]) -> list[Graded]:
    """Each with its place among the peers of the same limit."""
    peers: dict[str, dict[str, Figure]] = {}
    for one in found:
        peers.setdefault(one.limit.key, {})[one.who.key] = one.result.value
    ranks = {
        (limit, rank.peer): rank for limit, values in peers.items() for rank in ranking(values)
    }
    return [
        Graded(
            who=one.who,
            limit=one.limit,
            version=one.version,
            result=one.result,
            rank=ranks[one.limit.key, one.who.key],
        )
        for one in found
    ]
