"""The four measures of a region in both scopes, and GDP: now, a year earlier, and the trend."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label, absent
from services.evaluator.domain.figures.names import FigureId, Options, Scope
from services.evaluator.domain.figures.periods import reported_before, year_earlier
from services.evaluator.domain.figures.rendering import leaves
from services.evaluator.domain.situation.moving import (
    Movement,
    bases_of,
    intensity_growth,
    moved,
)
from services.evaluator.domain.situation.spans import Spanned
from services.evaluator.domain.statistics.statement_book import PRELIMINARY
from services.evaluator.handlers.reckoner.measures import Measures, Terms
from services.evaluator.handlers.reckoner.world import Who
from services.evaluator.handlers.situation.amounts import Telling
from shared.contracts import situation as told

GDP = "gdp"
_GROWTH: Mapping[str, str] = {
    GDP: "gdp-growth",
    names.ENERGY_TOTAL: "energy-growth",
    names.CARBON_TOTAL: "carbon-growth",
    names.ENERGY_INTENSITY: "energy-intensity-change",
    names.CARBON_INTENSITY: "carbon-intensity-change",
}
"""What statistics say outright of the whole region."""
_TOTAL_OF = {
    names.ENERGY_INTENSITY: names.ENERGY_TOTAL,
    names.CARBON_INTENSITY: names.CARBON_TOTAL,
}
_NO_EARLIER = Label("该期没有上年同期", "there is no such period a year earlier")


def texts_around(text: str) -> Iterator[str]:
    """The period, the same a year earlier, and both of the period reported before."""
    for one in (text, reported_before(text)):
        if one:
            yield one
            earlier = year_earlier(one)
            if earlier:
                yield earlier


def asks_of(who: Who, span: Spanned) -> Iterator[tuple[str, str]]:
    """What the measures of the region itself need."""
    for text in (*texts_around(span.text), *(texts_around(span.single) if span.single else ())):
        yield who.key, text


@dataclass(slots=True)
class Movements:
    """Movements of one subject, each made once."""

    measures: Measures
    who: Who
    _known: dict[tuple[str, Scope, str], Movement] = field(default_factory=dict)

    def of(self, measure: str, scope: Scope, text: str) -> Movement:
        """The measure (or `gdp`) in the period."""
        place = (measure, scope, text)
        if place not in self._known:
            self._known[place] = self._made(measure, scope, text)
        return self._known[place]

    def with_trend(self, measure: str, scope: Scope, text: str) -> Movement:
        """The same with the change of the period reported before."""
        before = reported_before(text)
        return self.of(measure, scope, text).after(
            self.of(measure, scope, before) if before else None
        )

    def _made(self, measure: str, scope: Scope, text: str) -> Movement:
        if measure == GDP:
            return self._gdp(text)
        prices = Terms(prices=self.basis(text)) if measure in _TOTAL_OF else Terms()

        def at(period: str) -> Figure:
            return self._figure(measure, scope, period, prices)

        now = at(text)
        found = moved(now, _earlier(now, at, text), self._growth(measure, scope, text))
        if found.change is not None or measure not in _TOTAL_OF or scope is not Scope.WHOLE:
            return found
        amount, output = self.of(_TOTAL_OF[measure], scope, text), self.of(GDP, scope, text)
        return moved(found.now, found.earlier, intensity_growth(amount, output))

    def _figure(self, measure: str, scope: Scope, text: str, terms: Terms) -> Figure:
        options = Options(scope=scope)
        name = FigureId(subject=self.who.subject, measure=measure, period=text, options=options)
        return self.measures.figure(self.who, name, terms)

    def _growth(self, measure: str, scope: Scope, text: str) -> Figure | None:
        if scope is not Scope.WHOLE:
            return None
        return self.measures.stated(self.who, _GROWTH[measure], text)

    def _gdp(self, text: str) -> Movement:
        """At the constant prices of one year, the newest that both periods are stated at."""
        earlier = year_earlier(text)
        now = self.measures.stated(self.who, GDP, text)
        growth = self.measures.stated(self.who, _GROWTH[GDP], text)
        if earlier is None:
            return moved(now, absent(now.label, now.unit, _NO_EARLIER), growth)
        before = self.measures.stated(self.who, GDP, earlier)
        for basis in sorted(bases_of(now) | bases_of(before), reverse=True):
            pair = [self.measures.stated(self.who, GDP, one, basis) for one in (text, earlier)]
            if all(one.value is not None for one in pair):
                return moved(pair[0], pair[1], growth)
        if bases_of(now) != bases_of(before) and now.value is not None:
            before = self.measures.stated(self.who, GDP, earlier, next(iter(bases_of(now)), ""))
        return moved(now, before, growth)

    def basis(self, text: str) -> str:
        """The year of whose prices GDP is in the period; empty where it is not known."""
        movement = self.of(GDP, Scope.WHOLE, text)
        return max(bases_of(movement.now), default="")

    def scope(self, measure: str, text: str) -> Scope:
        """The scope that the region is told by: the whole of it where anything is known."""
        of = [measure, *([_TOTAL_OF[measure]] if measure in _TOTAL_OF else ())]
        whole = [self.of(one, Scope.WHOLE, text) for one in of]
        is_known = any(one.now.value is not None or one.change is not None for one in whole)
        return Scope.WHOLE if is_known else Scope.MONITORED

    def told(
        self, measure: str, span: Spanned, telling: Telling, *, trends: bool = True
    ) -> Iterator[told.Measured]:
        """The measure in both scopes. trends: against the period before too."""
        main = self.scope(measure, span.text)
        of = self.with_trend if trends else self.of
        for scope in (Scope.WHOLE, Scope.MONITORED):
            single = of(measure, scope, span.single) if span.single else None
            yield told.Measured(
                measure=measure,
                scope=scope.value,
                main=scope is main,
                moved=telling.moved(of(measure, scope, span.text)),
                single=telling.moved(single) if single else None,
            )


def output_of(movements: Movements, span: Spanned, telling: Telling) -> told.Output:
    """GDP of the period: how final it is, at which prices, and who says so."""
    movement = movements.with_trend(GDP, Scope.WHOLE, span.text)
    now = movement.now
    status = "preliminary" if PRELIMINARY in now.flags else "final"
    return told.Output(
        moved=telling.moved(movement),
        status="missing" if now.value is None else status,
        basis=", ".join(sorted(bases_of(now))),
        source="; ".join(sources_of([now])),
    )


def sources_of(figures: Iterable[Figure]) -> list[str]:
    """Who said what the figures are made of, each once."""
    found = (one.source.text for figure in figures for one in leaves(figure) if one.source)
    return [text for text in dict.fromkeys(found) if text]


def _earlier(now: Figure, at: Callable[[str], Figure], text: str) -> Figure:
    earlier = year_earlier(text)
    return at(earlier) if earlier else absent(now.label, now.unit, _NO_EARLIER)
