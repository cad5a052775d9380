"""Whoever holds several offices hears of an event once: in memory and on PostgreSQL."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.alerts.adapters.policy import load
from services.alerts.adapters.telling_policy import telling_policy
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.items import reminder_of
from services.alerts.domain.telling.reading import read_routes
from services.alerts.domain.telling.sending import Result, Said
from services.alerts.handlers.placing import placed_by
from services.alerts.ports.telling import Noted, Placement, Wanted
from tests.contract.alerts_telling_stores import InPostgres
from tests.usecases.alerts.telling_parts import ROUTES, InMemory, Office, contact

SHIPPED = telling_policy(load()).routes
PUBLISHED = {"type": "brief.published", "subject": "region:150000", "regions": ["150000"]}
OVERDUE = {"type": "step.overdue", "subject": "region:150000", "regions": ["150000"]}
TWO = [{"receiver": "a", "continue": True}, {"receiver": "b", "continue": True}]


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        return Office(InMemory(SHIPPED))
    return Office(InPostgres(request.getfixturevalue("database"), SHIPPED))


async def happens(office: Office, document: Mapping[str, Any], entry: int = 1) -> None:
    """An entry of the journal finds its places by the routes in force."""
    item = reminder_of(entry, uuid4(), document, office.clock())
    placed = placed_by((await office.stores.directory.ruling()).root, item, item)
    async with office.stores.telling.work() as work:
        await work.place(Placement(placed=tuple(placed)), office.clock())


async def rule(office: Office, *routes: Mapping[str, Any]) -> None:
    """Other routes come into force; nothing is moved yet."""
    document = {**ROUTES, "routes": list(routes)}
    await office.stores.directory.rule(document, read_routes(document), "test", office.clock())


async def notices(office: Office, *recipient: str) -> list[Noted]:
    """Those that were made, or those of one recipient, the oldest first."""
    wanted = Wanted(recipient=recipient[0] if recipient else None)
    return list(await office.stores.log.find(wanted, limit=50, after=0))


@pytest.mark.parametrize("document", [PUBLISHED, OVERDUE])
@pytest.mark.parametrize("batch", [1, 50])
async def test_an_event_is_told_to_each_contact_once(
    office: Office, document: Mapping[str, Any], batch: int
) -> None:
    office.teller = replace(office.teller, batch=batch)
    both = ("briefs", "carbon-province", "energy-province")
    await office.know(
        contact("all", offices=both),
        contact("carbon", offices=("carbon-province",)),
        contact("energy", offices=("energy-province",)),
        contact("elsewhere", offices=both, scope=("region:650000",)),
    )
    await happens(office, document)
    await office.forward(hours=1)
    assert sorted(one.recipient for one in await notices(office)) == ["all", "carbon", "energy"]
    await happens(office, document, entry=2)
    await office.forward(hours=1)
    assert len(await notices(office, "all")) == 2, "another event is told as well"


async def test_a_repeat_of_its_notice_stays_marked(office: Office) -> None:
    await office.know(contact(offices=("briefs", "carbon-province")))
    await happens(office, PUBLISHED)
    await office.forward(minutes=1)
    office.way.says = [Said(result=Result.UNREACHABLE)]
    await office.post()
    await office.forward(hours=1)
    await office.post()
    assert len({one.notice for one in office.way.sent}) == 1
    assert [one.repeats for one in office.way.sent] == [False, True]
    assert {one.address.channel for one in office.way.sent} == {ChannelKind.WEBHOOK}


async def test_nobody_waits_for_a_quiet_route_who_is_told_by_another(office: Office) -> None:
    await rule(office, {**TWO[0], "mute_time_intervals": ["nights"]}, TWO[1])
    await office.follow()
    await office.know(contact("both", offices=("a", "b")), contact("one", offices=("a",)))
    office.hush.names = frozenset({"nights"})
    await happens(office, PUBLISHED)
    await office.forward(hours=1)
    assert [one.recipient for one in await notices(office)] == ["both"]
    office.hush.names = frozenset()
    await office.forward(hours=1)
    assert [one.recipient for one in await notices(office)] == ["both", "one"]


async def test_when_routes_change_before_it_is_told_nobody_is_left_out(office: Office) -> None:
    narrow = {**TWO[0], "matchers": ['event=~".+"']}
    await rule(office, narrow, TWO[1])
    await office.follow()
    await office.know(contact("both", offices=("a", "b")))
    await happens(office, PUBLISHED)
    await rule(office, TWO[1])
    await office.follow()
    await office.forward(hours=1)
    assert [one.recipient for one in await notices(office)] == ["both"]
