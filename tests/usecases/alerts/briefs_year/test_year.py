"""A year of demonstration data under simulated time: what is made, when, and who hears of it.

Working days by the calendar of China, counted by hand from the day after the quarter's end:
Q1 2023: 04-05 is off, Sunday 04-23 is worked: the 15th is 04-23. Q2: 07-21. Q3: off until 10-06,
Saturday and Sunday 10-07 and 10-08 are worked: 10-25. Q4: 2024-01-01 is off: 01-22.
Ten more, for which Ordos waits in vain for its output: off from 04-29 to 05-03, Saturday 05-06 is
worked: 05-09; 08-04; 11-08; Sunday 2024-02-04 is worked: 02-04.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.alerts.domain.briefs.flow import Brief, State
from services.alerts.domain.chain import BEGINNING, first_broken
from services.alerts.ports.journal import About
from tests.usecases.alerts.briefs_year.figures import Figures, News
from tests.usecases.alerts.briefs_year.office import BriefOffice
from tests.usecases.scenarios.people import OPERATOR
from tests.usecases.scenarios.script import ZONE, Contact, Covers, Person, Place, Scenario
from tests.usecases.scenarios.stage import Clock

NM, BAOTOU, ORDOS, HULUNBUIR = "150000", "150200", "150600", "150700"
DEPARTMENT, CITY = "自治区生态环境厅", "包头市生态环境局"
READERS, ELSEWHERE, PLANT = "自治区党政办公室", "青海省生态环境厅", "昆都仑钢铁厂"
HEAD = "自治区处长"
BEGIN, END = datetime(2023, 2, 1, tzinfo=ZONE), datetime(2024, 2, 8, tzinfo=ZONE)
LATE = {"2023-10": timedelta(days=26, hours=10)}
"""The third quarter's statistics come out two days after the brief is due."""
LOOKS = tuple(timedelta(hours=hour, minutes=5) for hour in (8, 20))
REVISED = News(
    at=datetime(2023, 9, 5, 9, tzinfo=ZONE),
    text="""
statements:
  - {subject: "region:150000", item: energy-whole, period: 2023Q2, value: 542.1, unit: 万tce,
     status: final, source: 演示数据}
""",
)
"""Six weeks after it was published a total of the half-year is revised: it was 541."""
READING = timedelta(hours=24)
"""So long a person reads a draft."""
QUARTERS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")
ON_TIME = ("2023-04-23", "2023-07-21", "2023-10-27", "2024-01-22")
IN_VAIN = ("2023-05-09", "2023-08-04", "2023-11-08", "2024-02-04")
_CORRECTION = "勘误"
HUMAN = {"brief.approved", "brief.published"}


@dataclass(slots=True)
class Year:
    """What came of the year. waited: briefs that waited, by region and period."""

    office: BriefOffice
    waited: dict[tuple[str, str], date] = field(default_factory=dict)
    prepared: dict[tuple[str, str], date] = field(default_factory=dict)

    def quarters(self, region: str) -> Sequence[Brief]:
        """The region's quarterly briefs."""
        return [one for one in self.briefs(region) if one.period in QUARTERS]

    def briefs(self, region: str) -> Sequence[Brief]:
        """The region's briefs without sheets that correct them."""
        return [one for one in self.office.of(region) if not one.is_errata]

    def entries(self) -> Iterator[Mapping[str, object]]:
        """The journal's entries about briefs."""
        for one in self.office.store.state.history:
            if one.about is About.BRIEF:
                yield msgspec.json.decode(one.data)

    def heard(self, name: str, event: str) -> list[tuple[str, str]]:
        """Regions and periods of the briefs that somebody was told so of, in their order."""
        sendings = [one.sending for one in self.office.sent if one.taken]
        documents = [one.document for one in sendings if one.recipient == name]
        items: Iterator[Mapping[str, Any]] = (one for doc in documents for one in doc["firing"])
        return [
            (one["regions"][0], one["about"])
            for one in items
            if one["event"] == event and _CORRECTION not in one["facts"].get("number", "")
        ]


def scenario() -> Scenario:
    """Offices of the region, of a city in it, of another region; and an enterprise."""
    return Scenario(
        title="一年四份形势分析",
        covers=Covers(),
        place=Place(regions={}),
        start="2023-02-01 00:00",
        moments=[],
        contacts={
            DEPARTMENT: _contact(f"region:{NM}", "carbon-province"),
            CITY: _contact(f"region:{BAOTOU}", "carbon-prefecture"),
            READERS: _contact(f"region:{NM}", "briefs"),
            ELSEWHERE: _contact("region:630000", "carbon-province", "briefs"),
            PLANT: _contact("enterprise:91150203DEMG00001K", "enterprises", role="sender"),
        },
        people={HEAD: Person(scope=[f"region:{NM}"])},
    )


def _contact(hears: str, *offices: str, role: str = "regulator") -> Contact:
    return Contact(hears=[hears], channels=["email"], offices=list(offices), role=role)


@pytest.fixture(scope="module")
async def year(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    key_file = tmp_path_factory.mktemp("key") / "service.key"
    key_file.write_text(OPERATOR, encoding="ascii")
    figures = Figures("inner-mongolia", LATE, [REVISED])
    await figures.open()
    clock = Clock(BEGIN)
    made = Year(office=await _office(clock, figures, key_file))
    for at in _looks():
        clock.now = at
        await figures.upto(at)
        await made.office.work()
        _note(made)
        await _read(made, at)
    yield made
    await made.office.http.aclose()
    await figures.client.aclose()


async def _office(clock: Clock, figures: Figures, key_file: Path) -> BriefOffice:
    office = BriefOffice(scenario(), clock, figures.client, key_file)
    await office.open(scenario())
    await office.shelf.assign(NM, "inner-mongolia-14fyp", OPERATOR, BEGIN)
    return office


def _looks() -> Iterator[datetime]:
    """The instants at which the year is looked at."""
    day = BEGIN
    while day < END:
        yield from (day + look for look in LOOKS)
        day += timedelta(days=1)


def _note(year: Year) -> None:
    """On which days briefs began to wait, and were prepared."""
    for brief in year.office.briefs.briefs.values():
        if brief.made_at is None or brief.is_errata:
            continue
        key, day = (brief.region, brief.period), brief.made_at.astimezone(ZONE).date()
        notes = {State.WAITING: year.waited, State.DRAFT: year.prepared}.get(brief.state)
        if notes is not None:
            notes.setdefault(key, day)


async def _read(year: Year, now: datetime) -> None:
    """Somebody approves what was prepared a day ago; that publishes it."""
    drafts = [one for one in year.office.briefs.briefs.values() if one.state is State.DRAFT]
    for brief in drafts:
        if brief.made_at is not None and now - brief.made_at >= READING:
            await year.office.act(HEAD, brief, "approve", comment="同意")


@pytest.mark.parametrize("region", [NM, BAOTOU, HULUNBUIR])
def test_four_quarters_are_published_of_every_region(year: Year, region: str) -> None:
    found = year.quarters(region)
    assert [one.period for one in found] == list(QUARTERS)
    assert {one.state for one in found} == {State.PUBLISHED}
    assert not any(one.preliminary for one in found)
    numbers = [one.number.text for one in year.briefs(region) if one.number]
    assert numbers[:3] == [f"晴雨形势〔2023〕{nth}号" for nth in (1, 2, 3)]
    assert sorted(numbers[3:]) == [f"晴雨形势〔2024〕{nth}号" for nth in (1, 2)]


@pytest.mark.parametrize("region", [NM, BAOTOU, HULUNBUIR])
def test_they_are_prepared_on_the_fifteenth_working_day_or_once_output_is_out(
    year: Year, region: str
) -> None:
    days = [year.prepared[region, period].isoformat() for period in QUARTERS]
    assert days == list(ON_TIME)
    waited = {period: day for (who, period), day in year.waited.items() if who == region}
    assert waited == {"2023Q3": date(2023, 10, 25)}


def test_where_no_output_ever_comes_they_are_preliminary_ten_working_days_later(year: Year) -> None:
    assert [year.prepared[ORDOS, period].isoformat() for period in QUARTERS] == list(IN_VAIN)
    assert all(one.preliminary for one in year.quarters(ORDOS))


def test_the_middle_of_the_plan_has_a_brief_of_its_own(year: Year) -> None:
    assert sorted(one.period for one in year.briefs(NM)) == ["2021-2023", *QUARTERS]


def test_nobody_does_anything_but_approve(year: Year) -> None:
    people = {(str(one["type"]), "by" in one) for one in year.entries()}
    assert {kind for kind, by_somebody in people if by_somebody} == HUMAN
    assert {kind for kind, by_somebody in people if not by_somebody} == {
        "brief.waiting",
        "brief.prepared",
        "brief.errata",
    }


def test_no_brief_contradicts_itself(year: Year) -> None:
    assert not any(one.findings for one in year.office.briefs.briefs.values())


def test_drafts_go_to_the_department_of_the_region(year: Year) -> None:
    for name, region in ((DEPARTMENT, NM), (CITY, BAOTOU)):
        heard = year.heard(name, "brief.prepared")
        assert sorted(heard) == [(region, "2021-2023"), *((region, one) for one in QUARTERS)]
        assert year.heard(name, "brief.waiting") == [(region, "2023Q3")]


def test_published_ones_go_to_the_department_and_to_the_readers_of_all_regions(year: Year) -> None:
    for name, region in ((DEPARTMENT, NM), (CITY, BAOTOU)):
        heard = year.heard(name, "brief.published")
        assert [period for _, period in heard if period in QUARTERS] == list(QUARTERS)
        assert {where for where, _ in heard} == {region}
    published = [
        (one.region, one.period)
        for one in year.office.briefs.briefs.values()
        if one.state is State.PUBLISHED and not one.is_errata
    ]
    assert sorted(year.heard(READERS, "brief.published")) == sorted(published)
    assert year.heard(READERS, "brief.prepared") == []


def test_nobody_else_hears_of_them(year: Year) -> None:
    told = {one.sending.recipient for one in year.office.sent}
    assert told <= {DEPARTMENT, CITY, READERS}


def test_what_is_sent_names_the_hashes_of_the_files(year: Year) -> None:
    (brief, *_) = year.quarters(NM)
    texts = [one.text for one in year.office.sent if one.sending.recipient == READERS]
    assert any(all(file.sha256 in text for file in brief.files) for text in texts)


def test_what_is_revised_later_becomes_a_sheet_of_errata_that_names_each_figure(year: Year) -> None:
    (sheet,) = [one for one in year.office.of(NM) if one.is_errata]
    corrected = next(one for one in year.quarters(NM) if one.period == "2023Q2")
    assert (sheet.corrects, sheet.state) == (corrected.id, State.PUBLISHED)
    assert sheet.number is not None
    assert sheet.number.text == "晴雨形势〔2023〕2号（勘误1）"
    changes = {(one.old, one.new) for one in sheet.changes}
    assert ("541.00", "542.10") in changes
    assert year.heard(DEPARTMENT, "brief.errata") == [(NM, "2023Q2")]


async def test_each_comes_out_the_same_when_it_is_made_again(year: Year) -> None:
    for brief in year.quarters(NM):
        found = await year.office.act(HEAD, brief, "remake")
        assert found["same"], found


def test_the_journal_is_whole(year: Year) -> None:
    history = year.office.store.state.history
    assert first_broken(BEGINNING, ((w.id, w.data.decode(), w.hash) for w in history)) is None
