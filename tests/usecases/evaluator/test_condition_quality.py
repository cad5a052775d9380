"""Bad data, from findings and books to messages: one condition an owner, once a day."""

import pytest

from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.domain.continuity import Finding
from services.evaluator.handlers.conditions.quality import QualitySource
from shared.model.instants import HOUR_US
from tests.usecases.evaluator.condition_site import ConditionSite, body, instant
from tests.usecases.evaluator.reckoning import COKERY, LANES, MILL
from tests.usecases.evaluator.watching import MemoryIntake

POINTS = {owner: [nr for nr, lane in enumerate(LANES, 1) if lane[0] == owner]
          for owner in (MILL, COKERY)}  # fmt: skip
GAP, RESET = int(Finding.GAP), int(Finding.RESET)


class Town(ConditionSite):
    """A site with what the bookkeeper noticed."""

    def __init__(self) -> None:
        super().__init__(on="2025-07-20T06:00")
        self.intake = MemoryIntake()
        self.restart()

    def restart(self) -> None:
        self.sources = [
            QualitySource(intake=self.intake, sums=self.place.books, policy=load_watch_policy())
        ]

    def whole(self, owner: str, until: str, known_hours: int) -> None:
        """All points of the owner are booked to the instant; so many hours of each are known."""
        first = instant("2025-07-01") // HOUR_US
        at = instant(until)
        for point in POINTS[owner]:
            self.intake.hear(at, point)
        for _, carrier, flow in (lane for lane in LANES if lane[0] == owner):
            for hour in range(known_hours):
                self.place.use(owner, carrier, flow, "2025-07", "1", hour)
        assert first + known_hours <= at // HOUR_US


@pytest.fixture
def town() -> Town:
    return Town()


async def test_the_worst_check_of_an_owner_is_told_with_all_others(town: Town) -> None:
    now = town.now_us
    town.intake.find(POINTS[COKERY][0], GAP, now - 100 * HOUR_US, now - 20 * HOUR_US)
    town.intake.find(POINTS[COKERY][1], RESET, now - 9 * HOUR_US, now - 8 * HOUR_US)
    (made,) = await town.round()
    assert (made.kind, made.subject, made.about, made.measure) == ("quality", COKERY, "", "data")
    assert body(made) == {
        "at": "2025-07-19T22:00:00Z",
        "level": "yellow",
        "value": "80.0",
        "limit": "72",
        "unit": "h",
    }
    checks = {one["check"]: one for one in made.facts["checks"]}
    assert made.facts["check"] == "gap"
    assert checks["gap"]["worst"] == f"M{POINTS[COKERY][0]}"
    assert checks["reset"]["level"] == "notice"
    assert made.facts["figure"] == f"/v1/findings?subject={COKERY}"


async def test_old_findings_and_good_owners_say_nothing(town: Town) -> None:
    now = town.now_us
    town.intake.find(POINTS[COKERY][0], GAP, now - 400 * HOUR_US, now - 200 * HOUR_US)
    town.intake.find(POINTS[MILL][0], int(Finding.ROLLOVER), now - 4 * HOUR_US, now)
    town.intake.find(9_999, GAP, now - 100 * HOUR_US, now)
    assert await town.round() == []


async def test_everybody_is_looked_at_once_a_day(town: Town) -> None:
    assert await town.round() == []
    now = town.now_us
    town.intake.find(POINTS[COKERY][0], RESET, now - 2 * HOUR_US, now)
    assert await town.round("2025-07-20T18:00") == []
    (made,) = await town.round("2025-07-21T01:00")
    assert made.sequence[-1].level == "notice"
    town.restart()
    assert await town.round("2025-07-22T01:00") == []
    (gone,) = await town.round("2025-07-29T01:00")
    assert [step.level for step in gone.sequence] == ["notice", "none"]


async def test_coverage_counts_up_to_the_newest_reading_and_no_further(town: Town) -> None:
    """That nothing came for nine days since is silence, not bad coverage."""
    hours = (instant("2025-07-10") - instant("2025-07-01")) // HOUR_US
    town.whole(MILL, "2025-07-10", hours)
    assert await town.round() == []


async def test_poor_coverage_is_told(town: Town) -> None:
    town.whole(MILL, "2025-07-20", 19 * 24 * 3 // 4)
    (made,) = await town.round()
    assert (made.subject, made.sequence[-1].level) == (MILL, "yellow")
    assert (made.sequence[-1].value, made.sequence[-1].limit) == ("75.0", "85")
