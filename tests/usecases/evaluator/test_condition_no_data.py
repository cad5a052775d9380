"""Silence, from readings to messages, and all that must not be taken for it."""

from collections.abc import Sequence

import pytest

from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.handlers.conditions.no_data import SilenceSource
from shared.contracts.conditions import ConditionMade
from shared.kit.errors import Unavailable
from shared.model.instants import DAY_US, HOUR_US, SECOND_US
from tests.usecases.evaluator.condition_site import ConditionSite, instant
from tests.usecases.evaluator.reckoning import CITY, COKERY, HYBRID, LANES, MILL, PLANT
from tests.usecases.evaluator.watching import MemoryEnds, MemoryIntake

NOW = instant("2025-07-02T12:00")
POLICY = load_watch_policy()
EVERYBODY = tuple(range(1, len(LANES) + 1))
OF = {owner: [nr for nr, lane in enumerate(LANES, 1) if lane[0] == owner]
      for owner in (PLANT, MILL, COKERY, HYBRID, CITY)}  # fmt: skip


class Town(ConditionSite):
    """A site whose points are heard every half hour; MILL lies in partition 1, all others in 0."""

    def __init__(self) -> None:
        super().__init__(on="2025-07-02T12:00")
        self.intake, self.ends = MemoryIntake(), MemoryEnds()
        self.restart()

    def restart(self) -> None:
        """Another process of the service."""
        self.sources = [
            SilenceSource(
                intake=self.intake,
                ends=self.ends,
                policy=POLICY,
                partition_of=lambda owner: int(owner == MILL),
            )
        ]

    def heard(self, hours: float, *points: int) -> None:
        """So many hours pass in which only these points are heard."""
        end = self.now_us + int(hours * HOUR_US)
        while self.now_us < end:
            self.now_us = min(self.now_us + HOUR_US // 2, end)
            self.intake.hear(self.now_us - 1, *points)

    async def told(self) -> list[ConditionMade]:
        """A round a minute later."""
        self.now_us += 61 * SECOND_US
        return await self.round()

    async def levels(self) -> list[tuple[str, str, str]]:
        """Subject, point and level of what was told in a round."""
        return [(one.subject, one.about, one.sequence[-1].level) for one in await self.told()]


def but(*owners: str) -> Sequence[int]:
    """The points of everybody else."""
    gone = {nr for owner in owners for nr in OF[owner]}
    return [nr for nr in EVERYBODY if nr not in gone]


@pytest.fixture
async def town() -> Town:
    made = Town()
    made.heard(14 * 24, *EVERYBODY)
    assert await made.told() == []
    return made


async def test_a_point_that_falls_silent_is_told_of_by_name(town: Town) -> None:
    silent = OF[COKERY][0]
    town.heard(29, *(nr for nr in EVERYBODY if nr != silent))
    assert await town.told() == []
    town.heard(2, *(nr for nr in EVERYBODY if nr != silent))
    (made,) = await town.told()
    assert (made.kind, made.subject, made.about) == ("no-data", COKERY, f"M{silent}")
    assert (made.measure, made.rule, made.number) == ("data", "no-data", 1)
    (step,) = made.sequence
    assert (step.level, step.value, step.limit, step.unit) == ("notice", "", "30", "h")
    assert made.facts["newest_reading"] is not None
    assert (made.facts["points_silent"], made.facts["points"]) == (1, 3)
    assert made.facts["figure"] == f"/v1/findings?subject=point:M{silent}"
    assert await town.told() == []
    town.heard(0.5, *EVERYBODY)
    (back,) = await town.told()
    assert [step.level for step in back.sequence] == ["notice", "none"]
    assert await town.told() == []


async def test_a_whole_silent_owner_is_one_condition_and_grows(town: Town) -> None:
    town.heard(31, *but(COKERY))
    assert await town.levels() == [(COKERY, "", "notice")]
    town.heard(43, *but(COKERY))
    assert await town.levels() == [(COKERY, "", "yellow")]
    town.heard(96, *but(COKERY))
    (made,) = await town.told()
    assert [step.level for step in made.sequence] == ["notice", "yellow", "orange"]
    assert made.about_name == "全部计量点"
    assert made.facts["points_silent"] == 3


async def test_who_comes_back_point_by_point_raises_nothing_new(town: Town) -> None:
    town.heard(31, *but(COKERY))
    assert await town.levels() == [(COKERY, "", "notice")]
    first, second, _ = OF[COKERY]
    town.heard(0.5, *but(COKERY), first)
    assert await town.told() == [], "the one warning stands"
    town.heard(0.5, *but(COKERY), first, second)
    assert await town.told() == []
    town.heard(0.5, *EVERYBODY)
    (made,) = await town.told()
    assert [step.level for step in made.sequence] == ["notice", "none"]
    town.heard(12, *EVERYBODY)
    assert await town.told() == []


async def test_a_point_that_stays_away_when_the_others_came_back_is_told_of(town: Town) -> None:
    town.heard(31, *but(COKERY))
    await town.told()
    first, second, last = OF[COKERY]
    town.heard(1, *but(COKERY), first, second)
    assert await town.told() == []
    town.heard(2.5, *but(COKERY), first, second)
    assert await town.levels() == [(COKERY, "", "none"), (COKERY, f"M{last}", "notice")]


async def test_who_was_just_coming_back_when_the_service_started(town: Town) -> None:
    town.heard(31, *but(COKERY))
    assert len(await town.told()) == 1
    town.heard(0.5, *but(COKERY), OF[COKERY][0])
    town.restart()
    assert await town.told() == []
    town.heard(0.5, *EVERYBODY)
    assert await town.levels() == [(COKERY, "", "none")]


async def test_nothing_is_judged_while_nobody_is_heard(town: Town) -> None:
    """The door, the network or Kafka is away: that is not the silence of 5 owners."""
    for _ in range(20):
        town.now_us += 6 * HOUR_US
        assert await town.told() == []


async def test_after_an_outage_who_comes_back_late_is_not_silent_at_once(town: Town) -> None:
    town.now_us += 120 * HOUR_US
    town.heard(2, *but(PLANT))
    assert await town.told() == []
    town.heard(26, *but(PLANT))
    assert await town.told() == []
    town.heard(3, *but(PLANT))
    assert await town.levels() == [(PLANT, "", "notice")]


async def test_an_outage_does_not_end_what_stood(town: Town) -> None:
    town.heard(31, *but(COKERY))
    assert len(await town.told()) == 1
    town.now_us += 120 * HOUR_US
    assert await town.told() == []
    town.heard(1, *but(COKERY))
    assert await town.told() == []


async def test_what_waits_to_be_read_is_not_missing(town: Town) -> None:
    """One partition is stuck for days; nobody in it is silent because of that."""
    town.ends.at, town.intake.read_to = {0: 100, 1: 10}, {0: 100, 1: 10}
    assert await town.told() == []
    town.ends.at = {0: 200, 1: 50}
    town.intake.read_to = {0: 200, 1: 10}
    assert await town.told() == []
    town.heard(40, *but(MILL, PLANT))
    assert await town.levels() == [(PLANT, "", "notice")]
    town.intake.read_to = {0: 200, 1: 50}
    assert await town.levels() == [(MILL, "", "notice")]


async def test_what_waits_is_not_over_either(town: Town) -> None:
    town.heard(31, *but(MILL))
    assert await town.levels() == [(MILL, "", "notice")]
    town.ends.at, town.intake.read_to = {1: 50}, {1: 10}
    assert await town.told() == []
    town.heard(60, *EVERYBODY)
    assert await town.told() == []
    town.intake.read_to = {1: 50}
    assert await town.levels() == [(MILL, "", "none")]


async def test_messages_that_came_just_now_are_no_backlog(town: Town) -> None:
    town.heard(31, *but(MILL))
    town.ends.at, town.intake.read_to = {0: 100, 1: 10}, {0: 99, 1: 10}
    town.restart()
    await town.told()
    town.ends.at, town.intake.read_to = {0: 180, 1: 10}, {0: 179, 1: 10}
    assert await town.told() == []
    assert (await town.store.standing(town.sources[0].kinds)) == {MILL}


async def test_an_answer_that_does_not_come_is_no_silence(town: Town) -> None:
    """A failing query must never become a 'no data' (the false alarms of the peers)."""
    town.heard(31, *but(COKERY))
    town.ends.fails = True
    assert await town.told() == []
    town.ends.fails, town.intake.fails = False, True
    with pytest.raises(Unavailable):
        await town.told()
    town.intake.fails = False
    assert await town.levels() == [(COKERY, "", "notice")]


async def test_another_process_knows_what_the_first_one_told(town: Town) -> None:
    town.heard(31, *but(COKERY))
    assert len(await town.told()) == 1
    town.heard(1, *EVERYBODY)
    town.restart()
    assert await town.levels() == [(COKERY, "", "none")]


async def test_late_readings_in_any_order_do_not_make_a_point_look_older(town: Town) -> None:
    town.intake.hear(town.now_us - 5 * DAY_US, *EVERYBODY, read_at_us=town.now_us)
    assert await town.told() == []


async def test_bad_values_are_values(town: Town) -> None:
    """A point whose newest rows hide behind very many bad ones has been heard."""
    hidden = OF[COKERY][0]
    del town.intake.last[hidden]
    town.intake.hidden.add(hidden)
    town.heard(40, *(nr for nr in EVERYBODY if nr != hidden))
    assert await town.told() == []


async def test_it_is_looked_once_a_minute_only(town: Town) -> None:
    town.heard(31, *but(COKERY))
    assert len(await town.round()) == 1
    town.intake.fails = True
    assert await town.round() == []
