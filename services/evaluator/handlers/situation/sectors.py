"""The region's energy and CO2 by sector, industry, energy-hungry industry and size of user.

Parts are what the region's account counts of each enterprise, so that they add up to its total
exactly; what no enterprise stands for is a part of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.figure import Label as Words
from services.evaluator.domain.situation.industries import Industries, division_of
from services.evaluator.domain.situation.shares import Two, at_least, gathered, together, weighed
from services.evaluator.domain.situation.texts import Texts
from services.evaluator.handlers.situation.amounts import labels
from services.evaluator.handlers.situation.firms import Firm
from services.evaluator.handlers.situation.tallies import Tally
from shared.contracts.situation import Amount, Group, Grouping, Label, Moved

SECTOR, INDUSTRY, SIX, KEY_USERS = "sector", "industry", "six", "key-users"
KEY_USER_TCE = 10_000
"""From so many tonnes of standard coal a year on an enterprise is a key user (重点用能单位)."""
LEFT_OVER, UNKNOWN = "left-over", "unknown"

_UNITS = {names.ENERGY_TOTAL: "tce", names.CARBON_TOTAL: "tCO2"}
# Parts are of what is monitored, which is less than the whole region: their names say so.
_NAMES = {
    SECTOR: Label("重点用能单位分领域", "key users by sector"),
    INDUSTRY: Label("重点用能单位分行业", "key users by industry"),
    SIX: Label("重点用能单位中六大高耗能行业", "key users in the six energy-hungry industries"),
    KEY_USERS: Label("重点用能单位", "key energy users"),
}
_LEFT_OVER = Label("内部调拨及口径差异", "transfers inside and differences of scope")
_NO_INDUSTRY = Label("未注明行业", "without an industry")
_KEY_USERS = Label("年综合能源消费量1万吨标准煤及以上", "10,000 tce a year and more")
_INCOMPLETE = Label("有企业数据缺失", "of some enterprises nothing is known")
_NO_YEAR = Label("没有上年同期", "there is no such period a year earlier")

Numbers = Sequence[int]
"""Enterprises by their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wholes:
    """The region's monitored totals now and a year earlier, by measure; `earlier` may be None."""

    now: Mapping[str, Figure]
    earlier: Mapping[str, Figure] | None

    def two(self, measure: str) -> Two:
        """Both as amounts."""
        earlier = self.earlier[measure].value if self.earlier else None
        return Two(now=self.now[measure].value, earlier=earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Some enterprises; of what is nobody's no numbers."""

    code: str
    label: Label
    two: Two
    count: int | None = None
    count_earlier: int | None = None


@dataclass(slots=True)
class Sectors:
    """Makes groupings of the enterprises `firms`; years: how many years the period has gone on."""

    firms: Sequence[Firm]
    now: Tally
    earlier: Tally | None
    wholes: Wholes
    industries: Industries
    years: Fraction
    texts: Texts
    _by_division: Mapping[str, Numbers] = field(init=False)
    _large: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Read everybody's industry, and who is large."""
        found: dict[str, list[int]] = {}
        known = self.industries.divisions
        for number, firm in enumerate(self.firms):
            division = division_of(firm.industry)
            found.setdefault(division if division in known else UNKNOWN, []).append(number)
        self._by_division = found
        large = at_least(self.now.energy, KEY_USER_TCE * self.years)
        self._large = [number for number in large if self.now.inside[number]]

    def groupings(self) -> tuple[Grouping, ...]:
        """All groupings of energy, then those of CO2; none where nobody is monitored.

        Noughts of nobody would read as if somebody had measured them.
        """
        if not self.firms:
            return ()
        return tuple(grouping for measure in _UNITS for grouping in self._of(measure))

    def _of(self, measure: str) -> Iterator[Grouping]:
        divisions = [
            self._part(measure, code, self._named(code), self._by_division[code])
            for code in (*self.industries.divisions, UNKNOWN)
            if code in self._by_division
        ]
        yield self._complete(SECTOR, measure, list(self._sectors(divisions)))
        yield self._complete(INDUSTRY, measure, divisions)
        yield self._grouping(SIX, measure, self._six(measure), complete=False)
        large = self._part(measure, f"{KEY_USER_TCE}", _KEY_USERS, self._large)
        yield self._grouping(KEY_USERS, measure, [large], complete=False)

    def _sectors(self, divisions: Sequence[_Part]) -> Iterator[_Part]:
        """Divisions put together; all sectors, whether anybody is in them or not."""
        for sector in self.industries.sectors:
            inside = [
                one for one in divisions if self.industries.sector_of(one.code) == sector.code
            ]
            yield self._joined(sector.code, _label(sector.label), inside)

    def _six(self, measure: str) -> Iterator[_Part]:
        """All six together first, then each of them."""
        six = [
            self._part(measure, code, self._named(code), self._by_division.get(code, ()))
            for code in self.industries.six
        ]
        yield self._joined(SIX, _label(self.industries.six_label), six)
        yield from six

    def _named(self, division: str) -> Label:
        label = self.industries.divisions.get(division)
        return _label(label) if label else _NO_INDUSTRY

    def _part(self, measure: str, code: str, label: Label, numbers: Numbers) -> _Part:
        before = self.earlier
        return _Part(
            code=code,
            label=label,
            two=gathered(
                numbers,
                _counted(self.now, measure),
                None if before is None else _counted(before, measure),
            ),
            count=sum(self.now.inside[number] for number in numbers),
            count_earlier=None
            if before is None
            else sum(before.inside[number] for number in numbers),
        )

    def _joined(self, code: str, label: Label, parts: Sequence[_Part]) -> _Part:
        two = together(part.two for part in parts)
        return _Part(
            code=code,
            label=label,
            two=two if self.earlier else Two(now=two.now, earlier=None),
            count=sum(part.count or 0 for part in parts),
            count_earlier=sum(part.count_earlier or 0 for part in parts) if self.earlier else None,
        )

    def _complete(self, name: str, measure: str, parts: list[_Part]) -> Grouping:
        """With a part for what is not any enterprise's, if there is such a rest."""
        rest = self.wholes.two(measure).less(together(part.two for part in parts))
        if rest.now or rest.earlier:
            parts = [*parts, _Part(code=LEFT_OVER, label=_LEFT_OVER, two=rest)]
        return self._grouping(name, measure, parts, complete=True)

    def _grouping(
        self, name: str, measure: str, parts: Iterable[_Part], *, complete: bool
    ) -> Grouping:
        return Grouping(
            name=name,
            label=_NAMES[name],
            measure=measure,
            whole=self._whole(measure),
            parts=tuple(self._told(measure, part) for part in parts),
            complete=complete,
        )

    def _told(self, measure: str, part: _Part) -> Group:
        against, exact = weighed(part.two, self.wholes.two(measure)), self.texts.exact
        no_earlier = _INCOMPLETE if self.earlier else _NO_YEAR
        return Group(
            code=part.code,
            name=part.label,
            moved=Moved(
                now=self._amount(measure, part.two.now, _INCOMPLETE),
                earlier=self._amount(measure, part.two.earlier, no_earlier),
                change=exact(part.two.change),
            ),
            share=exact(against.share),
            share_change=exact(against.share_change),
            pull=exact(against.pull),
            count=part.count,
            count_earlier=part.count_earlier,
        )

    def _amount(self, measure: str, value: Fraction | None, lacking: Label) -> Amount:
        missing = (lacking,) if value is None else ()
        return Amount(unit=_UNITS[measure], value=self.texts.exact(value), missing=missing)

    def _whole(self, measure: str) -> Moved:
        now, before = self.wholes.now[measure], self.wholes.earlier
        earlier = before[measure] if before else None
        return Moved(
            now=_amount_of(now, self.texts),
            earlier=_amount_of(earlier, self.texts)
            if earlier
            else Amount(unit=_UNITS[measure], missing=(_NO_YEAR,)),
            change=self.texts.exact(self.wholes.two(measure).change),
        )


def _amount_of(figure: Figure, texts: Texts) -> Amount:
    return Amount(
        unit=figure.unit,
        value=texts.exact(figure.value),
        missing=labels(figure.missing),
        flags=labels(figure.flags),
    )


def _counted(tally: Tally, measure: str) -> Sequence[Fraction | None]:
    return tally.to_energy if measure == names.ENERGY_TOTAL else tally.to_carbon


def _label(words: Words) -> Label:
    return Label(words.zh, words.en)
