"""A target's months follow those of a year that is known."""

from decimal import Decimal

import pytest

from services.evaluator.domain.records.target import Form
from services.evaluator.handlers.target_phasing import Phaser
from tests.usecases.evaluator.reckoning import MILL, Province, target

BUDGET = target("T", MILL, "energy-total", "1000", form=Form.TOTAL, unit="tce")


class TestPhaser:
    async def test_follows_what_was_used(self) -> None:
        province = Province()
        for month in range(1, 13):
            used = "300" if month <= 2 else "40"
            province.use(MILL, "electricity", "import", f"2024-{month:02}", used)
            province.use(MILL, "natural-gas", "import", f"2024-{month:02}", "0")
        found = await Phaser(province.reckoner).profile(BUDGET, 2024)
        assert found.problem == ""
        assert found.shares[:3] == (Decimal(30), Decimal(30), Decimal(4))
        assert sum(found.shares) == 100
        assert str(found.names[0]) == f"{MILL}/energy-total/2024-01"

    async def test_says_what_is_missing(self) -> None:
        found = await Phaser(Province().reckoner).profile(BUDGET, 2024)
        assert found.shares == ()
        assert found.problem != ""

    async def test_is_for_amounts_only(self) -> None:
        fall = target("I", MILL, "energy-intensity", "10")
        with pytest.raises(ValueError, match="no amount"):
            await Phaser(Province().reckoner).profile(fall, 2024)
