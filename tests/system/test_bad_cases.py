"""The bad-data cases through the doors: every hour, parents too, and what is shown of them."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.system import books
from tests.system.stack import Stack, until
from tests.system.world import uscc

pytestmark = pytest.mark.system

DATA = Path(__file__).parents[1] / "data" / "bad_cases"
PROVINCES = {
    case: f"3{number}" if number < 8 else f"4{number - 7}"
    for number, case in enumerate(("A", "B", "B2", "C", "D", "E", "F", "G", "H"), 1)
}
"""Each case has a province of its own."""
CASES = tuple(PROVINCES)
CHUNK = 50

Figures = dict[int, tuple[int, int]]
"""Hour -> quantity and how much of it is estimated."""


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


READINGS = table("readings.csv")
EXPECTED = table("expected_hours.csv")
SPAN = (
    min(books.hour_of(row["hour_start"]) for row in EXPECTED) - 2,
    max(books.hour_of(row["hour_start"]) for row in EXPECTED) + 3,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case in its own province, and its wave that was sent last."""

    name: str
    wave: int

    @property
    def regions(self) -> tuple[str, str, str]:
        """County, city, province."""
        number = PROVINCES[self.name]
        return f"{number}0102", f"{number}0100", f"{number}0000"

    def enterprise(self, meter: str) -> str:
        """Whose meter it is."""
        return uscc(f"91{self.regions[0]}BAD0000{meter}")

    @property
    def meters(self) -> tuple[str, ...]:
        """Those that ever speak."""
        return tuple(sorted({row["point"] for row in READINGS if row["case"] == self.name}))

    @property
    def rows(self) -> list[dict[str, str]]:
        """What arrives in this wave, in its order."""
        mine = (self.name, str(self.wave))
        return [
            {"point": f"{row['case']}-{row['point']}", "at": row["at"], "value": row["value"]}
            for row in READINGS
            if (row["case"], row["wave"]) == mine
        ]

    def expected(self) -> dict[str, Figures]:
        """Subject -> its hours after this wave: each meter's last word, and the sums above."""
        found: dict[str, Figures] = {}
        for wave in range(1, self.wave + 1):
            said: defaultdict[str, Figures] = defaultdict(dict)
            for row in EXPECTED:
                if (row["case"], row["after_wave"]) == (self.name, str(wave)):
                    figures = _hundredths(row["kwh"]), _hundredths(row["of_which_estimated"])
                    said[row["point"]][books.hour_of(row["hour_start"])] = figures
            found |= {f"enterprise:{self.enterprise(one)}": hours for one, hours in said.items()}
        return found | dict.fromkeys((f"region:{code}" for code in self.regions), _sum(found))


def _hundredths(kwh: str) -> int:
    return int(Decimal(kwh) * 100)


def _sum(parts: dict[str, Figures]) -> Figures:
    whole: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for part in parts.values():
        for hour, (quantity, estimated) in part.items():
            whole[hour] = whole[hour][0] + quantity, whole[hour][1] + estimated
    return dict(whole)


FIRST = {name: Case(name=name, wave=1) for name in CASES}
SECOND = {name: Case(name=name, wave=2) for name in CASES if Case(name=name, wave=2).rows}
LAST = FIRST | SECOND


def catalogue() -> dict[str, str]:
    """All cases; in case C the fourth enterprise has no point."""
    regions, enterprises, points = [], [], []
    for case in FIRST.values():
        county, city, province = case.regions
        regions += [f"{province},{province},", f"{city},{city},{province}"]
        regions.append(f"{county},{county},{city}")
        silent = ("M4",) if case.name == "C" else ()
        digits = "4" if case.name == "F" else ""
        enterprises += [
            f"{case.enterprise(meter)},{case.name} {meter},{county},C3120"
            for meter in (*case.meters, *silent)
        ]
        points += [
            f"{case.name}-{meter},enterprise:{case.enterprise(meter)},"
            f"electricity,kWh,register,2,300,150,{digits}"
            for meter in case.meters
        ]
    return {
        "carriers.csv": "code,name,unit\nelectricity,电力,kWh\n",
        "regions.csv": "\n".join(["code,name,parent", *regions]),
        "enterprises.csv": "\n".join(["code,name,region,industry", *enterprises]),
        "points.csv": "\n".join(
            ["code,owner,carrier,unit,kind,decimals,interval_s,max_rate,digits", *points]
        ),
    }


def difference(stack: Stack, case: Case) -> str:
    """The first hour that is not as it should be."""
    for subject, hours in case.expected().items():
        said = books.hours(stack, subject, "electricity", SPAN)
        for hour, book in said.items():
            if (book.quantity, book.estimated) != hours.get(hour, (0, 0)):
                return f"{case} {subject} {hour}: {book} instead of {hours.get(hour)}"
    return ""


def send(stack: Stack, cases: dict[str, Case]) -> None:
    """A wave of each case, and wait until its books are right."""
    for case in cases.values():
        for i in range(0, len(case.rows), CHUNK):
            stack.send(case.rows[i : i + CHUNK])
    for case in cases.values():
        last = ""

        def right(case: Case = case) -> bool:
            nonlocal last
            last = difference(stack, case)
            return not last

        try:
            until(right, f"the books of {case}", 20)
        except pytest.fail.Exception:
            pytest.fail(last)


@pytest.fixture(scope="module")
def before_wave_2(shared_stack: Stack) -> int:
    """The id of the last correction that the first waves led to; all second waves are sent then.

    The first waves come meter by meter: those that come later correct what a county's first meter
    had closed.
    """
    shared_stack.import_catalogue(catalogue())
    send(shared_stack, FIRST)
    last = max(
        one["id"]
        for case in SECOND.values()
        for subject in case.expected()
        for one in corrections(shared_stack, subject) or [{"id": 0}]
    )
    send(shared_stack, SECOND)
    return int(last)


@pytest.fixture
def stack(shared_stack: Stack, before_wave_2: int) -> Stack:
    """With all waves of all cases sent, each when the one before it was booked."""
    return shared_stack


def found(stack: Stack, subject: str, standing: str = "true") -> list[dict[str, Any]]:
    """Findings of a subject."""
    params = {"subject": subject, "standing": standing}
    listed: list[dict[str, Any]] = stack.get("evaluator", "/v1/findings", **params)["items"]
    return listed


def county(name: str) -> str:
    return f"region:{LAST[name].regions[0]}"


class TestTheBooks:
    @pytest.mark.parametrize("name", CASES)
    def test_are_right_to_the_hour_at_every_level(self, stack: Stack, name: str) -> None:
        assert difference(stack, LAST[name]) == ""

    def test_are_whole_where_nothing_is_missing(self, stack: Stack) -> None:
        expected = LAST["A"].expected()[county("A")]
        said = books.hours(stack, county("A"), "electricity", SPAN)
        assert {said[hour].completeness for hour in expected} == {1}

    def test_say_that_an_enterprise_has_no_meter(self, stack: Stack) -> None:
        for region in LAST["C"].regions:
            said = books.hours(stack, f"region:{region}", "electricity", SPAN)
            hours = LAST["C"].expected()[f"region:{region}"]
            assert {said[hour].completeness for hour in hours} == {Decimal("0.75")}

    def test_say_what_time_passed_unseen(self, stack: Stack) -> None:
        said = books.hours(stack, county("G"), "electricity", SPAN)
        hours = LAST["G"].expected()[county("G")]
        short = {hour: said[hour].completeness for hour in hours if said[hour].completeness != 1}
        assert short == {books.hour_of("2026-03-02T05:00:00+08:00"): Decimal("0.916667")}


STANDING = {"B": "gap", "F": "rollover", "G": "reset", "H": "gap"}


class TestTheFindings:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [*dict.fromkeys(("A", "B2", "C", "D", "E"), "").items(), *STANDING.items()],
    )
    def test_show_what_still_stands(self, stack: Stack, name: str, kind: str) -> None:
        shown = found(stack, county(name))
        assert [one["kinds"] for one in shown] == ([[kind]] if kind else [])
        assert all(one["point"] == f"{name}-M1" for one in shown)

    def test_tell_where_the_gap_is(self, stack: Stack) -> None:
        (gap,) = found(stack, county("B"))
        assert (gap["start"], gap["end"]) == ("2026-03-01T20:00:00Z", "2026-03-02T00:00:00Z")

    def test_keep_what_was_mended(self, stack: Stack) -> None:
        whole = found(stack, county("B2"), standing="false")
        assert [one["kinds"] for one in whole] == [["gap"]]
        assert whole[0]["ended_commit"] > whole[0]["commit"]


class TestTheCorrections:
    @pytest.mark.parametrize("level", range(4))
    def test_say_what_was_estimated_before(
        self, stack: Stack, before_wave_2: int, level: int
    ) -> None:
        mine = f"enterprise:{LAST['B2'].enterprise('M1')}"
        subject = (mine, *(f"region:{code}" for code in LAST["B2"].regions))[level]
        before, after = (case["B2"].expected()[subject] for case in (FIRST, SECOND))
        changed = {hour for hour in after if before[hour] != after[hour]}
        assert len(changed) == 2
        told = told_of(stack, subject, before_wave_2)
        assert told.keys() == changed
        for hour, story in told.items():
            assert (story[0]["old"], story[-1]["new"]) == (before[hour], after[hour])
            assert {cause for part in story for cause in part["causes"]} >= {"late"}

    def test_are_none_where_everything_came_twice(self, stack: Stack) -> None:
        causes = {
            cause
            for story in told_of(stack, county("E")).values()
            for part in story
            for cause in part["causes"]
        }
        assert causes <= {"new"}

    def test_follow_a_backlog_upwards(self, stack: Stack, before_wave_2: int) -> None:
        before, after = (case["D"].expected()[county("D")] for case in (FIRST, SECOND))
        told = told_of(stack, county("D"), before_wave_2)
        for hour, story in told.items():
            assert (story[0]["old"], story[-1]["new"]) == (before.get(hour, (0, 0)), after[hour])
        assert told.keys() >= {hour for hour in before if before[hour] != after[hour]}


def corrections(stack: Stack, subject: str) -> list[dict[str, Any]]:
    """All of a subject, the newest first."""
    told: dict[str, Any] = stack.get("evaluator", "/v1/corrections", subject=subject, limit="500")
    assert told["next"] is None
    listed: list[dict[str, Any]] = told["items"]
    return listed


def told_of(stack: Stack, subject: str, after: int = 0) -> dict[int, list[dict[str, Any]]]:
    """Hour -> its corrections after that id, the oldest first, with figures in hundredths."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in corrections(stack, subject)[::-1]:
        for hour in one["hours"] if one["id"] > after else ():
            figures = {
                name: (_hundredths(hour[name]["quantity"]), _hundredths(hour[name]["estimated"]))
                for name in ("old", "new")
            }
            found[books.hour_of(hour["hour"])].append({**figures, "causes": hour["causes"]})
    return dict(found)
