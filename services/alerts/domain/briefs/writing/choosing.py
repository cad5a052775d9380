"""Which figures a brief goes by: the main scope of a measure, the level of a place, what moved."""

from collections.abc import Iterable, Mapping

from services.alerts.domain.briefs.facts import (
    Grouping,
    Label,
    Measured,
    Moved,
    Outlooked,
    Place,
    Rated,
    Situation,
)
from services.alerts.domain.briefs.printing import Printed, percent
from services.alerts.domain.briefs.writing.pen import Pen
from services.alerts.domain.briefs.writing.words import CARBON_FIRST, COLOURS, ENERGY_FIRST


def measures_in_order(pen: Pen) -> tuple[str, ...]:
    """The four measures, carbon or energy first."""
    carbon = pen.facts.settings.measure_first != "energy"
    return CARBON_FIRST if carbon else ENERGY_FIRST


def arms_in_order(pen: Pen) -> tuple[str, ...]:
    """Carbon and energy, the first one first."""
    return (
        ("energy", "carbon")
        if pen.facts.settings.measure_first == "energy"
        else (
            "carbon",
            "energy",
        )
    )


def main_of(measures: Iterable[Measured], measure: str) -> Measured | None:
    """The figures of the measure in the scope that the brief goes by."""
    found = [one for one in measures if one.measure == measure]
    return next((one for one in found if one.main), None)


def others_of(measures: Iterable[Measured], measure: str) -> tuple[Measured, ...]:
    """The measure in its other scopes."""
    return tuple(one for one in measures if one.measure == measure and not one.main)


def level_of(place: Place, measure: str) -> Rated | None:
    """The worst level of the place's targets of the measure; one that is not rated if none is."""
    found = [one for one in place.rated if one.measure == measure]
    rated = [one for one in found if is_rated(one)]
    if rated:
        return max(rated, key=lambda one: one.severity or 0)
    return found[0] if found else None


def is_rated(one: Rated) -> bool:
    """Whether it has a level."""
    return one.state == "rated"


def level_name(one: Rated) -> Label:
    """`红色（一级）`: the colour of a first level differs from rule to rule; `红灯区` says it."""
    colour = COLOURS.get(one.colour) if is_rated(one) else None
    if colour is None or colour.zh[0] in one.label.zh:
        return one.label
    return Label(f"{colour.zh}（{one.label.zh}）", f"{colour.en} ({one.label.en})")


def rated_measures(pen: Pen, places: tuple[Place, ...]) -> tuple[str, ...]:
    """Measures that any of the places has a level of: the four in order, then others by name."""
    there = {one.measure for place in places for one in place.rated if is_rated(one)}
    four = measures_in_order(pen)
    return (*(one for one in four if one in there), *sorted(there.difference(four)))


def moved_of(place: Place, measure: str) -> Moved | None:
    """How the place's measure has moved, in its main scope."""
    found = main_of(place.measures, measure)
    return found.moved if found else None


def printed_change(moved: Moved | None) -> Printed | None:
    """The change as it is printed; None where nobody knows it."""
    return None if moved is None or moved.change is None else percent(moved.change)


def groupings_in_order(pen: Pen, name: str) -> tuple[Grouping, ...]:
    """Groupings of the name (`stated` for all of those), by measure."""
    order = {measure: nth for nth, measure in enumerate(measures_in_order(pen))}
    found = [one for one in pen.situation.groupings if one.name.partition(":")[0] == name]
    return tuple(sorted(found, key=lambda one: (order.get(one.measure, len(order)), one.name)))


def outlooks_in_order(pen: Pen) -> tuple[Outlooked, ...]:
    """Forecasts by measure."""
    order = {measure: nth for nth, measure in enumerate(measures_in_order(pen))}
    return tuple(
        sorted(pen.situation.outlook, key=lambda one: (order.get(one.measure, 9), one.scope))
    )


def county_places(situation: Situation) -> tuple[Place, ...]:
    """Counties where there are any below, else the regions right below."""
    return situation.counties or situation.places


def place_names(situation: Situation) -> Mapping[str, str]:
    """The names of the region and of those below, by code."""
    below = {one.code: one.name for one in (*situation.places, *situation.counties)}
    return {situation.region: situation.name, **below}
