"""CO2 budgets over HTTP, and budgets judged anew when other factors are put on record."""

from decimal import Decimal

import pytest

from services.evaluator.domain.budget import Series
from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.handlers.factor_shelf import FactorShelf
from services.evaluator.handlers.judge import Judge
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.ports.register import Draft, RecordKind
from shared.model.instants import HOUR_US
from shared.model.level import Level
from tests.usecases.evaluator.api import FACTORS, Site
from tests.usecases.evaluator.api_world import E0, FIRST, site, wanted
from tests.usecases.evaluator.court import NOW_US, Court, totals
from tests.usecases.evaluator.registers import MemoryRegister

__all__ = ["site"]


def factor(series: str, value: str, place: str = "") -> FactorRecord:
    """A factor of electricity that holds always."""
    return FactorRecord(
        series=series,
        item="electricity",
        place=place,
        unit="kgce/kWh" if series.startswith("tce") else "kgCO2/kWh",
        value=Decimal(value),
        version="ours",
        source="measured",
        confidence="S",
    )


async def put_on_record(register: MemoryRegister, *records: FactorRecord) -> None:
    """Each as a draft of its own key."""
    drafts = [Draft(kind=RecordKind.FACTOR, key=one.key, subject="", body=one) for one in records]
    await register.put(drafts, "operator")


class TestOverHttp:
    async def test_a_carbon_budget_names_its_factors_and_parts(self, site: Site) -> None:
        answer = await site.post("/v1/budgets", wanted(carrier=None, co2="total", total="0.01"))
        assert answer.status_code == 200
        await site.court.settle()
        await site.court.hear(totals(1, [(E0, FIRST, 900)], {1: (FIRST + 1) * HOUR_US}))
        whole = (await site.get("/v1/budgets/B1")).json()
        assert (whole["unit"], whole["co2"], whole["tce"]) == ("tCO2", "total", None)
        # 9 kWh by the factor of Inner Mongolia in 2023, carried forward.
        assert whole["state"]["quantity"] == "0.005831100"
        (power,) = [one for one in whole["factors"] if one["carrier"] == "electricity"]
        assert (power["value"], power["place"], power["series"]) == ("0.6479", "150000", "grid")
        (part,) = whole["parts"]
        assert (part["co2"], part["co2_per_unit"]) == ("0.005831100", "0.000647900000")

    @pytest.mark.parametrize(
        ("change", "pointer", "said"),
        [
            ({"carrier": None, "co2": "some"}, "/co2", "total or direct"),
            ({"co2": "total"}, "/co2", "name either a carrier"),
            ({"carrier": None, "co2": "total", "unit": "t"}, "/unit", "unit is tCO2"),
        ],
    )
    async def test_faults_are_named(
        self, site: Site, change: dict[str, str | None], pointer: str, said: str
    ) -> None:
        answer = await site.post("/v1/budgets", wanted(**change))
        found = {one["pointer"]: one["detail"] for one in answer.json()["errors"]}
        assert said in found[pointer]


class TestOtherFactors:
    async def test_a_shelf_takes_over_what_is_put_on_record(self) -> None:
        register = MemoryRegister()
        shelf = FactorShelf(FACTORS, register)
        assert not await shelf.look()
        await put_on_record(register, factor("tce-calorific", "0.2"))
        assert await shelf.look()
        assert not await shelf.look()
        (found,) = shelf.table.of("electricity", Series.CALORIFIC)
        assert (found.kgce, found.version) == (Decimal("0.2"), "ours #1")
        assert len(shelf.table.factors) == len(FACTORS.factors)

    async def test_budgets_are_judged_anew(self, site: Site) -> None:
        await site.post("/v1/budgets", wanted(carrier=None, tce="calorific", total="0.002"))
        await site.court.settle()
        await site.court.hear(totals(1, [(E0, FIRST, 900)], {1: (FIRST + 1) * HOUR_US}))
        register = MemoryRegister()
        shelf = FactorShelf(FACTORS, register)
        court = _with_shelf(site.court, shelf)
        await court.open()
        before = (await site.store.judged(["B1"]))["B1"]
        await put_on_record(register, factor("tce-calorific", "0.2"))
        await court.settle()
        after = (await site.store.judged(["B1"]))["B1"]
        assert (before.levels[0], after.levels[0]) == (Level.NONE, Level.YELLOW)
        assert Decimal(after.used[-1].quantity) == Decimal("0.0018")


def _with_shelf(court: Court, shelf: FactorShelf) -> Court:
    """A court over the same stores whose judge looks at the shelf."""
    other = Court(court.store, court.budgets, court.rulebook.catalogue)
    other.judge = Judge(
        court.store,
        court.budgets,
        Briefs(other.rulebook, shelf),
        partition_of=lambda _: 0,
        now_us=lambda: NOW_US,
        shelf=shelf,
    )
    return other
