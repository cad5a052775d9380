"""Briefs made, reviewed, published and corrected, on ports in memory and under set time."""

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest

from services.alerts.domain.briefs.desking import Entry
from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.flow import RefusedError, State
from services.alerts.domain.briefs.settings import Gdp, Trigger
from services.alerts.handlers.briefs.making import LEASE
from services.alerts.ports.briefs import CannotPrintError, ClaimLostError, Progress
from shared.kit.errors import Unavailable
from shared.model.level import Level
from tests.usecases.alerts.briefs_memory import set_settings
from tests.usecases.alerts.briefs_parts import (
    ANNA,
    BOB,
    LEAGUE,
    QUARTER,
    REGION,
    TAIAN,
    Desk,
)

HOUR = timedelta(hours=1)


class TestMaking:
    async def test_a_draft_has_files_digest_and_what_it_was_made_of(self) -> None:
        desk = Desk()
        brief = await desk.order()
        assert (brief.state, brief.revision, brief.editor) == (State.DRAFT, 1, ANNA)
        assert [one.name for one in brief.files] == ["brief.json", "brief.zh.docx", "brief.zh.pdf"]
        figures = json.loads(await desk.store.data(brief.files[0].sha256) or b"")
        assert figures["digest"] == brief.digest
        assert figures["facts"]["situation"]["commit"] == brief.commit == 1
        assert list(figures["documents"]) == ["zh"]
        assert desk.told() == ["prepared"]
        entry = json.loads(desk.store.journal[0].data)
        assert entry["type"] == "brief.prepared"
        assert {one["sha256"] for one in entry["files"]} == {one.sha256 for one in brief.files}
        assert entry["regions"] == [REGION, "100000"]

    async def test_as_of_the_same_commit_and_entry_come_the_same_bytes(self) -> None:
        desk = Desk()
        first = await desk.order()
        desk.history.told = [_raised(7)]
        desk.figures.factors = {5: Fraction(2)}
        desk.situations.commit = 5
        later = await desk.order()
        assert later.digest != first.digest
        again = await desk.order(commit=first.commit or 0, journal=first.journal or 0)
        assert (again.digest, again.files) == (first.digest, first.files)

    async def test_what_does_not_add_up_stops_it_with_a_list(self) -> None:
        desk = Desk()
        desk.figures.unreconciled = (TAIAN,)
        brief = await desk.order()
        assert brief.state is State.STOPPED
        assert "采矿业" in brief.findings[0].zh
        assert "87.86" in brief.findings[0].en
        assert (brief.files, desk.press.printed, desk.told()) == ((), 0, ["stopped"])

    async def test_a_stopped_one_is_tried_again_when_the_figures_have_moved_on(self) -> None:
        desk = Desk()
        desk.figures.unreconciled = (TAIAN,)
        await desk.order()
        await desk.hours(desk.at + 8 * HOUR)
        assert desk.told() == ["stopped"]
        asked = len(desk.situations.asked)
        await desk.hours(desk.at + 30 * HOUR)
        assert len(desk.situations.asked) == asked, "the same commit gives the same figures"
        desk.situations.commit = 9
        await desk.hours(desk.at + 2 * HOUR)
        assert desk.told() == ["stopped"], "people are not told again of the same"
        desk.situations.commit, desk.figures.unreconciled = 10, ()
        await desk.hours(desk.at + 8 * HOUR)
        assert desk.brief().state is State.DRAFT
        assert desk.told() == ["stopped", "prepared"]

    async def test_the_evaluator_is_away_and_comes_back(self) -> None:
        desk = Desk()
        desk.situations.away = True
        assert (await desk.order()).state is State.MAKING
        assert await desk.maker.round() is None, "not again at once"
        desk.situations.away, desk.at = False, desk.at + HOUR
        await desk.make_all()
        assert desk.brief().state is State.DRAFT

    async def test_nobody_knows_the_region(self) -> None:
        desk = Desk()
        brief = await desk.order(region="990000")
        assert (brief.state, brief.findings) == (
            State.STOPPED,
            (Label("没有此地区", "no such region"),),
        )

    async def test_what_cannot_be_made_ends_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        desk = Desk()

        async def broken(*_: object) -> object:
            raise RuntimeError("a fault")

        monkeypatch.setattr(desk.press, "forms", broken)
        await desk.order()
        for _ in range(4):
            desk.at += HOUR
            await desk.make_all()
        assert desk.brief().state is State.STOPPED
        assert desk.store.turns == {}

    async def test_a_copy_that_dies_leaves_the_brief_to_another(self) -> None:
        desk = Desk()
        await desk.order()
        await desk.acts.order(desk.brief(), desk.brief().order, ANNA)
        claimed = await desk.store.claim(desk.at, desk.at + LEASE, uuid4())
        assert claimed is not None
        assert await desk.make_all() == 0, "it is being made"
        desk.at += LEASE
        assert await desk.make_all() == 1
        progress = Progress(step="keeping", done=95, whole=100)
        with pytest.raises(ClaimLostError):
            await desk.store.progress(claimed.brief.id, claimed.token, progress, desk.at)


def _raised(number: int) -> Entry:
    at = datetime(2026, 8, 1, tzinfo=UTC)
    return Entry(
        id=number,
        about="warning",
        key=uuid4(),
        kind="raised",
        at=at,
        subject="region:150200",
        regions=("150200", "150000"),
        measure="carbon",
        condition="barometer",
        level=Level.RED,
    )


class TestOutput:
    async def test_it_waits_for_the_output_and_goes_on_when_it_is_out(self) -> None:
        desk = Desk()
        desk.figures.output = "missing"
        brief = await desk.order()
        assert (brief.state, desk.told()) == (State.WAITING, ["waiting"])
        assert "生产总值" in brief.waiting_for[0].zh
        await desk.hours(desk.at + 24 * HOUR)
        assert desk.told() == ["waiting"], "told once"
        desk.figures.output = "final"
        await desk.hours(desk.at + 12 * HOUR)
        assert desk.brief().state is State.DRAFT
        assert not desk.brief().preliminary

    async def test_its_patience_ends(self) -> None:
        desk = Desk(datetime(2026, 10, 28, tzinfo=UTC))
        desk.figures.output = "missing"
        await desk.order()
        await desk.hours(datetime(2026, 11, 16, 23, tzinfo=UTC), 6 * HOUR)
        assert desk.brief().state is State.WAITING
        await desk.hours(datetime(2026, 11, 18, tzinfo=UTC), 6 * HOUR)
        assert desk.brief().state is State.DRAFT
        assert desk.brief().preliminary

    async def test_preliminary_at_once_where_the_settings_say_so(self) -> None:
        desk = Desk()
        set_settings(desk.shelf, "default", gdp=Gdp.PRELIMINARY)
        desk.figures.output = "missing"
        brief = await desk.order()
        assert (brief.state, brief.preliminary) == (State.DRAFT, True)

    async def test_rates_that_are_told_without_amounts_are_enough(self) -> None:
        desk = Desk()
        desk.figures.output, desk.figures.rates = "missing", True
        brief = await desk.order()
        assert (brief.state, brief.preliminary) == (State.DRAFT, False)


class TestYear:
    async def test_four_quarters_are_prepared_on_their_days(self) -> None:
        desk = Desk(datetime(2024, 3, 1, tzinfo=UTC))
        await desk.hours(datetime(2025, 3, 1, tzinfo=UTC), 6 * HOUR)
        made = [
            (one.period, one.created_at.date().isoformat())
            for one in sorted(desk.store.briefs.values(), key=lambda each: each.created_at)
            if one.region == REGION
        ]
        # Off: 4 to 6 April, 1 to 7 October, 1 January; worked: 7 April, 12 October.
        assert made == [
            ("2024Q1", "2024-04-22"),
            ("2024Q2", "2024-07-19"),
            ("2024Q3", "2024-10-25"),
            ("2024Q4", "2025-01-22"),
        ]
        assert len(desk.in_state(State.DRAFT)) == 12, "the province and its two leagues"

    async def test_what_was_missed_is_caught_up_once(self) -> None:
        desk = Desk(datetime(2025, 3, 1, tzinfo=UTC))
        await desk.hours(datetime(2026, 3, 1, tzinfo=UTC), timedelta(days=200))
        assert len(desk.in_state(State.DRAFT)) == 15, "four quarters and the end of the plan"
        assert desk.told() == ["prepared"] * 15

    async def test_what_was_made_early_is_made_anew_on_its_day(self) -> None:
        desk = Desk(datetime(2024, 9, 20, tzinfo=UTC))
        early = await desk.order("2024Q3")
        await desk.acts.edit(early.id, {"overall": "检修。"}, None, ANNA, desk.at)
        await desk.hours(datetime(2024, 10, 24, tzinfo=UTC), 6 * HOUR)
        assert desk.brief("2024Q3").revision == 2
        await desk.hours(datetime(2024, 10, 28, tzinfo=UTC), 6 * HOUR)
        assert desk.brief("2024Q3").revision == 3
        assert desk.brief("2024Q3").remarks == {"overall": "检修。"}

    async def test_as_soon_as_the_data_are_there(self) -> None:
        desk = Desk(datetime(2025, 10, 1, tzinfo=UTC))
        trigger = Trigger(after=15, coverage=Fraction(98), at_least=3)
        set_settings(desk.shelf, "default", trigger=trigger)
        desk.figures.completeness = Fraction(90)
        await desk.hours(datetime(2025, 10, 16, tzinfo=UTC))
        assert REGION not in {one.region for one in desk.store.briefs.values()}
        desk.figures.completeness = Fraction(99)
        await desk.hours(datetime(2025, 10, 17, tzinfo=UTC))
        assert desk.brief("2025Q3").state is State.DRAFT

    async def test_without_settings_the_default_ones_hold_for_the_whole(self) -> None:
        desk = Desk(datetime(2025, 10, 27, tzinfo=UTC))
        desk.shelf.given, desk.history.on_top = {}, [REGION]
        await desk.hours(datetime(2025, 10, 29, tzinfo=UTC))
        assert desk.in_state(State.DRAFT) == [
            (REGION, "2025Q3"),
            ("150100", "2025Q3"),
            (LEAGUE, "2025Q3"),
        ]

    async def test_a_region_with_settings_of_its_own_is_not_asked_for_twice(self) -> None:
        desk = Desk(datetime(2025, 10, 27, tzinfo=UTC))
        desk.shelf.given[LEAGUE] = "inner-mongolia-14fyp"
        await desk.hours(datetime(2025, 10, 29, tzinfo=UTC))
        assert desk.brief("2025Q3", LEAGUE).settings == "inner-mongolia-14fyp"
        assert desk.brief("2025Q3", "150100").settings == "default"

    async def test_the_job_is_put_off_while_the_evaluator_is_away(self) -> None:
        desk = Desk(datetime(2025, 10, 27, tzinfo=UTC))
        desk.situations.away = True
        with pytest.raises(Unavailable):
            await desk.hours(datetime(2025, 10, 29, tzinfo=UTC))


class TestReview:
    async def test_remarks_make_a_new_revision_and_keep_the_digest(self) -> None:
        desk = Desk()
        first = await desk.order()
        edited = await desk.acts.edit(first.id, {"overall": "检修。"}, 1, BOB, desk.at)
        assert (edited.revision, edited.editor, edited.digest) == (2, BOB, first.digest)
        assert edited.remarks == {"overall": "检修。"}
        assert edited.files != first.files
        kept = desk.store.revisions[first.id]
        pages = desk.parts.scribe.pages(kept[1])
        shown = [getattr(one, "text", "") for page in pages.values() for one in page.blocks]
        assert "检修。" in " ".join(shown)

    async def test_remarks_outlive_a_new_making(self) -> None:
        desk = Desk()
        brief = await desk.order()
        await desk.acts.edit(brief.id, {"overall": "检修。"}, None, BOB, desk.at)
        desk.situations.commit = 2
        again = await desk.order()
        assert (again.revision, again.remarks) == (3, {"overall": "检修。"})

    async def test_whoever_saw_another_revision_is_refused(self) -> None:
        desk = Desk()
        brief = await desk.order()
        await desk.acts.edit(brief.id, {"overall": "一"}, 1, ANNA, desk.at)
        with pytest.raises(RefusedError) as refused:
            await desk.acts.edit(brief.id, {"overall": "二"}, 1, BOB, desk.at)
        assert refused.value.kind == "changed"

    async def test_a_second_person_where_the_settings_ask_for_one(self) -> None:
        desk = Desk()
        set_settings(desk.shelf, "default", second_person=True)
        brief = await desk.order(by=ANNA)
        with pytest.raises(RefusedError) as refused:
            await desk.acts.approve(brief.id, None, ANNA, desk.at, "")
        assert refused.value.kind == "second-person"
        assert (await desk.acts.approve(brief.id, None, BOB, desk.at, "")).state is State.APPROVED

    async def test_approval_publishes_where_the_settings_say_so(self) -> None:
        desk = Desk()
        set_settings(desk.shelf, "default", publish_on_approval=True)
        brief = await desk.order()
        out = await desk.acts.approve(brief.id, 1, BOB, desk.at, "同意")
        assert (out.state, out.published_by) == (State.PUBLISHED, BOB.name)
        assert desk.told() == ["prepared", "approved", "published"]
        assert await desk.acts.publish(brief.id, None, BOB, desk.at, "") == out
        assert len(desk.told()) == 3

    async def test_what_died_between_approval_and_publication_is_published_by_the_next_round(
        self,
    ) -> None:
        desk = Desk()
        set_settings(desk.shelf, "default", publish_on_approval=True)
        brief = await desk.order()
        desk.press.fails = True
        with pytest.raises(CannotPrintError):
            await desk.acts.approve(brief.id, None, BOB, desk.at, "")
        assert desk.brief().state is State.APPROVED
        await desk.hours(desk.at + timedelta(hours=1))
        assert desk.brief().state is State.APPROVED
        desk.press.fails = False
        await desk.hours(desk.at + timedelta(hours=1))
        assert (desk.brief().state, desk.brief().published_by) == (State.PUBLISHED, BOB.name)
        assert desk.told() == ["prepared", "approved", "published"]

    async def test_returned_with_a_reason_it_is_a_draft_again(self) -> None:
        desk = Desk()
        brief = await desk.order()
        await desk.acts.approve(brief.id, None, BOB, desk.at, "同意")
        back = await desk.acts.give_back(brief.id, None, BOB, desk.at, "补充说明")
        assert (back.state, back.approvals) == (State.DRAFT, ())
        assert desk.told() == ["prepared", "approved", "returned"]


class TestPublishing:
    async def test_it_has_a_number_a_date_and_stays(self) -> None:
        desk = Desk()
        draft = await desk.order()
        brief = await desk.publish()
        assert brief.number is not None
        assert (brief.number.text, brief.number.address) == (
            "晴雨形势〔2026〕1号",
            "150000-2026-1",
        )
        assert (brief.state, brief.digest) == (State.PUBLISHED, draft.digest)
        page = desk.parts.scribe.pages(desk.store.revisions[brief.id][1])
        first = next(iter(page.values()))
        assert (first.number, first.banner) == ("晴雨形势〔2026〕1号", ())
        assert first.date == "2026年10月30日"
        for act in (desk.order(), desk.acts.edit(brief.id, {}, None, BOB, desk.at)):
            with pytest.raises(RefusedError) as refused:
                await act
            assert refused.value.kind == "published"
        entry = json.loads(desk.store.journal[-1].data)
        assert entry["type"] == "brief.published"
        assert entry["number"] == "晴雨形势〔2026〕1号"

    async def test_numbers_follow_one_another_by_region_and_year(self) -> None:
        desk = Desk()
        for period in ("2026Q1", "2026Q2", QUARTER):
            await desk.order(period)
            await desk.publish(period)
        await desk.order(QUARTER, LEAGUE)
        league = await desk.publish(QUARTER, LEAGUE)
        desk.at = datetime(2026, 12, 31, 17, tzinfo=UTC)
        await desk.order("2026M11")
        january = await desk.publish("2026M11")
        numbers = [desk.brief(period).number for period in ("2026Q1", "2026Q2", QUARTER)]
        assert [one.nth for one in numbers if one] == [1, 2, 3]
        assert league.number is not None
        assert league.number.nth == 1
        assert january.number is not None
        assert (january.number.year, january.number.nth) == (2027, 1), "it is 2027 in Beijing"

    async def test_the_one_before_is_asked_for_corrections_since(self) -> None:
        desk = Desk()
        await desk.order("2026Q2")
        await desk.publish("2026Q2")
        desk.situations.commit = 40
        await desk.order()
        assert desk.situations.asked[-1] == (REGION, QUARTER, 40, 1)

    async def test_made_again_the_same_bytes_come_out(self) -> None:
        desk = Desk()
        brief = await desk.order()
        await desk.acts.edit(brief.id, {"overall": "检修。"}, None, ANNA, desk.at)
        brief = await desk.publish()
        desk.situations.commit, desk.figures.factors = 7, {7: Fraction(3)}
        desk.history.told = [_raised(900)]
        again = await desk.remaker.remake(brief, tuple(Language))
        assert again.digest == again.again
        assert [old == new for _, old, new in again.files] == [True] * 3
