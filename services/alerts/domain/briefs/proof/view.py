"""What the proof looks at: the facts that an edition may tell, in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from services.alerts.domain.briefs.facts import (
    Facts,
    Grouping,
    Label,
    Measured,
    Moved,
    Outlooked,
    Place,
    Rated,
    Situation,
)
from services.alerts.domain.briefs.proof import numerals
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.reader import Claim
from services.alerts.domain.briefs.proof.slots import Value

MEASURES = ("carbon-total", "carbon-intensity", "energy-total", "energy-intensity")


@dataclass(frozen=True, kw_only=True)
class View:
    """facts: as the edition may tell them; public: for everybody."""

    facts: Facts
    zh: bool
    public: bool

    @property
    def situation(self) -> Situation:
        """What the evaluator knows."""
        return self.facts.situation

    @property
    def rates(self) -> bool:
        """Whether there are levels."""
        return not self.facts.preliminary

    @cached_property
    def arms(self) -> tuple[str, str]:
        """Carbon and energy in the order of the settings."""
        first = self.facts.settings.measure_first
        return ("energy", "carbon") if first == "energy" else ("carbon", "energy")

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The four measures in the order of the settings."""
        return tuple(f"{arm}-{kind}" for arm in self.arms for kind in ("total", "intensity"))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of regions by code."""
        here = self.situation
        found = {one.code: one.name for one in (*here.places, *here.counties)}
        return {here.region: here.name} | found

    @cached_property
    def used(self) -> tuple[Decimal | None, ...]:
        """How much of their budgets users have used, as printed."""
        return _shares(self.situation.users.used)

    @cached_property
    def due(self) -> tuple[Decimal | None, ...]:
        """How much of it was due, as printed."""
        return _shares(self.situation.users.due)

    def say(self, label: Label) -> str:
        """The label in the language."""
        return label.zh if self.zh else label.en

    def word(self, table: Mapping[str, Label], key: str) -> str:
        """The word of the table, or the key where nobody foresaw it."""
        return self.say(table[key]) if key in table else key

    def measure(self, key: str) -> str:
        """What the measure is called."""
        return self.word(words.MEASURES, key)

    def pair(self, word: str, count: object) -> Value:
        """A word and a count, in the order in which the language says them."""
        return (word, str(count)) if self.zh else (str(count), word)

    def join(self, names: Iterable[str]) -> str:
        """A list of names."""
        return ("、" if self.zh else ", ").join(names)

    def begin(self, text: str) -> str:
        """The text at the beginning of a sentence."""
        return text if self.zh else text[:1].upper() + text[1:]

    def why(self, reasons: Iterable[Label]) -> str:
        """Reasons in one line."""
        return ("；" if self.zh else "; ").join(self.say(one) for one in reasons)

    def kind(self, places: tuple[Place, ...]) -> str:
        """What the places are called."""
        return self.say(words.kind_of_places(places[0].level, self.situation.region))

    def amount(self, value: Fraction, unit: str) -> Value:
        """An amount as it is said."""
        return number(value, unit), self.word(words.SPOKEN, unit)


def _shares(values: tuple[Fraction | None, ...]) -> tuple[Decimal | None, ...]:
    return tuple(None if one is None else numerals.points(one) for one in values)


def number(value: Fraction, unit: str) -> str:
    """A region's amount in its printed unit, in plain digits."""
    return numerals.plain(quantity(value, unit))


def quantity(value: Fraction, unit: str) -> Decimal:
    """A region's amount in its printed unit."""
    ratio = "/" in unit
    size = words.SIZES.get(unit, 1)
    places = 3 if ratio and unit in words.SPOKEN else 2
    return numerals.amount(value, size, places, ratio=ratio)


def main(measures: Iterable[Measured], measure: str) -> Measured | None:
    """The figures of the measure by which the brief goes."""
    for one in measures:
        if one.main and one.measure == measure:
            return one
    return None


def moved(place: Place, measure: str) -> Moved | None:
    """How a place's measure has moved."""
    one = main(place.measures, measure)
    return one.moved if one else None


def rate(one: Moved | None) -> Decimal | None:
    """The change as it is printed."""
    return None if one is None or one.change is None else numerals.points(one.change)


def level(place: Place, measure: str) -> Rated | None:
    """The place's worst level of the measure, or why it has none."""
    of_measure = [one for one in place.rated if one.measure == measure]
    worst: Rated | None = None
    for one in of_measure:
        if one.state == "rated" and (worst is None or (one.severity or 0) > (worst.severity or 0)):
            worst = one
    return worst or (of_measure[0] if of_measure else None)


def level_name(one: Rated) -> Label:
    """A level with the colour that it has, unless its name tells it."""
    colour = words.LEVELS.get(one.colour)
    if one.state != "rated" or colour is None or one.label.zh.count(colour.zh[:1]):
        return one.label
    return Label(f"{colour.zh}（{one.label.zh}）", f"{colour.en} ({one.label.en})")


def colour(place: Place, measure: str) -> str:
    """The colour of that level; empty without one."""
    one = level(place, measure)
    if (
        one is None
        or one.state != "rated"
        or one.colour not in ("red", "orange", "yellow", "green")
    ):
        return ""
    return one.colour


def total_colour(place: Place, arm: str) -> str:
    """The colour of the arm's total, or of its intensity where the total has none."""
    return colour(place, f"{arm}-total") or colour(place, f"{arm}-intensity")


def groupings(view: View) -> tuple[Grouping, ...]:
    """In the order in which they are written."""
    found: list[Grouping] = []
    order = [*view.measures]
    for name in ("sector", "industry", "six", "key-users", "stated"):
        same = [one for one in view.situation.groupings if one.name.split(":")[0] == name]
        place = {one: nth for nth, one in enumerate(order)}
        found += sorted(same, key=lambda one: (place.get(one.measure, 4), one.name))
    return tuple(found)


def outlooks(view: View) -> tuple[Outlooked, ...]:
    """Forecasts in the order in which they are written."""
    place = {one: nth for nth, one in enumerate(view.measures)}
    return tuple(
        sorted(view.situation.outlook, key=lambda one: (place.get(one.measure, 9), one.scope))
    )


def claim(kind: str, /, **said: Value | None) -> Claim:
    """What a sentence should say; slots that are None should not be there."""
    return Claim(kind, {name: value for name, value in said.items() if value is not None})
