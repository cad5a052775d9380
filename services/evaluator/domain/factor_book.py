"""The factors in use: shipped ones, replaced by those on record, found by place and time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, Source, absent, leaf
from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.domain.statistics.leaves import quoted
from shared.model.period import Period, hour_of_day

NATION = "CN"
SOMEWHERE = "?"
"""The place of somebody in no known province or in several: the nation's factors stand in."""
ZONE = "Asia/Shanghai"
EVER = (-(2**40), 2**40)
"""Hours that hold every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What a carrier is by nature.

    group: `coal`, `oil`, `gas`, `electricity`, `heat`, `medium`, `renewable`, `other`. fuel: the
    item of the fuel factors that its CO2 is counted by; empty for one that is not burnt. energy:
    the item of the standard-coal factors; empty for the carrier's own code.
    """

    label: Label
    group: str = "other"
    fuel: str = ""
    energy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """What the factor files say beside factors.

    sizes: unit -> (smaller unit, how many of it). grids: prefix of a region code -> grid region,
    the longest prefix counts. natures: by carrier. series: what each series is called.
    """

    sizes: Mapping[str, tuple[str, Fraction]] = field(default_factory=dict)
    grids: Mapping[str, str] = field(default_factory=dict)
    natures: Mapping[str, Nature] = field(default_factory=dict)
    series: Mapping[str, Label] = field(default_factory=dict)

    def size(self, unit: str, wanted: str, carrier_units: str = "") -> Fraction | None:
        """How many `wanted` one `unit` is; None if nobody says.

        carrier_units: as in the catalogue, `MWh=1000;x=3`, given only where `wanted` is the
        carrier's canonical unit: sizes of others in it. An answer may take a step through them.
        """
        if unit == wanted:
            return Fraction(1)
        own = _own(carrier_units)
        if unit in own:
            return own[unit]
        direct = self._plain(unit, wanted)
        if direct is not None:
            return direct
        for name, size in own.items():
            step = self._plain(unit, name)
            if step is not None:
                return step * size
        return None

    def _plain(self, unit: str, wanted: str) -> Fraction | None:
        one, other = self._least(unit), self._least(wanted)
        return one[1] / other[1] if one[0] == other[0] else None

    def _least(self, unit: str) -> tuple[str, Fraction]:
        """The smallest unit that it is made of, and how many."""
        count = Fraction(1)
        while unit in self.sizes:
            unit, more = self.sizes[unit]
            count *= more
        return unit, count

    def nature(self, carrier: str) -> Nature:
        """The carrier's nature; of a stranger, that it is something else."""
        return self.natures.get(carrier) or Nature(label=Label(carrier, carrier))

    def grid_of(self, region: str) -> str:
        """The grid region of a region code, empty if there is none."""
        fitting = [prefix for prefix in self.grids if region.startswith(prefix)]
        return self.grids[max(fitting, key=len)] if fitting else ""

    def places(self, regions: Sequence[str]) -> tuple[str, ...]:
        """Where to look for factors: the regions (nearest first), province, grid region, nation.

        regions: codes as GB/T 2260 gives them; prefecture and province follow from the digits.
        Without regions, or across several provinces, SOMEWHERE in the nation.
        """
        inside = [region for region in regions if not _is_nation(region)]
        chain = [place for region in inside for place in _levels(region)]
        provinces = {place for place in chain if place.endswith("0000")}
        if len(provinces) > 1 or not (chain or regions):
            return (SOMEWHERE, NATION)
        if not chain:
            return (NATION,)
        chain.sort(key=_level_of)
        grid = self.grid_of(inside[0])
        return tuple(dict.fromkeys((*chain, *([grid] if grid else []), NATION)))


def _own(units: str) -> dict[str, Fraction]:
    pairs = (pair.partition("=") for pair in units.split(";") if "=" in pair)
    return {name.strip(): Fraction(size.strip()) for name, _, size in pairs}


def _levels(region: str) -> list[str]:
    if not (region[:6].isdigit() and len(region) >= 6):
        return [region]
    return [region, region[:6], region[:4] + "00", region[:2] + "0000"]


def _is_nation(region: str) -> bool:
    return region in {NATION, "100000", "000000"}


def _level_of(place: str) -> int:
    """0 for the nearest: townships, then counties, prefectures, provinces."""
    if len(place) != 6:
        return 0
    return 3 if place.endswith("0000") else 2 if place.endswith("00") else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorLine:
    """A factor with its version in the register; 0 for one that was shipped."""

    record: FactorRecord
    version: int = 0
    commit: int = 0

    @property
    def edition(self) -> str:
        """The edition, with the version of the register where there is one."""
        said = self.record.version
        return f"{said} #{self.version}" if self.version else said

    def hours(self) -> tuple[int, int]:
        """The hours in which it holds; days are those of China."""
        return (
            _hour(self.record.valid_from, EVER[0]),
            _hour(self.record.valid_to, EVER[1]),
        )


def _hour(day: str, otherwise: int) -> int:
    return hour_of_day(date.fromisoformat(day), ZONE) if day else otherwise


_Asked: TypeAlias = tuple[str, str, tuple[str, ...], Period]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A line that counts in hours `[first_hour, end_hour)`; `carried`: beyond its own years."""

    line: FactorLine
    first_hour: int
    end_hour: int
    carried: bool = False


@dataclass(frozen=True, kw_only=True)
class FactorBook:
    """Factors as they were known with one commit (`as_of`, None for all that is known)."""

    lines: tuple[FactorLine, ...]
    conventions: Conventions = field(default_factory=Conventions)
    as_of: int | None = None

    @classmethod
    def merged(
        cls,
        shipped: Iterable[FactorRecord],
        registered: Iterable[FactorLine],
        conventions: Conventions,
        as_of: int | None = None,
    ) -> "FactorBook":
        """Shipped factors, those replaced that the register has under the same key."""
        lines = {record.key: FactorLine(record=record) for record in shipped}
        lines.update({line.record.key: line for line in registered})
        return cls(lines=tuple(lines.values()), conventions=conventions, as_of=as_of)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str, str], tuple[tuple[int, int, FactorLine], ...]]:
        found: dict[tuple[str, str, str], list[tuple[int, int, FactorLine]]] = {}
        for line in self.lines:
            one = line.record
            found.setdefault((one.series, one.item, one.place), []).append((*line.hours(), line))
        return {name: tuple(sorted(rows, key=lambda r: r[0])) for name, rows in found.items()}

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(line.record.place for line in self.lines)

    @cached_property
    def items(self) -> Mapping[str, frozenset[str]]:
        """The items of each series."""
        found: dict[str, set[str]] = {}
        for line in self.lines:
            found.setdefault(line.record.series, set()).add(line.record.item)
        return {series: frozenset(items) for series, items in found.items()}

    def places(self, regions: Sequence[str]) -> tuple[str, ...]:
        """Where to look for factors of somebody in these regions; see Conventions.places.

        Counties and prefectures without any factor of their own are left out.
        """
        chain = self.conventions.places(regions)
        kept = tuple(p for p in chain if p in self._places or p == NATION or p.endswith("0000"))
        return kept if len(kept) > 1 or len(chain) == 1 else (SOMEWHERE, NATION)

    def lines_of(
        self, series: str, item: str, places: Sequence[str], first_hour: int, end_hour: int
    ) -> tuple[Found, ...]:
        """What counts in the hours, in time order; hours without any factor are left out."""
        layers = [
            rows for place in (*places, "") if (rows := self._by_name.get((series, item, place)))
        ]
        edges = {
            edge
            for rows in layers
            for first, end, _ in rows
            for edge in (first, end)
            if first_hour < edge < end_hour
        }
        found: list[Found] = []
        for low, high in pairwise(sorted({first_hour, end_hour, *edges})):
            one = _best(layers, low, high)
            last = found[-1] if found else None
            if one and last and last.line is one.line and last.carried == one.carried:
                found[-1] = Found(
                    line=one.line,
                    first_hour=last.first_hour,
                    end_hour=high,
                    carried=one.carried,
                )
            elif one:
                found.append(one)
        return tuple(found)

    def spans(
        self, series: str, item: str, places: Sequence[str], period: Period
    ) -> tuple[tuple[Period, Figure], ...]:
        """The period cut where another factor begins, each part with its factor.

        A part in which nothing holds has a figure that says so.
        """
        asked = (series, item, tuple(places), period)
        if asked not in self._answers:
            self._answers[asked] = self._spans(*asked)
        return self._answers[asked]

    @cached_property
    def _answers(self) -> dict[_Asked, tuple[tuple[Period, Figure], ...]]:
        """Answers stay: the book never changes, and thousands of subjects share a place."""
        return {}

    def _spans(
        self, series: str, item: str, places: Sequence[str], period: Period
    ) -> tuple[tuple[Period, Figure], ...]:
        cut: list[tuple[Period, Figure]] = []
        at = period.first_hour
        for one in self.lines_of(series, item, places, period.first_hour, period.end_hour):
            if at < one.first_hour:
                gap = self._part(period, at, one.first_hour)
                cut.append((gap, self._nothing(series, item, places)))
            part = self._part(period, one.first_hour, one.end_hour)
            cut.append((part, self.figure(one, places)))
            at = one.end_hour
        if at < period.end_hour:
            cut.append(
                (self._part(period, at, period.end_hour), self._nothing(series, item, places))
            )
        return tuple(cut)

    def find(self, series: str, item: str, places: Sequence[str], period: Period) -> Figure:
        """The factor of the whole period; missing if there is none, or if it changes within."""
        cut = self.spans(series, item, places, period)
        if len(cut) == 1:
            return cut[0][1]
        label = self._label(series, item)
        reason = Label(f"{label.zh}在期内有变化，须分段计算", f"{label.en} changes in the period")
        return absent(label, "", reason)

    def has(self, series: str, item: str) -> bool:
        """Whether the series has the item at all, at any place and time."""
        return item in self.items.get(series, frozenset())

    def figure(self, found: Found, places: Sequence[str]) -> Figure:
        """The factor as a leaf, with flags on where it comes from and how surely."""
        line, record = found.line, found.line.record
        label = self._label(record.series, record.item)
        where = f" {record.place}" if record.place else ""
        as_of = f"&as_of=commit:{self.as_of}" if self.as_of is not None else ""
        source = Source(
            kind=LeafKind.FACTOR,
            href=f"/v1/factors?key={quoted(record.key)}{as_of}",
            pointer="/items/0/body/value",
            version=line.edition,
            text=record.source,
            confidence=record.confidence,
            notes=_notes(record),
        )
        return leaf(
            Label(f"{label.zh}{where}", f"{label.en}{where}"),
            Fraction(record.value),
            record.unit,
            source,
            flags=self._flags(found, places),
        )

    def _flags(self, found: Found, places: Sequence[str]) -> Iterable[Label]:
        record = found.line.record
        label = self._label(record.series, record.item)
        if len(places) > 1 and record.place == NATION:
            yield Label(f"{label.zh}：采用全国值", f"{label.en}: the national value is used")
        elif record.place and record.place in self.conventions.grids.values():
            yield Label(
                f"{label.zh}：采用区域电网值（{record.place}）",
                f"{label.en}: the value of the grid region {record.place} is used",
            )
        if found.carried:
            yield Label(
                f"{label.zh}：沿用{record.valid_from[:4]}年值",
                f"{label.en}: the value of {record.valid_from[:4]} is carried forward",
            )
        if record.confidence.startswith("R"):
            yield Label("所用因子中有未经核对原文的（R）", "a factor in use was not checked (R)")
        elif record.confidence.startswith("T"):
            yield Label("所用因子中有转录值（T）", "a factor in use is a transcription (T)")
        elif record.confidence.startswith("I"):
            yield Label("所用因子中有推定值（I）", "a factor in use is inferred (I)")

    def _label(self, series: str, item: str) -> Label:
        name = self.conventions.series.get(series) or Label(series, series)
        of = self.conventions.natures.get(item)
        what = of.label if of else Label(item, item)
        return Label(f"{what.zh}{name.zh}", f"{name.en} of {what.en}")

    def _nothing(self, series: str, item: str, places: Sequence[str]) -> Figure:
        label = self._label(series, item)
        where = next((place for place in places if place != SOMEWHERE), NATION)
        return absent(
            label,
            "",
            Label(
                f"缺少因子：{label.zh}（序列 {series}，项目 {item}，地区 {where}）",
                f"no factor: {label.en} (series {series}, item {item}, place {where})",
            ),
        )

    @staticmethod
    def _part(period: Period, first: int, end: int) -> Period:
        return Period(first_hour=first, end_hour=end, zone_name=period.zone_name)


def _notes(record: FactorRecord) -> dict[str, str]:
    said = {
        "place": record.place,
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
        "low": f"{record.low:f}" if record.low is not None else "",
        "high": f"{record.high:f}" if record.high is not None else "",
        "note": record.note,
    }
    return {name: text for name, text in said.items() if text}


def _best(
    layers: Sequence[Sequence[tuple[int, int, FactorLine]]], low: int, high: int
) -> Found | None:
    """The nearest place's line that holds in these hours, or its last one before them."""
    for rows in layers:
        holding = [row for row in rows if row[0] <= low and high <= row[1]]
        if holding:
            return Found(line=holding[-1][2], first_hour=low, end_hour=high)
        past = [row for row in rows if row[1] <= low]
        if past:
            newest = max(past, key=lambda row: row[1])
            return Found(line=newest[2], first_hour=low, end_hour=high, carried=True)
    return None
