"""Briefs when things go wrong: neighbours away, people at odds, copies that meet."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from services.alerts.adapters.briefs.scribe import LocalScribe
from services.alerts.domain.briefs.checking import checked
from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.flow import Brief, RefusedError, State
from services.alerts.domain.briefs.settings import Tier
from services.alerts.domain.briefs.situation import Situation
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_situation
from tests.usecases.alerts.briefs_memory import MemoryBriefs, set_settings
from tests.usecases.alerts.briefs_parts import (
    ANNA,
    BOB,
    LEAGUE,
    REGION,
    TAIAN,
    Desk,
    Example,
)

HOUR = timedelta(hours=1)
QUARTERS_DAY = datetime(2025, 10, 28, tzinfo=UTC)


class TestAway:
    async def test_however_long_the_evaluator_is_away_nobody_is_told_of_a_fault(self) -> None:
        desk = Desk()
        desk.situations.away = True
        await desk.order()
        for _ in range(20):
            desk.at += timedelta(minutes=1)
            await desk.make_all()
        assert (desk.brief().state, desk.told()) == (State.MAKING, [])
        desk.situations.away, desk.at = False, desk.at + HOUR
        await desk.make_all()
        assert desk.brief().state is State.DRAFT

    async def test_an_answer_that_nobody_can_use_loses_no_brief(self) -> None:
        desk = Desk(QUARTERS_DAY - HOUR)
        figures = Late(inner=desk.figures)
        desk.situations.make = figures
        await desk.hours(QUARTERS_DAY + HOUR)
        assert desk.brief("2025Q3").state is State.STOPPED, "people see that there is none, and why"
        figures.known, desk.situations.commit = True, 2
        await desk.hours(desk.at + 8 * HOUR)
        assert desk.in_state(State.DRAFT) == [
            (REGION, "2025Q3"),
            ("150100", "2025Q3"),
            (LEAGUE, "2025Q3"),
        ]


@dataclass(slots=True)
class Late:
    """The evaluator does not know any region, until it does."""

    inner: Example
    known: bool = False

    def situation(self, region: str, period: str, commit: int) -> Situation | None:
        """None as long as it knows none."""
        return self.inner.situation(region, period, commit) if self.known else None


class TestStanding:
    async def test_those_that_cannot_move_do_not_crowd_out_the_others(self) -> None:
        desk = Desk()
        desk.figures.unreconciled = (TAIAN,)
        for year in range(1960, 2020):
            await desk.order(str(year))
        desk.at += HOUR
        desk.figures.unreconciled, desk.figures.output = (), "missing"
        await desk.order()
        assert desk.brief().state is State.WAITING
        desk.figures.output = "final"
        await desk.hours(desk.at + 10 * HOUR)
        assert desk.brief().state is State.DRAFT

    async def test_one_as_of_a_commit_waits_no_longer_than_others(self) -> None:
        desk = Desk(datetime(2026, 11, 16, tzinfo=UTC))
        desk.figures.output = "missing"
        await desk.order(commit=1)
        assert desk.brief().state is State.WAITING
        await desk.hours(datetime(2026, 11, 18, tzinfo=UTC))
        assert (desk.brief().state, desk.brief().preliminary) == (State.DRAFT, True)


class TestSettings:
    async def test_what_lies_below_has_the_settings_of_the_nearest_above(self) -> None:
        desk = Desk(QUARTERS_DAY - HOUR)
        county = next(one for one in example_situation().counties if one.parent == LEAGUE)
        desk.situations.make = Counties(inner=desk.figures)
        every = frozenset({Tier.PROVINCE, Tier.PREFECTURE, Tier.COUNTY})
        set_settings(desk.shelf, "default", levels=every)
        desk.shelf.given[LEAGUE] = "inner-mongolia-14fyp"
        await desk.hours(QUARTERS_DAY + HOUR)
        made = {one.region: one.settings for one in desk.store.briefs.values()}
        assert made[LEAGUE] == "inner-mongolia-14fyp"
        assert county.code not in made, "its settings have no briefs of counties"


@dataclass(slots=True)
class Counties:
    """With all counties."""

    inner: Example
    counties: Sequence[str] = field(default=())

    def situation(self, region: str, period: str, commit: int) -> Situation | None:
        """Of the province."""
        found = self.inner.situation(region, period, commit)
        if found is None or region != REGION:
            return found
        return replace(found, counties=example_situation().counties)


class TestApproved:
    async def test_what_was_approved_goes_out_and_nothing_else(self) -> None:
        desk = Desk()
        brief = await desk.order()
        await desk.acts.approve(brief.id, None, BOB, desk.at, "")
        newer = replace(desk.parts, scribe=LocalScribe(_with_another_title, checked))
        with pytest.raises(RefusedError) as refused:
            await replace(desk.acts, parts=newer).publish(brief.id, None, BOB, desk.at, "")
        assert refused.value.kind == "rules"
        assert (await desk.acts.publish(brief.id, None, BOB, desk.at, "")).number is not None


def _with_another_title(facts: Facts, language: Language, edition: Edition) -> Document:
    return replace(write(facts, language, edition), title="另一个标题")


class TestSecondPerson:
    async def test_another_key_is_not_another_person(self) -> None:
        desk = Desk()
        set_settings(desk.shelf, "default", second_person=True)
        brief = await desk.order(by=ANNA)
        with pytest.raises(RefusedError) as refused:
            await desk.acts.approve(brief.id, None, replace(ANNA, key_id="old"), desk.at, "")
        assert refused.value.kind == "second-person"


_LAST_READ = 2
"""Sheets are read for the figures as corrected so far, and then for what is to be done."""


class Meddling(MemoryBriefs):
    """Something happens between the reading of the sheets and what is written then."""

    def __init__(self) -> None:
        super().__init__()
        self.meddle: Brief | None = None
        self.reads = 0

    async def sheets(self, key: UUID) -> Sequence[Brief]:
        """As they were before somebody meddled."""
        found = await super().sheets(key)
        self.reads += 1
        if self.meddle is not None and self.reads == _LAST_READ:
            self.briefs[self.meddle.id] = self.meddle
        return found


class TestErrata:
    async def _sheet(self) -> tuple[Desk, Meddling, Brief]:
        desk, store = Desk(), Meddling()
        desk.parts = replace(desk.parts, store=store)
        desk.store = store
        for name in ("maker", "acts", "calendar"):
            setattr(desk, name, replace(getattr(desk, name), parts=desk.parts))
        await desk.order()
        await desk.publish()
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + 2 * HOUR)
        return desk, store, next(one for one in store.briefs.values() if one.is_errata)

    async def test_what_somebody_wrote_meanwhile_is_kept(self) -> None:
        desk, store, sheet = await self._sheet()
        remarks = {"explanation": "统计口径调整。"}
        store.reads = 0
        store.meddle = replace(sheet, remarks=remarks, revision=sheet.revision + 1, editor=BOB)
        desk.figures.factors[3], desk.situations.commit = Fraction(13, 10), 3
        await desk.calendar._corrections(desk.at)
        store.meddle = None
        await desk.make_all()
        assert store.briefs[sheet.id].remarks == remarks
        assert store.briefs[sheet.id].revision == sheet.revision + 2

    async def test_what_was_published_meanwhile_stays(self) -> None:
        desk, store, sheet = await self._sheet()
        out = replace(sheet, state=State.PUBLISHED, published_at=desk.at)
        store.reads, store.meddle = 0, out
        desk.figures.factors[3], desk.situations.commit = Fraction(13, 10), 3
        await desk.calendar._corrections(desk.at)
        assert store.briefs[sheet.id] == out

    async def test_one_that_could_not_be_printed_is_tried_again(self) -> None:
        desk, store, sheet = await self._sheet()
        store.briefs[sheet.id] = replace(sheet, state=State.STOPPED, findings=(TAIAN.label,))
        desk.situations.commit = 3
        await desk.hours(desk.at + 2 * HOUR)
        assert store.briefs[sheet.id].state is State.DRAFT

    async def test_what_came_while_one_was_approved_is_not_forgotten(self) -> None:
        desk, store, sheet = await self._sheet()
        await desk.acts.approve(sheet.id, None, BOB, desk.at, "")
        desk.figures.factors[3], desk.situations.commit = Fraction(13, 10), 3
        await desk.hours(desk.at + 2 * HOUR)
        await desk.acts.publish(sheet.id, None, BOB, desk.at, "")
        await desk.hours(desk.at + 2 * HOUR)
        sheets = [one for one in store.briefs.values() if one.is_errata]
        assert [one.state for one in sheets] == [State.PUBLISHED, State.DRAFT]
        assert {one.old for one in sheets[1].changes} == {one.new for one in sheet.changes}

    async def test_how_complete_the_data_are_by_now_is_no_mistake(self) -> None:
        desk = Desk()
        await desk.order()
        await desk.publish()
        inner = desk.figures
        desk.situations.make = Fuller(inner=inner)
        desk.situations.commit = 2
        await desk.hours(desk.at + 2 * HOUR)
        assert len(desk.store.briefs) == 1

    async def test_one_that_cannot_be_read_any_more_does_not_hide_the_others(self) -> None:
        desk = Desk()
        for period in ("2026Q2", "2026Q3"):
            await desk.order(period)
            await desk.publish(period)
        key = desk.brief("2026Q2").id
        desk.store.revisions[key] = (b"{}", desk.store.revisions[key][1])
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + 2 * HOUR)
        assert [one.corrects for one in desk.store.briefs.values() if one.is_errata] == [
            desk.brief().id
        ]


@dataclass(slots=True)
class Fuller:
    """The same figures, of better data, with another forecast."""

    inner: Example

    def situation(self, region: str, period: str, commit: int) -> Situation | None:
        """As if all hours were known."""
        found = self.inner.situation(region, period, commit)
        if found is None:
            return None
        whole = Fraction(77)
        users = replace(found.users, completeness=tuple(whole for _ in found.users.code))
        return replace(
            found,
            users=users,
            places=tuple(replace(one, completeness=whole) for one in found.places),
            data=replace(found.data, completeness=whole, corrections_count=9),
            outlook=tuple(replace(one, probability=Fraction(1, 7)) for one in found.outlook),
        )
