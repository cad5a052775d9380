"""Which briefs are due: over whole years with China's holidays, and however time is cut."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.adapters.briefs.settings_files import (
    BadSettingsError,
    read_settings,
    shipped,
)
from services.alerts.domain.briefs.schedule import (
    Due,
    begins,
    due_within,
    ended,
    kind_of,
    last_day,
    latest_before,
    waits_until,
)
from services.alerts.domain.briefs.settings import BriefSettings, Cadence, Trigger, assigned, faults
from shared.kit.workdays import after

DEFAULT = shipped()["default"]
QUARTERLY = replace(DEFAULT, cadences=frozenset({Cadence.QUARTER}))
BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)


def due(settings: BriefSettings, begin: datetime = BEGIN, end: datetime = END) -> tuple[Due, ...]:
    return due_within(settings, begin, end, after)


def names(*cadences: Cadence, first: date, end: date) -> list[str]:
    return [one.text for one in ended(frozenset(cadences), first, end)]


class TestDays:
    def test_four_quarters_on_the_fifteenth_working_day_at_eight(self) -> None:
        found = [(one.period.text, one.at.isoformat()) for one in due(QUARTERLY)]
        # 1 January and 10 to 17 February are off (4 and 18 February are worked); 4 to 6 April off,
        # 7 April worked; 1 to 7 October off, 12 October worked.
        assert found == [
            ("2023Q4", "2024-01-22T00:00:00+00:00"),
            ("2024Q1", "2024-04-22T00:00:00+00:00"),
            ("2024Q2", "2024-07-19T00:00:00+00:00"),
            ("2024Q3", "2024-10-25T00:00:00+00:00"),
        ]

    def test_years_that_are_not_announced_are_provisional(self) -> None:
        far = datetime(2199, 1, 1, tzinfo=UTC)
        assert all(one.provisional for one in due(QUARTERLY, far, far + timedelta(days=200)))
        assert not any(one.provisional for one in due(QUARTERLY))

    def test_it_waits_for_so_many_working_days_more(self) -> None:
        assert waits_until(DEFAULT, date(2024, 10, 25), after) == datetime(2024, 11, 15, tzinfo=UTC)

    @given(st.lists(st.integers(0, 8_784), max_size=30))
    def test_however_time_is_cut_the_same_is_due_once(self, hours: list[int]) -> None:
        cuts = sorted({0, 8_784, *hours})
        edges = [BEGIN + timedelta(hours=one) for one in cuts]
        found = [one for begin, end in pairwise(edges) for one in due(QUARTERLY, begin, end)]
        assert tuple(found) == due(QUARTERLY, BEGIN, edges[-1])


class TestPeriods:
    def test_every_kind_in_a_last_year_of_a_plan(self) -> None:
        year = {"first": date(2025, 1, 1), "end": date(2026, 1, 1)}
        assert names(Cadence.MONTH, **year) == [f"2025M{month}" for month in range(1, 13)]
        assert names(Cadence.QUARTER, **year) == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
        assert names(Cadence.HALF, **year) == ["2025H1"]
        assert names(Cadence.YEAR, **year) == ["2025"]
        assert names(Cadence.FINAL, Cadence.MIDTERM, **year) == ["2021-2025"]

    def test_the_middle_of_a_plan(self) -> None:
        found = names(Cadence.MIDTERM, first=date(2021, 1, 1), end=date(2031, 1, 1))
        assert found == ["2021-2023", "2026-2028"]

    def test_of_the_same_days_only_the_widest(self) -> None:
        every = tuple(Cadence)
        found = names(*every, first=date(2028, 1, 1), end=date(2029, 1, 1))
        assert found == [
            *("2028M1", "2028M2", "2028Q1", "2028M4", "2028M5", "2028H1", "2028M7", "2028M8"),
            *("2028Q3", "2028M10", "2028M11", "2026-2028", "2028"),
        ]

    def test_the_last_day_decides(self) -> None:
        assert names(Cadence.QUARTER, first=date(2026, 3, 31), end=date(2026, 4, 1)) == ["2026Q1"]
        assert not names(Cadence.QUARTER, first=date(2026, 4, 1), end=date(2026, 6, 30))

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("2026Q3", "quarter"),
            ("2026Q3s", "quarter"),
            ("2026H1", "half"),
            ("2026", "year"),
            ("2026M7", "month"),
            ("2026-07", "month"),
            ("2026-2028", "midterm"),
            ("2026-2030", "final"),
        ],
    )
    def test_kinds_by_name(self, text: str, kind: str) -> None:
        assert kind_of(text).value == kind

    @pytest.mark.parametrize("text", ["", "26Q3", "2026Q5", "2026M13", "2026-13", "2028-2026"])
    def test_what_is_no_period(self, text: str) -> None:
        with pytest.raises(ValueError, match="no period of a brief"):
            kind_of(text)

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("2026Q1", date(2026, 1, 1)),
            ("2026Q4", date(2026, 10, 1)),
            ("2026Q4s", date(2026, 10, 1)),
            ("2026H1", date(2026, 1, 1)),
            ("2026H2", date(2026, 7, 1)),
            ("2026", date(2026, 1, 1)),
            ("2026M12", date(2026, 12, 1)),
            ("2026-07", date(2026, 7, 1)),
            ("2026-2030", date(2026, 1, 1)),
        ],
    )
    def test_the_newest_part_begins(self, text: str, first: date) -> None:
        assert begins(text) == first

    @pytest.mark.parametrize(
        ("text", "said"),
        [("soon", "no period"), ("0000Q1", "before 1949"), ("1899", "before 1949")],
    )
    def test_what_never_began(self, text: str, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            begins(text)

    @pytest.mark.parametrize(
        ("text", "last"),
        [
            ("2026Q1", date(2026, 3, 31)),
            ("2026Q4s", date(2026, 12, 31)),
            ("2024-02", date(2024, 2, 29)),
            ("2026M11", date(2026, 11, 30)),
            ("2026H1", date(2026, 6, 30)),
            ("2026", date(2026, 12, 31)),
            ("2026-2030", date(2030, 12, 31)),
        ],
    )
    def test_the_last_day(self, text: str, last: date) -> None:
        assert last_day(text) == last

    def test_the_one_before_ended_before(self) -> None:
        """The half-year's is the first quarter's, whatever came out since."""
        others = ("2025", "2026Q1", "2026Q2s", "2026M5", "2026Q3", "2026-2028")
        assert latest_before("2026H1", others) == "2026M5"
        assert latest_before("2026Q1", others) == "2025"
        assert latest_before("2025", others) is None


class TestCoverage:
    SETTINGS = replace(QUARTERLY, trigger=Trigger(after=15, coverage=Fraction(98), at_least=3))

    def asks(self, text: str) -> list[tuple[str, bool]]:
        end = datetime.fromisoformat(text)
        found = due(self.SETTINGS, end - timedelta(hours=1), end)
        return [(one.period.text, one.asks) for one in found]

    def test_asked_for_from_the_third_working_day_until_the_fifteenth(self) -> None:
        # The third working day after September is 10 October, the fifteenth 25 October.
        assert self.asks("2024-10-10T00:00:00+00:00") == []
        assert self.asks("2024-10-10T01:00:00+00:00") == [("2024Q3", True)]
        assert self.asks("2024-10-24T23:00:00+00:00") == [("2024Q3", True)]
        assert self.asks("2024-10-25T01:00:00+00:00") == [("2024Q3", False)]
        assert self.asks("2024-10-25T02:00:00+00:00") == []

    def test_not_before_the_period_is_over(self) -> None:
        settings = replace(self.SETTINGS, trigger=replace(self.SETTINGS.trigger, at_least=0))
        end = datetime(2024, 9, 30, 23, tzinfo=UTC)
        assert due(settings, end - timedelta(hours=1), end) == ()
        later = end + timedelta(hours=2)
        assert [one.asks for one in due(settings, end, later)] == [True]


class TestFiles:
    def test_there_is_one_for_every_ladder(self) -> None:
        assert {"default", "inner-mongolia-14fyp", "qinghai-peak", "tibet-13fyp"} < set(shipped())
        for settings in shipped().values():
            assert not list(faults(settings))
            assert settings.proposals

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("gdp: wait", "gdp: perhaps", "gdp"),
            ("15}", "999}", "trigger.after_workdays"),
            ("{nth}号", "号", "number"),
            ("measure_first: carbon", "measure_first: water", "measure_first"),
            ("languages: [zh]", "languages: []", "languages"),
            ("name: default", "name: Default!", "name"),
            ("public: false", "publik: false", "publik"),
        ],
    )
    def test_mistakes_are_named(self, old: str, new: str, said: str) -> None:
        from importlib import resources

        file = resources.files("services.alerts") / "data/briefs/settings/default.yaml"
        text = file.read_text("utf-8")
        assert old in text
        with pytest.raises(BadSettingsError, match=said):
            read_settings(text.replace(old, new))

    def test_the_nearest_region_with_settings_decides(self) -> None:
        known = {"150000": "a", "150200": "b"}
        assert assigned(("150203", "150200", "150000"), known) == ("b", False)
        assert assigned(("150000",), known) == ("a", True)
        assert assigned(("630000",), known) is None
