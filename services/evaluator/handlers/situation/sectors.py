"""The region's energy and CO2 by sector, industry, energy-hungry industry and size of user.

Parts are what the region's account counts of each enterprise, so that they add up to its total
exactly; what no enterprise stands for is a part of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.figure import Label as Words
from services.evaluator.domain.situation.industries import Industries, division_of
from services.evaluator.domain.situation.shares import Two, gathered, weighed
from services.evaluator.domain.situation.texts import Texts
from services.evaluator.handlers.situation.firms import Firm
from services.evaluator.handlers.situation.tallies import Tally
from shared.contracts.situation import Amount, Group, Grouping, Label, Moved

SECTOR, INDUSTRY, SIX, KEY_USERS = "sector", "industry", "six", "key-users"
KEY_USER_TCE = 10_000
"""From so many tonnes of standard coal a year on an enterprise is a key user (重点用能单位)."""
LEFT_OVER, UNKNOWN = "left-over", "unknown"

_UNITS = {names.ENERGY_TOTAL: "tce", names.CARBON_TOTAL: "tCO2"}
_NAMES = {
    SECTOR: Label("分领域", "by sector"),
    INDUSTRY: Label("分行业", "by industry"),
    SIX: Label("六大高耗能行业", "six energy-hungry industries"),
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
    _divisions: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Read everybody's industry."""
        self._divisions = [division_of(firm.industry) for firm in self.firms]

    def groupings(self) -> tuple[Grouping, ...]:
        """All groupings of energy, then those of CO2."""
        makers = (self._by_sector, self._by_industry, self._six, self._key_users)
        return tuple(make(measure) for measure in _UNITS for make in makers)

    def _by_sector(self, measure: str) -> Grouping:
        found = self._numbered(lambda at: self.industries.sector_of(self._divisions[at]))
        listed = [
            self._group(measure, one.code, _label(one.label), found.get(one.code, ()))
            for one in self.industries.sectors
        ]
        return self._complete(SECTOR, measure, listed)

    def _by_industry(self, measure: str) -> Grouping:
        divisions = self.industries.divisions
        found = self._numbered(
            lambda at: self._divisions[at] if self._divisions[at] in divisions else UNKNOWN
        )
        listed = [
            self._group(measure, code, _label(label), found[code])
            for code, label in divisions.items()
            if code in found
        ]
        if UNKNOWN in found:
            listed.append(self._group(measure, UNKNOWN, _NO_INDUSTRY, found[UNKNOWN]))
        return self._complete(INDUSTRY, measure, listed)

    def _six(self, measure: str) -> Grouping:
        """All six together first, then each of them."""
        found = self._numbered(lambda at: self._divisions[at])
        everyone = sorted(number for code in self.industries.six for number in found.get(code, ()))
        parts = [
            self._group(measure, SIX, _label(self.industries.six_label), everyone),
            *(
                self._group(
                    measure, code, _label(self.industries.divisions[code]), found.get(code, ())
                )
                for code in self.industries.six
            ),
        ]
        return self._grouping(SIX, measure, parts, complete=False)

    def _key_users(self, measure: str) -> Grouping:
        """Whoever uses so much a year at the pace of the period; the same a year earlier."""
        least = KEY_USER_TCE * self.years
        numbers = [
            number
            for number, amount in enumerate(self.now.energy)
            if amount is not None and amount >= least and self.now.inside[number]
        ]
        part = self._group(measure, f"{KEY_USER_TCE}", _KEY_USERS, numbers)
        return self._grouping(KEY_USERS, measure, [part], complete=False)

    def _numbered(self, of: Callable[[int], str]) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number in range(len(self.firms)):
            found.setdefault(of(number), []).append(number)
        return found

    def _complete(self, name: str, measure: str, listed: list[Group]) -> Grouping:
        """With a part for what is not any enterprise's, if there is such a rest."""
        everybody = self._two(measure, range(len(self.firms)))
        rest = self.wholes.two(measure).less(everybody)
        if rest.now or rest.earlier:
            listed = [*listed, self._made(measure, LEFT_OVER, _LEFT_OVER, rest)]
        return self._grouping(name, measure, listed, complete=True)

    def _grouping(
        self, name: str, measure: str, parts: Iterable[Group], *, complete: bool
    ) -> Grouping:
        return Grouping(
            name=name,
            label=_NAMES[name],
            measure=measure,
            whole=self._whole(measure),
            parts=tuple(parts),
            complete=complete,
        )

    def _group(self, measure: str, code: str, label: Label, numbers: Numbers) -> Group:
        before = self.earlier
        return self._made(
            measure,
            code,
            label,
            self._two(measure, numbers),
            sum(self.now.inside[number] for number in numbers),
            None if before is None else sum(before.inside[number] for number in numbers),
        )

    def _two(self, measure: str, numbers: Numbers) -> Two:
        earlier = None if self.earlier is None else _counted(self.earlier, measure)
        return gathered(numbers, _counted(self.now, measure), earlier)

    def _made(
        self,
        measure: str,
        code: str,
        label: Label,
        two: Two,
        count: int | None = None,
        count_earlier: int | None = None,
    ) -> Group:
        against, exact = weighed(two, self.wholes.two(measure)), self.texts.exact
        return Group(
            code=code,
            name=label,
            moved=Moved(
                now=self._amount(measure, two.now, _INCOMPLETE),
                earlier=self._amount(
                    measure, two.earlier, _INCOMPLETE if self.earlier else _NO_YEAR
                ),
                change=exact(two.change),
            ),
            share=exact(against.share),
            share_change=exact(against.share_change),
            pull=exact(against.pull),
            count=count,
            count_earlier=count_earlier,
        )

    def _amount(self, measure: str, value: Fraction | None, lacking: Label) -> Amount:
        missing = (lacking,) if value is None else ()
        return Amount(unit=_UNITS[measure], value=self.texts.exact(value), missing=missing)

    def _whole(self, measure: str) -> Moved:
        now, before = self.wholes.now[measure], self.wholes.earlier
        earlier = before[measure] if before else None
        return Moved(
            now=self._told(now),
            earlier=self._told(earlier)
            if earlier
            else Amount(unit=_UNITS[measure], missing=(_NO_YEAR,)),
            change=self.texts.exact(self.wholes.two(measure).change),
        )

    def _told(self, figure: Figure) -> Amount:
        return Amount(
            unit=figure.unit,
            value=self.texts.exact(figure.value),
            missing=tuple(map(_label, figure.missing)),
            flags=tuple(map(_label, figure.flags)),
        )


def _counted(tally: Tally, measure: str) -> Sequence[Fraction | None]:
    return tally.to_energy if measure == names.ENERGY_TOTAL else tally.to_carbon


def _label(words: Words) -> Label:
    return Label(words.zh, words.en)
