"""Levels of targets as a brief tells them: now and before, with the position in the plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.barometer.rating import FiveYear, Rating, RatingState, trend
from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.figures.names import Options
from services.evaluator.domain.figures.periods import reported_before
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.statistics.growth import HUNDRED, Approximate, redone
from services.evaluator.handlers.reckoner import ratings as rating
from services.evaluator.handlers.reckoner.measure_names import MeasureNames
from services.evaluator.handlers.reckoner.ranks import ranks_of
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings
from services.evaluator.handlers.reckoner.reckoner import Row
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.situation.amounts import known, label, labels
from shared.contracts import situation as told

NOT_RATED = Label("未评级", "not rated")
EXEMPT = Label("免于考核", "exempt")
_DIGITS = 12
_PERCENT = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A subject's targets in a period, each with its rating for the period reported before."""

    who: Who
    pairs: tuple[tuple[Judged, Judged | None], ...]

    @property
    def row(self) -> Row:
        """As the barometer has it."""
        judged = ((now, trend(now.rating, _rating(last))) for now, last in self.pairs)
        return Row(who=self.who, judged=tuple(judged))


def asks_of(world: World, who: Who, text: str) -> Iterator[tuple[str, str]]:
    """What the levels of the subject need."""
    for one in (text, reported_before(text)):
        if one:
            yield from rating.asks(world, who, one)


def levels_of(ratings: Ratings, who: Who, text: str) -> Levels:
    """The levels of all targets of the subject."""
    options, before = Options(), reported_before(text)
    found = []
    for entry in rating.targets_of(ratings.world, who, text):
        now = ratings.judged(who, entry, text, options)
        found.append((now, rating.judged_before(ratings, now, who, before, options)))
    return Levels(who=who, pairs=tuple(found))


def told_of(
    levels: Levels, text: str, said: MeasureNames, ranks: Mapping[tuple[str, str], int]
) -> tuple[told.Rated, ...]:
    """The levels as the contract has them."""
    return tuple(
        _told(levels.who, now, last, text, said, ranks.get((levels.who.key, now.target.code)))
        for now, last in levels.pairs
    )


def ranks_among(peers: Iterable[Levels]) -> Mapping[tuple[str, str], int]:
    """The place of each subject and target among its peers."""
    return ranks_of([one.row for one in peers])


def _told(
    who: Who, now: Judged, last: Judged | None, text: str, said: MeasureNames, rank: int | None
) -> told.Rated:
    found, target = now.rating, now.target
    plan = _plan(found)
    margin, margin_unit = _margin(found)
    return told.Rated(
        target=target.code,
        target_name=told.Label(target.name, target.name_en or target.code),
        measure=target.measure,
        measure_label=label(said.label(target.measure)),
        scope=now.scope.value,
        state=found.state.value,
        colour=_colour(found),
        label=label(_name(found)),
        change=trend(found, _rating(last)).value,
        binding=target.binding.value,
        rule=found.rule,
        rule_version=found.rule_version,
        target_version=now.entry.version,
        unit=found.actual.unit if found.actual else target.unit,
        severity=found.reached.severity if found.reached else None,
        colour_before=_colour(last.rating) if last else "",
        label_before=label(_name(last.rating)) if last else None,
        value=exact(known(found.actual)),
        target_value=None if target.value is None else f"{target.value:f}",
        goal=exact(known(found.goal)),
        margin=margin,
        margin_unit=margin_unit,
        rank=rank,
        reasons=labels(said.reason(reason) for reason in found.reasons),
        figure=f"{who.key}/target:{target.code}/{text}",
        **plan,
    )


def _rating(judged: Judged | None) -> Rating | None:
    return judged.rating if judged else None


def _name(found: Rating) -> Label:
    if found.reached is not None:
        return found.reached.name
    return EXEMPT if found.state is RatingState.EXEMPT else NOT_RATED


def _colour(found: Rating) -> str:
    return found.reached.colour if found.reached else found.state.value


def _plan(found: Rating) -> dict[str, str | None]:
    """The position in the plan, all in per cent."""
    plan = found.five_year
    progress = _finer(found.progress)
    if plan is None:
        return {"progress": exact(progress), "required": exact(known(found.required))}
    used = known(plan.used)
    return {
        "progress": exact(used if progress is None else progress),
        "required": exact(known(plan.required)),
        "since_base": exact(_percent(plan.change)),
        "remaining": exact(_remaining(plan)),
        "each_year": exact(_finer(plan.each_year)),
    }


def _remaining(plan: FiveYear) -> Fraction | None:
    """Of a reduction what is still to come; of an allowance what is left of it."""
    used = known(plan.used)
    return _percent(plan.remaining) if used is None else HUNDRED.known - used


def _percent(figure: Figure | None) -> Fraction | None:
    return known(figure) if figure is not None and figure.unit == _PERCENT else None


def _margin(found: Rating) -> tuple[str | None, str]:
    points = _finer(found.margin_points)
    if points is not None:
        return exact(points), "pp"
    if found.margin is None or found.margin.value is None:
        return None, ""
    return exact(found.margin.value), found.margin.unit


def _finer(one: Approximate | None) -> Fraction | None:
    """With more decimals than are shown elsewhere: whoever prints rounds once."""
    value = redone(one, _DIGITS) if one is not None and one.value is not None else None
    return None if value is None else Fraction(value)


def rated_rows(levels: Sequence[Levels]) -> Iterator[Judged]:
    """Every rating there is, of now."""
    for each in levels:
        for now, _ in each.pairs:
            yield now
