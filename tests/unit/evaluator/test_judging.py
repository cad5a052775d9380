"""Levels: for any books, zone, phasing, versions and order they are what the rules say."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.budget import (
    FROM_THE_BEGINNING,
    STANDARD,
    Budget,
    Phasing,
    PhasingKind,
    knots,
    stretches,
)
from services.evaluator.domain.factors import Weight
from services.evaluator.domain.judgement import Judged, Step, advanced, quantity_of, rewound
from services.evaluator.domain.totals import Lane
from shared.model.instants import HOUR_US, hour_iso
from shared.model.level import Level
from shared.model.period import Period, hour_of_day, parse_period
from tests.unit.evaluator import judge_oracle
from tests.unit.evaluator.budgets import POWER, Ledger, brief, budget, version

STEEL = Path(__file__).parents[2] / "data" / "steel" / "usage.csv"


def steel_hours() -> dict[int, int]:
    """Hundredths of a kWh by UTC hour."""
    hours: dict[int, int] = {}
    with STEEL.open(newline="") as file:
        for row in csv.DictReader(file):
            day = row.pop("day")
            first = hour_of_day(date.fromisoformat(day), "+09:00")
            for i, value in enumerate(row.values()):
                hours[first + i // 4] = hours.get(first + i // 4, 0) + int(Decimal(value) * 100)
    return hours


def turns(steps: Sequence[Step]) -> list[tuple[int, int]]:
    return [(step.hour, int(step.level)) for step in steps]


class TestTheSteelHalfYear:
    budget = budget(version(500_000))
    books = Ledger()
    books.put(steel_hours())
    judged = advanced(
        brief(budget),
        brief(budget).nothing_yet(),
        parse_period("2018H1", "+09:00").end_hour * HOUR_US,
        (POWER,),
        books.hours,
    )

    def test_sums_to_what_its_readme_says(self) -> None:
        assert quantity_of(brief(self.budget), self.judged.parts) == (52_119_976, 0, 2)

    def test_uses_up_its_budget_in_the_known_hours(self) -> None:
        assert [(hour_iso(s.hour), s.level) for s in self.judged.used] == [
            ("2018-05-09T23:00:00Z", Level.NOTICE),
            ("2018-05-30T01:00:00Z", Level.YELLOW),
            ("2018-06-09T07:00:00Z", Level.ORANGE),
            ("2018-06-20T10:00:00Z", Level.RED),
        ]

    def test_is_red_by_pace_from_the_first_hour_judged(self) -> None:
        assert [(hour_iso(s.hour), s.level) for s in self.judged.pace][:1] == [
            ("2018-01-15T16:00:00Z", Level.RED)
        ]

    def test_passes_the_line_early(self) -> None:
        assert self.judged.first_over is not None
        assert hour_iso(self.judged.first_over) == "2018-01-04T02:00:00Z"

    def test_tells_the_figures_of_each_step(self) -> None:
        last = self.judged.used[-1]
        assert Decimal(last.quantity) >= 500_000
        assert last.used_percent.startswith("100.")
        assert Decimal(last.line) < 500_000


PERIODS = [
    ("2026-02-01/2026-02-04", "+08:00"),
    ("2026-01-30/2026-03-02", "Asia/Shanghai"),
    ("2026-03-28/2026-04-02", "Europe/Berlin"),
    ("2026-10-24/2026-11-02", "Europe/Berlin"),
    ("2025-12-31/2026-01-02", "-05:00"),
]


@st.composite
def phasings(draw: st.DrawFn, period: Period) -> Phasing:
    months = len(period.months())
    if draw(st.booleans()):
        return Phasing()
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=months - 1, max_size=months - 1)))
    edges = [0, *cuts, 1000]
    shares = tuple(Decimal(b - a) / 10 for a, b in pairwise(edges))
    return Phasing(kind=PhasingKind.MONTHS, shares=shares)


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    text, zone = draw(st.sampled_from(PERIODS))
    period = parse_period(text, zone)
    inside = st.integers(period.first_hour - 3, period.end_hour + 3)
    versions = [
        version(
            draw(st.sampled_from(["1", "3.7", "10", "0.123", "20"])),
            number=number,
            effective=FROM_THE_BEGINNING if number == 1 else draw(inside),
            phasing=draw(phasings(period)),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    policy = draw(
        st.sampled_from(
            [
                STANDARD,
                replace(
                    STANDARD, pace_from=Fraction(1, 2), used_clear_line_percent=Decimal("50.5")
                ),
                replace(STANDARD, pace_fall_points=Decimal("0.3"), pace=STANDARD.pace[1:]),
            ]
        )
    )
    return budget(*versions, period=period, policy=policy)


@st.composite
def ordeals(draw: st.DrawFn) -> tuple[Budget, dict[int, int], list[tuple[int, dict[int, int]]]]:
    """A budget, its books, and a way there: watermarks with the hours that changed before each."""
    of = draw(budgets())
    period = of.period
    # About one budget in all, so that the figures dance around line and thresholds.
    usual = max(1, 100 * int(of.versions[0].total * 10) // period.hours // 10)
    amounts = st.sampled_from([0, 0, usual, usual, usual + 1, 2 * usual, 5 * usual, -usual])
    hour = st.integers(period.first_hour - 2, period.end_hour + 2)
    start = draw(st.dictionaries(hour, amounts, max_size=40))
    start |= dict.fromkeys(range(*sorted((draw(hour), draw(hour)))), draw(amounts))
    books, way = dict.fromkeys(start, 0), []
    for _ in range(draw(st.integers(1, 5))):
        change = draw(st.dictionaries(hour, amounts, max_size=6))
        way.append((draw(hour), change))
    order = draw(st.permutations(sorted(start)))
    cut = draw(st.integers(0, len(order)))
    way[0][1].update({h: start[h] + way[0][1].get(h, 0) for h in order[:cut]})
    way[-1][1].update({h: start[h] + way[-1][1].get(h, 0) for h in order[cut:]})
    for _, change in way:
        for at, amount in change.items():
            books[at] = books.get(at, 0) + amount
    return of, books, way


@given(ordeals())
@settings(max_examples=120, deadline=None)
def test_levels_are_the_oracles_however_they_were_reached(
    ordeal: tuple[Budget, dict[int, int], list[tuple[int, dict[int, int]]]],
) -> None:
    of, books, way = ordeal
    ready, ledger = brief(of), Ledger()
    judged = ready.nothing_yet()
    for to, change in way:
        first = min([*change, to], default=to)
        judged = rewound(ready, judged, first, (POWER,), ledger.hours)
        ledger.put(change)
        judged = advanced(ready, judged, to * HOUR_US, (POWER,), ledger.hours)
    used, pace, over = judge_oracle.levels(
        of, {h: Fraction(a, 100) for h, a in books.items()}, way[-1][0]
    )
    assert (turns(judged.used), turns(judged.pace), judged.first_over) == (used, pace, over)
    period = of.period
    end = min(max(way[-1][0], period.first_hour), period.end_hour)
    inside = sum(a for h, a in books.items() if period.first_hour <= h < end)
    assert quantity_of(ready, judged.parts)[0] == inside


@given(ordeals(), st.integers(0, 25))
@settings(max_examples=60, deadline=None)
def test_size_does_not_matter(
    ordeal: tuple[Budget, dict[int, int], list[tuple[int, dict[int, int]]]], factor: int
) -> None:
    """With quantities and budget multiplied beyond 64 bits the levels stay the same."""
    of, books, way = ordeal
    small = _whole(of, books, way[-1][0], 0)
    big = _whole(of, books, way[-1][0], factor)
    assert turns(small.used) == turns(big.used)
    assert turns(small.pace) == turns(big.pace)


def _whole(of: Budget, books: dict[int, int], to: int, factor: int) -> Judged:
    larger = replace(
        of,
        versions=tuple(
            replace(v, total=v.total * Decimal(10) ** (factor + 7)) for v in of.versions
        ),
    )
    weight = Weight(
        first_hour=FROM_THE_BEGINNING, end_hour=2**40, mantissa=10 ** max(0, factor - 5), scale=0
    )
    ready, ledger = brief(larger, {("electricity", "import"): (weight,)}), Ledger()
    unit = 10 ** (7 + min(factor, 5))
    ledger.put({hour: amount * unit for hour, amount in books.items()})
    return advanced(ready, ready.nothing_yet(), to * HOUR_US, (POWER,), ledger.hours)


class TestAMeasureOfSeveralLanes:
    def test_adds_carriers_by_their_dated_factors(self) -> None:
        of = budget(version(10), period="2026-01-01/2026-01-03", zone="UTC")
        begin = of.period.first_hour
        coal = Lane(carrier="coal", flow="import", scale=0)
        weights = {
            ("electricity", "import"): (
                Weight(first_hour=-(2**40), end_hour=begin + 1, mantissa=1229, scale=7),
                Weight(first_hour=begin + 1, end_hour=2**40, mantissa=3, scale=4),
            ),
            ("coal", "import"): (
                Weight(first_hour=-(2**40), end_hour=2**40, mantissa=-7143, scale=4),
            ),
        }
        ready, ledger = brief(of, weights), Ledger((POWER, coal))
        ledger.put({begin: 100, begin + 1: 200})
        ledger.put({begin + 1: 5}, coal)
        hours, lanes = ledger.hours, (POWER, coal)
        judged = advanced(ready, ready.nothing_yet(), (begin + 2) * HOUR_US, lanes, hours)
        quantity, _, scale = quantity_of(ready, judged.parts)
        wanted = Fraction(1229, 10**7) + 2 * Fraction(3, 10**4) - 5 * Fraction(7143, 10**4)
        assert Fraction(quantity, 10**scale) == wanted
        back = rewound(ready, judged, begin + 1, lanes, hours)
        quantity, _, scale = quantity_of(ready, back.parts)
        assert Fraction(quantity, 10**scale) == Fraction(1229, 10**7)


class TestALine:
    def test_refuses_shares_that_do_not_fit(self) -> None:
        period = parse_period("2026Q1", "+08:00")
        for shares, word in (((50, 50), "3 calendar months"), ((50, 20, 20), "add up to 90")):
            phasing = Phasing(kind=PhasingKind.MONTHS, shares=tuple(map(Decimal, shares)))
            with pytest.raises(ValueError, match=word):
                knots(phasing, period)

    @given(budgets())
    @settings(max_examples=50, deadline=None)
    def test_is_whole_and_without_gaps(self, of: Budget) -> None:
        parts = stretches(of)
        assert parts[0].first_hour == of.period.first_hour
        assert parts[-1].end_hour == of.period.end_hour
        for a, b in pairwise(parts):
            assert a.end_hour == b.first_hour
        for part in parts:
            for hour in (part.first_hour, part.end_hour - 1):
                assert part.line_after(hour) == judge_oracle.line(of, of.version_at(hour), hour)
