"""Every measure of a subject and period as a figure, from what a world holds: pure arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.evaluator.domain.accounting import lines
from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Account
from services.evaluator.domain.accounting.exclusions import saving_needed
from services.evaluator.domain.barometer.changes import compared
from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    over,
    times,
    total,
)
from services.evaluator.domain.figures.names import Basis, FigureId, Options, Scope
from services.evaluator.domain.figures.periods import year_earlier
from services.evaluator.domain.statistics.growth import change_of
from services.evaluator.domain.statistics.indicators import evaluate
from services.evaluator.domain.statistics.items import item_of
from services.evaluator.domain.statistics.statement_book import StatementBook, nothing_of
from services.evaluator.handlers.reckoner.bundles import StatedOf, bundle_of, shelf_of
from services.evaluator.handlers.reckoner.duties import intensity_target, target_leaf
from services.evaluator.handlers.reckoner.leaves import book_leaf, grouped
from services.evaluator.handlers.reckoner.stacks import stack_figure
from services.evaluator.handlers.reckoner.world import Who, World
from shared.model.period import Period
from shared.model.subject import SubjectKind

CHANGE = "change"
ACCOUNT, STATEMENT, LEVEL, BOOK = "account", "statement", "level", "book"
UNIT_PRODUCT, INDICATOR, STACK = "unit-product", "indicator", "stack"
_RECEIVED = "certificates-in"

_TITLES: Mapping[str, tuple[Label, str]] = {
    names.ENERGY_TOTAL: (Label("能源消费总量", "energy consumption"), "tce"),
    names.CARBON_TOTAL: (Label("二氧化碳排放总量", "CO2 emissions"), "tCO2"),
    names.ENERGY_INTENSITY: (Label("能耗强度", "energy intensity"), ""),
    names.CARBON_INTENSITY: (Label("碳排放强度", "CO2 intensity"), ""),
}
_TOTAL_OF = {
    names.ENERGY_INTENSITY: names.ENERGY_TOTAL,
    names.CARBON_INTENSITY: names.CARBON_TOTAL,
}
_DENOMINATORS: Mapping[SubjectKind, tuple[str, ...]] = {
    SubjectKind.REGION: ("gdp",),
    SubjectKind.TAG: ("value-added", "gdp"),
    SubjectKind.ENTERPRISE: ("output-value", "value-added"),
    SubjectKind.BOUNDARY: ("gdp",),
}
_LINES = {
    "co2e": lines.CO2E,
    "carbon-measured": lines.CO2_MEASURED,
    "carbon-gap": lines.CO2_GAP,
    "carbon-gap-share": lines.CO2_GAP_SHARE,
    "coverage-carbon": lines.COVERAGE_CO2,
    "sink": lines.OUTSIDE_SINK,
}
COVERAGE = "coverage"


class UnknownMeasureError(ValueError):
    """Nothing is measured under that name; the text lists what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a target says of its figures.

    exclusions: what is deducted, None for the usual. prices: the year of whose constant prices all
    money is, empty for the newest there is.
    """

    exclusions: tuple[str, ...] | None = None
    prices: str = ""


USUAL = Terms()


@dataclass(slots=True)
class Measures:
    """Figures of one world; accounts, intensities and statements are made once each.

    A period's level asks for the years before it, and so does that of the period before.
    """

    world: World
    _open: list[str] = field(default_factory=list)
    _accounts: dict[tuple[str, Period, tuple[str, ...] | None, bool], Account] = field(
        default_factory=dict
    )
    _intensities: dict[tuple[FigureId, Terms], Figure] = field(default_factory=dict)
    _stated: dict[tuple[str, str, str, str], Figure] = field(default_factory=dict)
    _book: StatementBook | None = None

    def account(self, who: Who, text: str, exclusions: tuple[str, ...] | None = None) -> Account:
        """The account of a subject and period."""
        saving = self.saving(who, text)
        return self.account_over(who, self.world.period(who, text), exclusions, saving)

    def account_over(
        self,
        who: Who,
        period: Period,
        exclusions: tuple[str, ...] | None = None,
        saving: Figure | None = None,
    ) -> Account:
        """The account of a subject over any run of hours. saving: for the cap of certificates."""
        place = (who.key, period, exclusions, saving is not None)
        known = self._accounts.get(place)
        if known is None:
            members = tuple(
                self.account_over(member, shared, exclusions)
                for member, shared in self.world.members(who, period)
            )
            bundle = bundle_of(
                self.world, who, period, members=members, exclusions=exclusions, saving=saving
            )
            known = self._accounts[place] = account(bundle)
        return known

    def saving(self, who: Who, text: str) -> Figure | None:
        """The saving by which the subject's intensity target is met, on the period's GDP.

        None without certificates to be capped, or without such a target in force.
        """
        stated = StatedOf(self.world.statement_book, who.key, self.world.period(who, text))
        entry = intensity_target(self.world, who, text) if stated.qualifiers(_RECEIVED) else None
        if entry is None:
            return None
        base = str(entry.body.base_year)
        name = FigureId(subject=who.subject, measure=names.ENERGY_INTENSITY, period=base)
        whole = replace(name, options=Options(scope=Scope.WHOLE))
        prices = Terms(prices=base)
        found = (self.intensity(who, one, prices) for one in (whole, name))
        before = next((one for one in found if one.value is not None), None)
        by = self.denominator(who, text, base)
        return saving_needed(before or self.intensity(who, name, prices), target_leaf(entry), by)

    def figure(self, who: Who, name: FigureId, terms: Terms = USUAL) -> Figure:
        """The figure; missing ones say why. Raises UnknownMeasureError."""
        match name.word:
            case names.ENERGY_TOTAL | names.CARBON_TOTAL:
                return self.total(who, name, terms)
            case names.ENERGY_INTENSITY | names.CARBON_INTENSITY:
                return self.intensity(who, name, terms)
            case _ if name.word == CHANGE:
                return self.change(who, name)
            case _ if name.word == STATEMENT:
                return self.stated(who, name.rest, name.period, terms.prices)
            case _ if name.word in (BOOK, STACK):
                return self.book(who, name)
            case _ if name.word == UNIT_PRODUCT:
                return self.unit_product(who, name)
            case _ if name.word == LEVEL:
                return self.level(who, name.rest, name.period)
            case _ if name.word == INDICATOR:
                return self.indicator(who, name, terms)
            case _ if name.word == ACCOUNT or name.measure in (*_LINES, COVERAGE):
                return self.line(who, name)
        raise UnknownMeasureError(
            f"{name.measure!r} is no measure: ask for {', '.join((*names.FOUR, *_LINES))}, "
            "coverage, account:LINE, statement:ITEM, level:ITEM, book:CARRIER, stack:NAME, "
            "unit-product:PRODUCT, limit:CODE, change:MEASURE, indicator:CODE, target:CODE or "
            "budget:CODE; what is still to come is told by /v1/forecasts"
        )

    def total(self, who: Who, name: FigureId, terms: Terms = USUAL) -> Figure:
        """Energy or CO2 of the scope, gross or net."""
        made = self.account(who, name.period, terms.exclusions)
        found = made.get(_line_of(name.word, name.options, "total"))
        return titled(found, name.word, name.options, who)

    def intensity(self, who: Who, name: FigureId, terms: Terms = USUAL) -> Figure:
        """Energy or CO2 per unit of what the subject is measured by."""
        place = (name, terms)
        if place not in self._intensities:
            self._intensities[place] = self._intensity(who, name, terms)
        return self._intensities[place]

    def _intensity(self, who: Who, name: FigureId, terms: Terms) -> Figure:
        made = self.account(who, name.period, terms.exclusions)
        of = _TOTAL_OF[name.word]
        amount = titled(made.get(_line_of(of, name.options, "intensity")), of, name.options, who)
        by = self.denominator(who, name.period, terms.prices)
        unit = f"{amount.unit}/{by.unit}" if by.unit else amount.unit
        return over(_title(name.word, name.options, who), unit, amount, by)

    def denominator(self, who: Who, text: str, prices: str = "") -> Figure:
        """GDP of a region, output value of an enterprise, value added of a sector."""
        items = _DENOMINATORS[who.subject.kind]
        told = [self.stated(who, item, text, prices) for item in items]
        return next((figure for figure in told if figure.value is not None), told[0])

    def change(self, who: Who, name: FigureId) -> Figure:
        """The change against the same period a year earlier, in per cent."""
        earlier = year_earlier(name.period)
        measure = name.rest
        now = self.figure(who, replace(name, measure=measure))
        label = Label(f"{now.label.zh}同比变化", f"{now.label.en}, year on year")
        if earlier is None:
            reason = Label("该期没有上年同期", "there is no such period a year earlier")
            return absent(label, "%", reason)
        before = self.figure(who, replace(name, measure=measure, period=earlier))
        return change_of(label, compared(label, now, before))

    def stated(self, who: Who, rest: str, text: str, prices: str = "") -> Figure:
        """A statement, as it was made or put together from those of other periods.

        prices: of what is at constant prices only that of this year's counts.
        """
        place = (who.key, rest, text, prices)
        if self._book is not self.world.statement_book:
            # Statements of further subjects have been read.
            self._book, self._stated = self.world.statement_book, {}
        if place not in self._stated:
            self._stated[place] = self._found(who, rest, text, prices)
        return self._stated[place]

    def _found(self, who: Who, rest: str, text: str, prices: str) -> Figure:
        item, _, qualifier = rest.partition(":")
        period, book = self.world.period(who, text), self.world.statement_book
        found = book.find(who.key, item, period, qualifier)
        if not prices or found.value is None or not item_of(item).dated:
            return found
        dated = book.find(who.key, item, period, qualifier, prices)
        return dated if dated.value is not None else _at_other_prices(item, qualifier, prices)

    def level(self, who: Who, rest: str, text: str) -> Figure:
        """A statement as it stands at the period's end."""
        item, _, qualifier = rest.partition(":")
        period = self.world.period(who, text)
        return self.world.statement_book.level_at(who.key, item, period, qualifier)

    def book(self, who: Who, name: FigureId) -> Figure:
        """One book, `book:CARRIER[:FLOW]`; what comes in if no flow is named. Or a stack's mass."""
        carrier, _, flow = name.rest.partition(":")
        period = self.world.period(who, name.period)
        if name.word == STACK:
            return stack_figure(self.world, who, name.rest, period)
        flow = flow or "import"
        label = shelf_of(self.world, who.key, period).label(carrier, flow)
        parts = [
            book_leaf(shelf_of(self.world, who.key, part), carrier, flow, listed)
            for part in self.world.parts(who, period)
            if (listed := grouped(self.world.sums(who.key, part)).get((carrier, flow)))
        ]
        if len(parts) == 1:
            return parts[0]
        unit = shelf_of(self.world, who.key, period).unit(carrier)
        return total(label, unit, parts)

    def unit_product(self, who: Who, name: FigureId) -> Figure:
        """Energy by calorific value in kgce for one unit of a product."""
        energy = self.total(who, replace(name, measure=names.ENERGY_TOTAL))
        output = self.stated(who, f"product:{name.rest}", name.period)
        label = Label(f"单位产品能耗 {name.rest}", f"energy per unit of {name.rest}")
        kilograms = constant(Label("千克每吨", "kilograms in a tonne"), 1000)
        unit = f"kgce/{output.unit}" if output.unit else "kgce"
        return times(label, unit, over(label, "", energy, output), kilograms)

    def indicator(self, who: Who, name: FigureId, terms: Terms = USUAL) -> Figure:
        """An indicator by the formula on record, or as it is stated."""
        label = Label(f"指标{name.rest}", f"indicator {name.rest}")
        found = [one for one in self.world.records.indicators if one.key == name.rest]
        if not found:
            reason = Label(f"没有指标{name.rest}", f"there is no indicator {name.rest} on record")
            return absent(label, "", reason)
        if name.rest in self._open:
            raise UnknownMeasureError(f"indicator {name.rest} is made from itself")
        self._open.append(name.rest)
        scope = self.scope_of(who, name.rest) or name.options.scope
        name = replace(name, options=replace(name.options, scope=scope))
        try:
            return evaluate(
                found[0].body, lambda ref: self.reference(who, ref, name, terms), found[0].commit
            )
        finally:
            self._open.pop()

    def scope_of(self, who: Who, indicator: str) -> Scope | None:
        """Which of a region's figures the indicator is made of; None for the one asked for."""
        if who.subject.kind is not SubjectKind.REGION:
            return None
        found = (one.body for one in self.world.records.indicators if one.key == indicator)
        return next((one.scope for one in found), None)

    def reference(self, who: Who, ref: str, name: FigureId, terms: Terms = USUAL) -> Figure:
        """What an indicator names: `measure:CODE`, or any measure with a colon."""
        measure = ref.removeprefix("measure:")
        return self.figure(who, replace(name, measure=measure), terms)

    def line(self, who: Who, name: FigureId) -> Figure:
        """A line of the account, by its own name or by that of a measure."""
        series = name.options.series
        wanted = _LINES.get(name.measure, name.rest)
        if name.measure == COVERAGE:
            wanted = lines.coverage(series)
        made = self.account(who, name.period)
        found = made.get(wanted) or made.get(_in_series(wanted, series))
        if found is not None:
            return found
        reason = Label(f"账户没有{wanted}一项", f"the account has no line {wanted}")
        return absent(Label(wanted, wanted), "", reason)


def _at_other_prices(item: str, qualifier: str, prices: str) -> Figure:
    nothing = nothing_of(item, qualifier)
    zh, en = nothing.label.zh, nothing.label.en
    reason = Label(
        f"缺少{prices}年不变价的{zh}（仅有其他年份价格）",
        f"{en} at constant prices of {prices} missing; it is stated at those of other years only",
    )
    return absent(nothing.label, nothing.unit, reason)


def titled(found: Figure | None, measure: str, options: Options, who: Who) -> Figure:
    """A total under its own name, with its scope; missing where the account has none."""
    title, unit = _title(measure, options, who), _TITLES[measure][1]
    if found is None:
        reason = Label("没有可用数据", "nothing is known of it")
        return absent(title, unit, reason)
    return replace(found, label=title)


def _title(measure: str, options: Options, who: Who) -> Label:
    label, _ = _TITLES[measure]
    zh, en = label.zh, label.en
    if who.subject.kind is SubjectKind.REGION:
        is_whole = options.scope is Scope.WHOLE
        zh += "（全社会）" if is_whole else "（重点用能单位）"
        en += " (whole region)" if is_whole else " (monitored)"
    if options.basis is Basis.NET:
        zh, en = f"{zh}，扣减后", f"{en}, net of exclusions"
    return Label(zh, en)


def _in_series(line: str, series: Series) -> str:
    """`energy.coal` as the line of that group, or of that carrier, by the series."""
    group = line.removeprefix("energy.")
    return lines.group(series, group) if group in lines.GROUPS else lines.energy(series, group)


def _line_of(measure: str, options: Options, use: str) -> str:
    """The account's line that a total is read from."""
    is_whole = options.scope is Scope.WHOLE
    if measure == names.CARBON_TOTAL:
        return lines.WHOLE_CO2 if is_whole else lines.CO2
    series, is_net = options.series, options.basis is Basis.NET
    if is_whole:
        return lines.whole_net(series, use) if is_net else lines.whole(series)
    return lines.net(series, use) if is_net else lines.energy(series)
