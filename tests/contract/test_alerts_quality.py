"""The stories of warnings as PostgreSQL tells them: what may be seen, answered, what happened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.quality import PostgresQuality
from services.alerts.domain.advancing import noted
from services.alerts.domain.condition import NOTHING_WAITS, ConditionPolicy
from services.alerts.domain.handling import By, Closed, CloseReason
from services.alerts.domain.hearing import Heard
from services.alerts.domain.quality.counting import NoisePolicy, Row
from services.alerts.domain.selection import Sight, sight_of
from services.alerts.domain.warning import Assessment, Kind
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.quality import QualityDesk, Try
from services.alerts.ports.quality import Asked, Replayed
from shared.kit.postgres import Database
from shared.model.access import Principal, Role
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, assessment

pytestmark = pytest.mark.real

DAY = timedelta(days=1)
ALL = Sight(everything=True, subjects=(), regions=())
ASKED = Asked(begin=NOON - DAY, end=NOON + DAY)
OPERATOR = Principal(key_id="o", name="o", role=Role.OPERATOR, scope=frozenset("*"))
BY = By(name="somebody", key_id="k", role="regulator")


def regulator(region: str, *measures: Measure) -> Principal:
    return Principal(
        key_id="r",
        name="r",
        role=Role.REGULATOR,
        scope=frozenset({f"region:{region}"}),
        measures=frozenset(measures),
    )


class Evaluator:
    """Answers what it is told to."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.body = {
            "from": "2026-04-30T00:00:00Z",
            "to": "2026-05-30T00:00:00Z",
            "items": list(items),
            "silent": 3,
            "next": None,
        }

    async def replay(self, _body: Any, _key: str) -> Replayed:
        return Replayed(status=200, body=self.body)


class Site:
    """Warnings written as they are in life, and counted."""

    def __init__(self, db: Database) -> None:
        self.store = PostgresDesk(db)
        self.desk = WarningDesk(desk=self.store, policies=NOTHING_WAITS)
        self.evaluator = Evaluator()
        self.quality = QualityDesk(
            quality=PostgresQuality(db),
            replays=self.evaluator,
            noise=NoisePolicy(),
            policy_of=lambda _: ConditionPolicy(),
        )

    async def hear(self, *made: Assessment) -> None:
        await self.desk.hear("conditions.v1", made, {}, NOON)

    async def close(self, made: Assessment, reason: CloseReason) -> None:
        async with self.store.work() as work:
            warning = (await work.known((), {made.key})).warnings[made.key]
            closed = Closed(by="somebody", at=NOON, reason=reason)
            handling = replace(warning.handling, closed=closed)
            said = {"reason": reason.value}
            current, note = noted(warning, handling, Kind.CLOSED, NOON + DAY / 4, said, BY)
            heard = Heard(numbers={}, warnings=(current,), entries=(note,), reasons=())
            await work.write(heard)

    async def rows(self, caller: Principal = OPERATOR, asked: Asked = ASKED) -> Sequence[Row]:
        return await self.quality.report(caller, asked, by_region=False)


def pace(subject: str, regions: tuple[str, ...], number: int = 1) -> Assessment:
    made = assessment((1, "yellow"), number=number)
    return replace(
        made,
        subject=subject,
        regions=regions,
        rule="pace",
        kind=ConditionKind.PACE,
        measure=Measure.ENERGY,
    )


BAOTOU = ("150200", "150000")


async def test_counts_only_what_may_be_seen(database: Database) -> None:
    site = Site(database)
    await site.hear(pace("region:150200", BAOTOU), pace("region:150100", ("150100", "150000")))
    assert [row.raised for row in await site.rows()] == [2]
    assert [row.raised for row in await site.rows(regulator("150200", Measure.ENERGY))] == [1]
    assert await site.rows(regulator("150200", Measure.CARBON)) == ()
    assert await site.rows(regulator("540000", Measure.ENERGY)) == ()
    assert [row.raised for row in await site.rows(asked=replace(ASKED, region="150100"))] == [1]
    assert await site.rows(asked=replace(ASKED, rule="used")) == ()
    assert await site.rows(asked=replace(ASKED, begin=NOON + DAY / 2)) == ()


async def test_regions_that_are_not_seen_whole_are_left_out(database: Database) -> None:
    site = Site(database)
    await site.hear(pace("region:150200", BAOTOU))
    found = await site.quality.report(regulator("150200", Measure.ENERGY), ASKED, by_region=True)
    assert [row.group.region for row in found] == ["150200"]
    found = await site.quality.report(OPERATOR, ASKED, by_region=True)
    assert [row.group.region for row in found] == ["150000", "150200"]


async def test_closings_bring_their_words(database: Database) -> None:
    site = Site(database)
    made = pace("region:150200", BAOTOU)
    await site.hear(made)
    await site.close(made, CloseReason.FALSE)
    (row,) = await site.rows()
    assert row.verdicts["false"] == 1  # type: ignore[index]
    assert row.acknowledge == DAY / 4


async def test_what_was_warned_of_is_found_by_subject_and_measure(database: Database) -> None:
    site = Site(database)
    early = pace("region:150200", BAOTOU)
    used = replace(
        assessment((1, "yellow"), (30, "red"), number=2),
        subject="region:150200",
        regions=BAOTOU,
        measure=Measure.ENERGY,
    )
    await site.hear(early, used)
    by_kind = {row.group.kind: row for row in await site.rows()}
    row = by_kind[ConditionKind.PACE]
    assert (row.came_true, row.lead) == (1, timedelta(hours=30))


async def test_a_rule_on_trial_is_held_against_what_was_told(database: Database) -> None:
    site = Site(database)
    made = pace("region:150200", BAOTOU)
    await site.hear(made)
    site.evaluator.body["items"] = [
        {
            "subject": made.subject,
            "subject_name": "包头市",
            "code": made.about,
            "name": "budget",
            "period": "2026",
            "tried": [
                {"at": "2026-05-01T11:00:00Z", "level": "yellow"},
                {"at": "2026-05-01T20:00:00Z", "level": "red"},
            ],
        }
    ]
    asked = Try(kind=ConditionKind.PACE, body={})
    trial = await site.quality.try_rule(OPERATOR, asked, ConditionPolicy(), "key")
    (one,) = trial.items
    assert (one.comparison.would_raise, one.comparison.raised) == (2, 1)
    assert (one.comparison.gained, one.comparison.lead) == (
        (Level.ORANGE, Level.RED),
        timedelta(hours=2),
    )
    stranger = regulator("150200", Measure.CARBON)
    trial = await site.quality.try_rule(stranger, asked, ConditionPolicy(), "key")
    assert trial.items[0].comparison.raised == 0
    assert sight_of(stranger).everything is False
