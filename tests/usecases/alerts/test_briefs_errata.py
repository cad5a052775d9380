"""Published briefs held against newer figures: sheets of errata under set time."""

from datetime import timedelta
from fractions import Fraction

from services.alerts.domain.briefs.flow import State
from tests.usecases.alerts.briefs_parts import BOB, Desk

HOUR = timedelta(hours=1)


class TestErrata:
    async def _published(self) -> Desk:
        desk = Desk()
        await desk.order()
        await desk.publish()
        await desk.hours(desk.at + 2 * HOUR)
        return desk

    async def test_nothing_changed_nothing_happens(self) -> None:
        desk = await self._published()
        desk.situations.commit = 2
        await desk.hours(desk.at + 2 * HOUR)
        assert len(desk.store.briefs) == 1
        asked = len(desk.situations.asked)
        await desk.hours(desk.at + 48 * HOUR)
        assert len(desk.situations.asked) == asked, "the commit has not moved on"

    async def test_a_sheet_names_each_changed_figure(self) -> None:
        desk = await self._published()
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + 2 * HOUR)
        sheet = next(one for one in desk.store.briefs.values() if one.is_errata)
        assert (sheet.state, sheet.kind, sheet.corrects) == (
            State.DRAFT,
            "errata",
            desk.brief().id,
        )
        assert sheet.changes
        assert all(one.old != one.new and one.where.zh for one in sheet.changes)
        assert [one.name for one in sheet.files] == [
            "errata.json",
            "errata.zh.docx",
            "errata.zh.pdf",
        ]
        assert desk.told(sheet) == ["errata"]

    async def test_a_draft_follows_the_figures(self) -> None:
        desk = await self._published()
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + 2 * HOUR)
        desk.figures.factors[3], desk.situations.commit = Fraction(13, 10), 3
        await desk.hours(desk.at + 2 * HOUR)
        sheets = [one for one in desk.store.briefs.values() if one.is_errata]
        assert [one.revision for one in sheets] == [2]

    async def test_published_the_brief_is_corrected_and_the_next_sheet_begins_there(self) -> None:
        desk = await self._published()
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + 2 * HOUR)
        sheet = next(one for one in desk.store.briefs.values() if one.is_errata)
        await desk.acts.approve(sheet.id, None, BOB, desk.at, "")
        out = await desk.acts.publish(sheet.id, None, BOB, desk.at, "")
        assert out.number is not None
        assert out.number.text == "晴雨形势〔2026〕1号（勘误1）"
        listed = await desk.store.one(desk.brief().id)
        assert listed is not None
        assert listed.corrected
        desk.situations.commit = 3
        await desk.hours(desk.at + 2 * HOUR)
        assert len(desk.store.briefs) == 2, "it says already what the figures say"
        desk.figures.factors[4], desk.situations.commit = Fraction(12, 10), 4
        await desk.hours(desk.at + 2 * HOUR)
        second = [one for one in desk.store.briefs.values() if one.is_errata][1]
        assert {one.old for one in second.changes} == {one.new for one in sheet.changes}
