"""Targets rated: what is asked for, where its holder stands, and the rule set that decides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from services.evaluator.domain.barometer.changes import start_of
from services.evaluator.domain.barometer.judging import meets, meets_incentive, rate
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Rating, RatingState
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label, absent, constant, over
from services.evaluator.domain.figures.names import Basis, FigureId, Options, Scope
from services.evaluator.domain.figures.periods import Reporting, reporting, year_earlier
from services.evaluator.domain.records.rule import RuleSet
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.items import usual_unit
from services.evaluator.domain.targets.duties import intensity_of
from services.evaluator.handlers.reckoner.duties import cap_asks
from services.evaluator.handlers.reckoner.measures import Measures, Terms
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.target_book import standing
from services.evaluator.ports.register import Entry
from shared.model.subject import SubjectKind

DEFAULT_RULE, RULE_OF_INDICATORS = "N2020", "MET"

_CHANGES: Mapping[str, str] = {
    names.ENERGY_TOTAL: "energy-growth",
    names.CARBON_TOTAL: "carbon-growth",
    names.ENERGY_INTENSITY: "energy-intensity-change",
    names.CARBON_INTENSITY: "carbon-intensity-change",
}
"""Items of statements that give a measure's change outright."""
_SINGLE = Label("等级按累计期评定", "levels are those of periods that count from January on")


_GROSS = Label(
    "公布的变化率未作扣减；请以限定词net申报扣减后的变化率",
    "the published change is gross; state the one net of exclusions with the qualifier net",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intensity:
    """Whether the intensity meets its incentive and its basic target; None: not known."""

    incentive: bool | None
    basic: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A target's rating for a period, with the record of the target and of the rule.

    position: None where nothing was rated at all.
    """

    entry: Entry
    rule: Entry | None
    rating: Rating
    scope: Scope
    position: Position | None = None

    @property
    def target(self) -> Target:
        """The target that was rated."""
        found: Target = self.entry.body
        return found


class Ratings:
    """Rates targets from the figures of one world."""

    def __init__(self, measures: Measures) -> None:
        """All figures that are needed must be in the world; see `asks`."""
        self._measures = measures

    @property
    def world(self) -> World:
        """What everything is read from."""
        return self._measures.world

    def judged(self, who: Who, entry: Entry, text: str, options: Options) -> Judged:
        """The rating of one target; never raises for what is missing."""
        target: Target = entry.body
        rule = rule_of(self.world, target, options)
        period = within(text)
        scope = self.scope(who, target, period.text if period else text, options)
        if rule is None or period is None:
            return Judged(
                entry=entry, rule=rule, rating=_unrated(target, rule, options), scope=scope
            )
        position = self.position(who, entry, period, replace(options, scope=scope))
        made: RuleSet = rule.body
        return Judged(
            entry=entry,
            rule=rule,
            rating=rate(target, made, position),
            scope=scope,
            position=position,
        )

    def position(self, who: Who, entry: Entry, period: Reporting, options: Options) -> Position:
        """Where the holder stands at the period's end, as far as anything is known."""
        target: Target = entry.body
        terms = terms_of(target)
        name = name_of(target, who, period.text, options)

        def at(text: str) -> Figure:
            return in_unit(
                self._measures.figure(who, replace(name, period=text), terms), target.unit
            )

        earlier = year_earlier(period.text)
        years = range(start_of(target), period.year)
        intensity = self._intensity(who, target, period, options)
        return Position(
            year=period.year,
            elapsed=Fraction(period.months, 12),
            base=at(str(target.base_year)) if target.base_year else None,
            values={year: at(str(year)) for year in years},
            changes=self._changes(who, target, years),
            current=at(period.text),
            before=at(earlier) if earlier else None,
            current_change=self._change(who, target, period.text),
            incentive_met=intensity.incentive,
            intensity_met=intensity.basic,
            commit=entry.commit,
        )

    def scope(self, who: Who, target: Target, text: str, options: Options) -> Scope:
        """The indicator's own; as asked; the whole region where known; else what is monitored."""
        asked = self._measures.scope_of(who, target.measure) or options.scope
        if asked is not None or who.subject.kind is not SubjectKind.REGION:
            return asked or Scope.MONITORED
        measure = {
            names.ENERGY_INTENSITY: names.ENERGY_TOTAL,
            names.CARBON_INTENSITY: names.CARBON_TOTAL,
        }.get(target.measure, target.measure)
        if measure not in names.FOUR:
            return Scope.MONITORED
        whole = replace(options, scope=Scope.WHOLE)
        name = FigureId(subject=who.subject, measure=measure, period=text, options=whole)
        known = self._measures.total(who, name).value is not None
        return Scope.WHOLE if known else Scope.MONITORED

    def _intensity(
        self, who: Who, target: Target, period: Reporting, options: Options
    ) -> _Intensity:
        """How the intensity that goes with a total stands to its targets; of others nothing."""
        measure = intensity_of(target)
        found = [
            (entry.body, self.position(who, entry, period, options))
            for entry in (targets_of(self.world, who, period.text) if measure else ())
            if entry.body.measure == measure
            and (target.elastic or entry.body.incentive is not None)
        ]
        further = [check for one in found if (check := meets_incentive(*one)) is not None]
        basic = [check for one in found if (check := meets(*one)) is not None]
        return _Intensity(
            incentive=all(check.holds for check in further) if further else None,
            basic=all(check.holds for check in basic) if basic else None,
        )

    def _changes(self, who: Who, target: Target, years: Iterable[int]) -> dict[int, Figure]:
        found = {year: self._change(who, target, str(year)) for year in years}
        return {year: figure for year, figure in found.items() if figure is not None}

    def _change(self, who: Who, target: Target, text: str) -> Figure | None:
        """The change as published; where the target deducts something, net of that."""
        item = _CHANGES.get(target.measure)
        if item is None:
            return None
        gross = self._measures.stated(who, item, text)
        if not target.exclusions:
            return gross if gross.value is not None else None
        net = self._measures.stated(who, f"{item}:{Basis.NET}", text)
        if net.value is not None:
            return net
        return None if gross.value is None else absent(gross.label, "%", _GROSS)


def judged_before(
    ratings: Ratings, now: Judged, who: Who, before: str | None, options: Options
) -> Judged | None:
    """The same target for the period reported before, where it held then."""
    last, target = within(before) if before else None, now.target
    if last is None or not target.first_year <= last.year <= target.last_year:
        return None
    return ratings.judged(who, now.entry, last.text, options)


def asks(world: World, who: Who, text: str) -> Iterator[tuple[str, str]]:
    """Subjects and periods that ratings of all the subject's targets for the period need."""
    for entry in targets_of(world, who, text):
        yield from asks_of(world, who, entry, text)


def asks_of(world: World, who: Who, entry: Entry, text: str) -> Iterator[tuple[str, str]]:
    """Subjects and periods that the rating of one target needs."""
    period = within(text)
    if period is None:
        return
    targets: list[Target] = [entry.body]
    measure = intensity_of(entry.body)
    targets += [
        other.body for other in targets_of(world, who, text) if other.body.measure == measure
    ]
    texts = {period.text, year_earlier(period.text)}
    for target in targets:
        first = start_of(target)
        texts |= {str(year) for year in (first - 1, *range(first, period.year))}
    for one in sorted(text for text in texts if text):
        yield who.key, one
        yield from cap_asks(world, who, one)


def targets_of(world: World, who: Who, text: str) -> list[Entry]:
    """The holder's targets in force on the period's last day whose years it lies in."""
    period = within(text)
    if period is None:
        return []
    day = last_day(world, who, period.text)
    found = (standing(entries, day) for entries in world.targets_by_holder.get(who.key, ()))
    return [
        entry
        for entry in found
        if entry is not None and entry.body.first_year <= period.year <= entry.body.last_year
    ]


def last_day(world: World, who: Who, text: str) -> date:
    """The last day of a period in the subject's zone."""
    return world.last_day(who, text)


def within(text: str) -> Reporting | None:
    """The period that levels are given for; of `2021-2025` the last year; None for single ones."""
    span = text.split("-")
    if len(span) == 2 and len(span[1]) == 4:
        text = span[1]
    found = reporting(text)
    return found if found is not None and found.from_january else None


def rule_of(world: World, target: Target, options: Options) -> Entry | None:
    """The rule set asked for, else the target's own, else the usual one."""
    code = code_of(target, options)
    return next((entry for entry in world.records.rules if entry.key == code), None)


def code_of(target: Target, options: Options) -> str:
    """Which rule set is to decide."""
    usual = DEFAULT_RULE if target.measure in names.FOUR else RULE_OF_INDICATORS
    return options.rule or target.rule or usual


def terms_of(target: Target) -> Terms:
    """What the target deducts, and the prices of its base year."""
    return Terms(
        exclusions=target.exclusions or None,
        prices=str(target.base_year) if target.base_year else "",
    )


def name_of(target: Target, who: Who, text: str, options: Options) -> FigureId:
    """The figure that the target limits."""
    is_measure = target.measure in names.FOUR
    basis = Basis.NET if target.exclusions else options.basis
    return FigureId(
        subject=who.subject,
        measure=target.measure if is_measure else f"indicator:{target.measure}",
        period=text,
        options=replace(options, basis=basis),
    )


def in_unit(figure: Figure, unit: str) -> Figure:
    """The figure in the target's unit, where that is another size of its own."""
    (mine, size), (theirs, wanted) = usual_unit(figure.unit), usual_unit(unit)
    if figure.unit == unit or mine != theirs or size == wanted:
        return figure
    ratio = constant(Label("单位换算", "change of units"), wanted / size, "", f"1 {unit}")
    return over(figure.label, unit, figure, ratio)


def counted(found: Sequence[Judged]) -> dict[str, int]:
    """How many there are of each colour, and of each state without one."""
    counts: dict[str, int] = {}
    for one in found:
        reached = one.rating.reached
        word = reached.colour if reached else one.rating.state.value
        counts[word] = counts.get(word, 0) + 1
    return counts


def _unrated(target: Target, rule: Entry | None, options: Options) -> Rating:
    code = code_of(target, options)
    nothing = Label(f"没有规则{code}", f"there is no rule {code}")
    return Rating(
        target=target.code,
        measure=target.measure,
        rule=code,
        rule_version=rule.body.version if rule else "",
        state=RatingState.NOT_RATED,
        reasons=(nothing if rule is None else _SINGLE,),
    )
