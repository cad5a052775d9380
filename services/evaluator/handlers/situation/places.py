"""Regions below: right below and, of a province, its counties, with figures, levels and ranks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.situation.spans import Spanned
from services.evaluator.handlers.reckoner.measure_names import MeasureNames
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.ratings import Ratings
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.situation import measured, rated
from services.evaluator.handlers.situation.amounts import FEW
from services.evaluator.handlers.situation.measured import Movements
from services.evaluator.handlers.situation.rated import Levels
from shared.contracts import situation as told
from shared.model.catalogue import EntityKind
from shared.model.instants import HOUR_US

COUNTY, PREFECTURE, PROVINCE, COUNTRY = "county", "prefecture", "province", "country"
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """The regions right below and, where those are others, all counties."""

    places: tuple[Who, ...]
    counties: tuple[Who, ...]

    @property
    def all(self) -> tuple[Who, ...]:
        """Both."""
        return (*self.places, *self.counties)


def below(world: World, who: Who) -> Below:
    """Who lies below a region, in the order of their codes."""
    places = _children(world, who.subject.code)
    further = (one for place in places for one in _children(world, place.subject.code))
    counties = tuple(one for one in further if level_of(world, one.subject.code) == COUNTY)
    return Below(places=places, counties=counties)


def level_of(world: World, code: str) -> str:
    """As the catalogue says, else as the division code does; empty where neither tells."""
    entity = world.catalogue.get(EntityKind.REGION, code)
    said = str(entity.latest().get("level") or "") if entity else ""
    if said or len(code) != _DIGITS or not code.isdecimal():
        return said
    if code.endswith("0000"):
        return COUNTRY if code == "000000" else PROVINCE
    return PREFECTURE if code.endswith("00") else COUNTY


def parent_of(who: Who) -> str:
    """The code of the region right above, empty for the highest."""
    return who.regions[1] if len(who.regions) > 1 else ""


def asks_of(world: World, found: Below, span: Spanned) -> Iterator[tuple[str, str]]:
    """What the regions below need: trends of those right below, changes of all."""
    for who in found.places:
        for text in measured.texts_around(span.text):
            yield who.key, text
    for who in found.counties:
        yield who.key, span.text
        if span.earlier:
            yield who.key, span.earlier
    for who in found.all:
        yield from rated.asks_of(world, who, span.rated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Makes places of regions from figures that were gathered."""

    measures: Measures
    span: Spanned
    said: MeasureNames
    at_us: int

    def places(self, people: Sequence[Who], *, trends: bool) -> tuple[told.Place, ...]:
        """The regions in their order, ranked among one another."""
        ratings = Ratings(self.measures)
        levels = [rated.levels_of(ratings, who, self.span.rated) for who in people]
        ranks = rated.ranks_among(levels)
        heard = completeness(self.measures.world, people, self.span, self.at_us)
        return tuple(self._place(one, ranks, heard, trends=trends) for one in levels)

    def _place(
        self,
        levels: Levels,
        ranks: Mapping[tuple[str, str], int],
        heard: Mapping[str, Fraction],
        *,
        trends: bool,
    ) -> told.Place:
        who, world = levels.who, self.measures.world
        return told.Place(
            code=who.subject.code,
            name=who.name,
            level=level_of(world, who.subject.code),
            parent=parent_of(who),
            measures=tuple(self._measured(who, trends=trends)),
            rated=rated.told_of(levels, self.span.rated, self.said, ranks),
            completeness=exact(heard.get(who.key)),
        )

    def _measured(self, who: Who, *, trends: bool) -> Iterator[told.Measured]:
        movements = Movements(measures=self.measures, who=who)
        alone = replace(self.span, single="")
        for measure in names.FOUR:
            yield from movements.told(measure, alone, FEW, trends=trends)


def completeness(
    world: World, people: Sequence[Who], span: Spanned, at_us: int
) -> dict[str, Fraction]:
    """Known hours of all that was expected up to the commit, in per cent; who has no points lacks.

    All regions keep the same days, or those of the zone that each is in.
    """
    found: dict[str, Fraction] = {}
    for zone in {who.zone for who in people}:
        alike = [who for who in people if who.zone == zone]
        period = world.period(alike[0], span.text)
        end = min(period.end_hour, at_us // HOUR_US)
        if end <= period.first_hour:
            continue
        expected = world.scopes.expected([one.key for one in alike], period.first_hour, end)
        for who in alike:
            parts = world.parts(who, period)
            known = sum(row.known for part in parts for row in world.sums(who.key, part))
            if expected[who.key]:
                share = Fraction(100 * known, expected[who.key] * HOUR_US)
                found[who.key] = min(Fraction(100), share)
    return found


def _children(world: World, code: str) -> tuple[Who, ...]:
    people = (world.who(key) for key in sorted(world.below.get(code, ())))
    return tuple(who for who in people if who is not None)
