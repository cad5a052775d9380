"""Targets that are tried out get the level that they would have by what is known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.evaluator.domain.budget_rows import Place
from services.evaluator.domain.forms.written import Read
from services.evaluator.domain.records.target import Form, State
from services.evaluator.handlers.target_rater import ReckonedRater
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.ports.register import RecordKind
from tests.usecases.evaluator.reckoning import PROVINCE, Province, target

GOAL = target("I", PROVINCE, "energy-intensity", "15")


async def fallen() -> Province:
    """The province's energy intensity fell by 4 % in each of four years."""
    province = Province()
    for year in range(2021, 2025):
        await province.state(PROVINCE, "energy-intensity-change", str(year), "-4", "%")
    return province


class TestReckonedRater:
    async def test_rates_drafts_as_if_they_were_in_force(self) -> None:
        province = await fallen()
        rater = ReckonedRater(province.reckoner)
        hard = replace(GOAL, value=Decimal(40), state=State.DRAFT)
        levels = [one.level for one in await rater.rate([GOAL, hard], "2024")]
        assert levels == ["green", "red"]

    async def test_says_why_there_is_no_level(self) -> None:
        province = await fallen()
        rater = ReckonedRater(province.reckoner)
        stranger = replace(GOAL, holder="region:999999")
        known, unknown = await rater.rate([GOAL, stranger], "2025Q3")
        assert known.level == unknown.level == "not-rated"
        assert known.reasons != ()
        assert "catalogue" in unknown.reasons[0]
        (bad,) = await rater.rate([replace(GOAL, holder="nobody")], "2024")
        assert bad.level == "not-rated"

    async def test_a_total_starts_from_the_base_that_ratings_take(self) -> None:
        """120 tce in 2020, at most 100 in 2025: 112 in 2022, by the path and by the barometer."""
        province = await fallen()
        for year, used in (("2020", "120"), ("2022", "110")):
            await province.state(PROVINCE, "energy-whole", year, used, "tce")
        more: dict[str, Any] = {"form": Form.TOTAL, "unit": "tce"}
        whole = target("T", PROVINCE, "energy-total", "100", **more)
        await province.put(RecordKind.TARGET, whole)
        rater = ReckonedRater(province.reckoner)
        desk = TargetsDesk(province.register, province.rulebook, rater)
        client = province.client_of(targets=desk)
        path = await client.get("/v1/targets/T/path", headers={"Authorization": "Bearer operator"})
        steps = {step["period"]: step["required"] for step in path.json()["steps"]}
        assert (steps["2022Q4"], steps["2025Q4"]) == ("112", "100")
        (rated,) = await rater.rate([whole], "2022")
        assert rated.margin == "110 tce / 112 tce"
        assert await rater.base(replace(whole, holder="region:999999")) is None
        assert await desk.base_of(GOAL) is None

    async def test_equal_rates_are_those_of_the_years_since_the_base(self) -> None:
        """0.845 in ten years: 1 - 0.845^(1/10) = 1.67008 %."""
        province = Province()
        late = target("I", PROVINCE, "energy-intensity", "15.5", base_year=2015)
        await province.put(RecordKind.TARGET, late)
        path = (await province.get("/v1/targets/I/path")).json()
        assert path["equal_annual_rate"].startswith("1.67008")
        assert path["steps"][0]["progress"] == "21/40"

    async def test_shows_the_effect_of_a_change(self) -> None:
        province = await fallen()
        await province.put(RecordKind.TARGET, GOAL)
        desk = TargetsDesk(province.register, province.rulebook, ReckonedRater(province.reckoner))
        draft = replace(GOAL, value=Decimal(40), state=State.DRAFT)
        outcome = await desk.take(
            [Read(record=draft, place=Place())],
            by="",
            today=date(2025, 1, 20),
            dry_run=True,
            period="2024",
        )
        (effect,) = outcome.effects
        assert effect.before is not None
        assert (effect.before.level, effect.after.level) == ("green", "red")
