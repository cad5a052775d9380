"""What the stores of telling promise: the same suite in memory and on PostgreSQL."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.alerts.domain.telling.contacts import ChannelKind, Pace, Throttle
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.items import reminder_of
from services.alerts.domain.telling.notice import MOST_ITEMS, notice_of_test
from services.alerts.domain.telling.reading import read_routes
from services.alerts.domain.telling.sending import Patience, Result, Said, State
from services.alerts.domain.warning import Assessment
from services.alerts.handlers.placing import placed_by
from services.alerts.handlers.postman import Postman
from services.alerts.ports.telling import JOURNAL, Placement, Wanted
from shared.kit.errors import Fenced
from shared.model.level import Level
from tests.contract.alerts_telling_stores import InPostgres
from tests.unit.alerts.builders import assessment
from tests.usecases.alerts.telling_parts import ROUTES, InMemory, Office, contact


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        return Office(InMemory())
    return Office(InPostgres(request.getfixturevalue("database")))


class TestAGroup:
    async def test_waits_for_company_then_is_told_once(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(seconds=29)
        assert await office.told() == []
        await office.hear(assessment((1, "red"), budget="B2", number=2))
        await office.forward(seconds=1)
        assert await office.told() == [("duty", Reason.FIRST, Level.RED)]
        (notice,) = await office.stores.log.find(Wanted(), limit=5)
        assert [one["level"] for one in notice.document["firing"]] == ["red", "yellow"]

    async def test_speaks_again_after_its_interval_when_there_is_news(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(seconds=30)
        await office.hear(assessment((1, "yellow"), (2, "red"), number=2))
        await office.forward(seconds=299)
        assert len(await office.told()) == 1
        await office.forward(seconds=1)
        assert [reason for _, reason, _ in await office.told()] == [Reason.FIRST, Reason.RAISED]

    async def test_says_that_all_is_over_and_is_forgotten(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=1)
        await office.hear(assessment((1, "yellow"), (2, "none"), number=2))
        await office.forward(minutes=10)
        assert [reason for _, reason, _ in await office.told()] == [
            Reason.FIRST,
            Reason.ALL_RESOLVED,
        ]
        assert await office.stores.telling.next_due() is None
        async with office.stores.telling.work() as work:
            assert await work.seats([assessment().key]) == ()

    async def test_repeats_what_nobody_has_taken_care_of(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(hours=9)
        assert [reason for _, reason, _ in await office.told()] == [
            Reason.FIRST,
            Reason.REPEAT,
            Reason.REPEAT,
        ]

    async def test_that_is_muted_is_told_when_the_muting_ends(self, office: Office) -> None:
        await office.know(contact())
        office.hush.until = office.clock() + timedelta(hours=1)
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=59)
        assert await office.told() == []
        await office.forward(minutes=6)
        assert await office.told() == [("duty", Reason.FIRST, Level.YELLOW)]

    async def test_is_told_to_a_contact_that_comes_later(self, office: Office) -> None:
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=10)
        await office.know(contact())
        await office.forward(seconds=0)
        assert await office.told() == [("duty", Reason.FIRST, Level.YELLOW)]

    async def test_moves_without_a_word_when_the_routes_change(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=1)
        document = {**ROUTES, "routes": [{"matchers": ['rule="used"'], "receiver": "other"}]}
        root = read_routes(document)
        await office.stores.directory.rule(document, root, "op", office.clock())
        await office.know(contact("other"))
        await office.follow()
        await office.forward(minutes=1)
        assert await office.told("duty") == [("duty", Reason.FIRST, Level.YELLOW)]
        assert await office.told("other") == [("other", Reason.FIRST, Level.YELLOW)]


class TestANewPeriod:
    async def test_as_bad_as_the_last_is_told_once(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(_judged("2025Q1"))
        await office.forward(minutes=10)
        await office.hear(_judged("2025Q1", "2025Q2"))
        await office.forward(minutes=10)
        # Corrected, and corrected back.
        await office.hear(_judged("2025Q1", number=3))
        await office.forward(minutes=10)
        await office.hear(_judged("2025Q1", "2025Q2", number=4))
        await office.forward(minutes=10)
        assert [reason for _, reason, _ in await office.told()] == [Reason.FIRST, Reason.RENEWED]

    async def test_is_known_where_other_routes_lead(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(_judged("2025Q1"))
        await office.forward(minutes=10)
        await _rule(office, {**ROUTES, "group_by": ["measure"]})
        await office.forward(minutes=10)
        await office.hear(_judged("2025Q1", "2025Q2"))
        await office.forward(minutes=10)
        assert [reason for _, reason, _ in await office.told()] == [Reason.FIRST, Reason.RENEWED]


def _judged(*periods: str, number: int = 0) -> Assessment:
    """Red in each of the periods."""
    made = assessment(*((at, "red") for at, _ in enumerate(periods)), number=number or len(periods))
    pairs = zip(made.sequence, periods, strict=True)
    return replace(made, sequence=tuple(replace(one, period=text) for one, text in pairs))


class TestOtherRoutes:
    async def test_tell_nobody_again_what_they_know(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.hear(assessment((1, "red"), subject="region:150100", number=1))
        await office.forward(minutes=1)
        before = await office.told()
        await _rule(office, {**ROUTES, "group_by": ["measure"]})
        await office.forward(minutes=30)
        assert await office.told() == before
        # What is new, or over, is told where it belongs now.
        await office.hear(assessment((1, "yellow"), (2, "none"), number=2))
        await office.forward(minutes=6)
        assert (await office.told())[len(before) :] == [("duty", Reason.SOME_RESOLVED, Level.RED)]

    async def test_tell_those_who_did_not_know(self, office: Office) -> None:
        await office.know(contact(), contact("other"))
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=1)
        await _rule(office, {**ROUTES, "receiver": "other", "group_by": ["measure"]})
        await office.forward(minutes=1)
        assert [name for name, _, _ in await office.told()] == ["duty", "other"]

    async def test_lose_no_reminder_that_waits(self, office: Office) -> None:
        narrow = {"receiver": "duty", "matchers": ['event=~".+"']}
        await _rule(office, {**ROUTES, "routes": [narrow]})
        await office.know(contact())
        item = reminder_of(1, uuid4(), {"type": "step.overdue", "level": "red"}, office.clock())
        placed = placed_by((await office.stores.directory.ruling()).root, item, item)
        async with office.stores.telling.work() as work:
            await work.place(Placement(placed=tuple(placed)), office.clock())
        await office.stores.directory.rule(ROUTES, read_routes(ROUTES), "test", office.clock())
        await office.forward(seconds=31)
        await office.follow()
        await office.forward(minutes=1)
        assert await office.told() == [("duty", Reason.FIRST, Level.RED)]


async def _rule(office: Office, document: Mapping[str, Any]) -> None:
    await office.stores.directory.rule(document, read_routes(document), "test", office.clock())
    await office.follow()


class TestADigest:
    async def test_is_given_at_the_full_hour(self, office: Office) -> None:
        await office.know(contact(paces={Level.YELLOW: Pace.HOURLY}))
        await office.hear(assessment((1, "yellow")))
        await office.hear(assessment((1, "yellow"), subject="region:150100", number=1))
        await office.forward(minutes=59)
        assert await office.told() == []
        await office.forward(minutes=1)
        assert await office.told() == [("duty", Reason.DIGEST, Level.YELLOW)]
        (notice,) = await office.stores.log.find(Wanted(), limit=5)
        assert len(notice.document["firing"]) == 2

    async def test_takes_what_is_too_much(self, office: Office) -> None:
        await office.know(contact(throttle=Throttle(most=2, per=timedelta(hours=1))))
        for number in range(5):
            subject = f"region:15010{number}"
            await office.hear(assessment((1, "yellow"), subject=subject, number=1))
            await office.forward(seconds=60)
        await office.hear(assessment((1, "red"), subject="region:150200", number=1))
        await office.forward(minutes=50)
        reasons = [reason for _, reason, _ in await office.told()]
        assert reasons == [Reason.FIRST, Reason.FIRST, Reason.FIRST]
        await office.forward(minutes=10)
        assert (await office.told())[-1] == ("duty", Reason.DIGEST, Level.YELLOW)

    async def test_says_how_things_stand_when_it_is_given(self, office: Office) -> None:
        await office.know(contact(paces={Level.YELLOW: Pace.HOURLY}))
        await office.hear(assessment((1, "yellow")))
        await office.hear(assessment((1, "yellow"), subject="region:150100", number=1))
        await office.forward(minutes=10)
        await office.hear(assessment((1, "yellow"), (2, "none"), number=2))
        await office.forward(minutes=50)
        (notice,) = await office.stores.log.find(Wanted(), limit=5)
        assert [one["subject"] for one in notice.document["firing"]] == ["region:150100"]
        (ended,) = notice.document["resolved"]
        assert (ended["level"], ended["ended"]) == ("none", "resolved")

    async def test_does_not_repeat_what_was_told_at_once(self, office: Office) -> None:
        await office.know(contact(paces={Level.YELLOW: Pace.DAILY}))
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=10)
        await office.hear(assessment((1, "yellow"), (2, "red"), number=2))
        await office.forward(minutes=10)
        await office.hear(assessment((1, "yellow"), (2, "red"), (3, "none"), number=3))
        await office.forward(days=2)
        reasons = [reason for _, reason, _ in await office.told()]
        assert reasons == [Reason.RAISED, Reason.ALL_RESOLVED]

    async def test_counts_what_it_does_not_list(self, office: Office) -> None:
        await _rule(office, {**ROUTES, "group_by": []})
        await office.know(contact(paces={Level.YELLOW: Pace.HOURLY}))
        for number in range(MOST_ITEMS + 10):
            subject = f"region:15{number:04}"
            await office.hear(assessment((1, "yellow"), subject=subject, number=1))
            if number == MOST_ITEMS:
                await office.forward(minutes=6)
        await office.forward(minutes=54)
        (notice,) = await office.stores.log.find(Wanted(), limit=5)
        assert notice.document["counts"] == {"yellow": MOST_ITEMS + 10}
        assert (len(notice.document["firing"]), notice.document["more"]) == (MOST_ITEMS, 10)

    async def test_comes_to_everybody_at_once(self, office: Office) -> None:
        names = [f"c{number}" for number in range(3)]
        paces = {Level.YELLOW: Pace.HOURLY}
        office.teller = replace(office.teller, batch=2)
        await office.know(*(contact(name, offices=("duty",), paces=paces) for name in names))
        for number in range(4):
            subject = f"region:15010{number}"
            await office.hear(assessment((1, "yellow"), subject=subject, number=1))
        await office.forward(minutes=59)
        at = office.clock() + timedelta(minutes=1)
        assert [await office.teller.digests(at) for _ in range(3)] == [2, 1, 0]
        assert [name for name, _, _ in await office.told()] == names


class TestTheCursor:
    async def test_keeps_two_copies_apart(self, office: Office) -> None:
        async with office.stores.telling.work() as work:
            await work.move(JOURNAL, 0, 5)
        with pytest.raises(Fenced):
            async with office.stores.telling.work() as work:
                await work.move(JOURNAL, 0, 7)


class TestTheOutbox:
    async def test_delivers_and_writes_down_both_ends(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=1)
        await office.post()
        (sent,) = office.way.sent
        assert (sent.attempt, sent.repeats, sent.address.target) == (
            1,
            False,
            "https://example.org/hook",
        )
        found = await office.stores.log.one(sent.number)
        assert found is not None
        noted, attempts = found
        assert (noted.state, noted.last_status, noted.next_at) == (State.DELIVERED, 200, None)
        assert [(a.step, a.result) for a in attempts] == [("begun", ""), ("answered", "delivered")]
        assert (await office.stores.outbox.waiting())[0] == 0

    async def test_lets_an_address_rest_that_was_not_there(self, office: Office) -> None:
        await office.know(contact())
        first, second = await put(office, 2)
        office.postman = Postman(
            ChannelKind.WEBHOOK,
            office.stores.outbox,
            office.way,
            Patience(),
            office.clock,
            lambda: 0.0,
            at_once=1,
        )
        office.way.says = [Said(result=Result.REFUSED, status=503)]
        await office.post()
        assert [sending.number for sending in office.way.sent] == [first]
        office.clock.now += timedelta(seconds=1)
        await office.post()
        assert sorted(sending.number for sending in office.way.sent) == [first, first, second]

    async def test_gives_nobody_what_another_holds(self, office: Office) -> None:
        await office.know(contact())
        await put(office, 10)
        now, outbox = office.clock(), office.stores.outbox
        one = await outbox.exchange(ChannelKind.WEBHOOK, (), 1, now, limit=6)
        two = await outbox.exchange(ChannelKind.WEBHOOK, (), 2, now, limit=6)
        numbers = [sending.number for sending in (*one, *two)]
        assert len(numbers) == len(set(numbers)) == 10

    async def test_keeps_the_order_within_a_group(self, office: Office) -> None:
        await office.know(contact())
        await office.hear(assessment((1, "yellow")))
        await office.forward(minutes=1)
        await office.hear(assessment((1, "yellow"), (2, "red"), number=2))
        await office.forward(minutes=10)
        now, outbox = office.clock(), office.stores.outbox
        (first,) = await outbox.exchange(ChannelKind.WEBHOOK, (), 1, now, limit=6)
        assert await outbox.exchange(ChannelKind.WEBHOOK, (), 1, now, limit=6) == ()
        assert first.document["reason"] == "first_notice"

    async def test_marks_what_an_attempt_without_an_answer_may_have_brought(
        self, office: Office
    ) -> None:
        await office.know(contact())
        await put(office, 1)
        office.way.says = [Said(result=Result.UNREACHABLE), Said(result=Result.REFUSED)]
        for _ in range(3):
            await office.post()
            office.clock.now += timedelta(minutes=1)
        assert [sending.repeats for sending in office.way.sent] == [False, True, False]

    async def test_ends_with_a_failure_that_is_shown(self, office: Office) -> None:
        await office.know(contact())
        (number,) = await put(office, 1)
        office.way.says = [Said(result=Result.REJECTED, status=404, detail="no")] * 5
        for _ in range(5):
            await office.post()
            office.clock.now += timedelta(minutes=1)
        assert len(office.way.sent) == 3
        (noted,) = await office.stores.log.find(Wanted(state=State.FAILED), limit=5)
        assert (noted.number, noted.last_status, noted.last_detail) == (number, 404, "no")

    async def test_goes_nowhere_when_the_address_was_taken_away(self, office: Office) -> None:
        await office.know(contact())
        await put(office, 1)
        await office.know(replace(contact(), addresses=()))
        await office.post()
        assert office.way.sent == []
        (noted,) = await office.stores.log.find(Wanted(), limit=5)
        assert "no such address" in noted.last_detail

    async def test_fails_what_waits_for_a_contact_that_is_removed(self, office: Office) -> None:
        await office.know(contact())
        await put(office, 1)
        assert await office.stores.directory.drop("duty")
        assert not await office.stores.directory.drop("duty")
        await office.post()
        assert office.way.sent == []
        (noted,) = await office.stores.log.find(Wanted(state=State.FAILED), limit=5)
        assert noted.last_detail == "the contact was removed"


async def put(office: Office, number: int) -> list[int]:
    found: list[int] = []
    for _ in range(number):
        made = notice_of_test(contact(), "op", office.clock())
        found.extend(await office.stores.outbox.put(tuple(office.teller.letters(contact(), made))))
        office.clock.now += timedelta(microseconds=1)
    return found
