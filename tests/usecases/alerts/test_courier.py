"""Deliveries are made in order, again and again until they are acknowledged."""

from uuid import UUID, uuid4

from services.alerts.adapters.webhook import message_id
from services.alerts.domain.delivery import Endpoint, Result
from tests.unit.alerts.builders import NOON, assessment
from tests.usecases.alerts.memory import RecordingChannel
from tests.usecases.alerts.parts import Service

ENDPOINT = Endpoint(
    id=uuid4(), url="http://x/", description="", secret="whsec_AAAA", created_at=NOON, created_by=""
)


async def service(*answers: int | None) -> tuple[Service, RecordingChannel]:
    channel = RecordingChannel(*answers)
    new = Service(channel)
    await new.store.add(ENDPOINT)
    return new, channel


class TestARound:
    async def test_without_anything_due_does_nothing(self) -> None:
        new, channel = await service()
        assert await new.courier.round(ENDPOINT) == ()
        assert channel.sent == []

    async def test_sends_each_event_once(self) -> None:
        new, channel = await service()
        await new.hear(assessment((1, "notice")), assessment((1, "red"), number=2, budget="B2"))
        assert await new.courier.round(ENDPOINT) == (Result.ACKNOWLEDGED,) * 2
        assert await new.courier.round(ENDPOINT) == ()
        assert [delivery.entry for _, delivery, _ in channel.sent] == [1, 2]

    async def test_is_repeated_until_acknowledged_under_the_same_id(self) -> None:
        new, channel = await service(None, 500)
        await new.hear(assessment((1, "notice")))
        assert await new.courier.round(ENDPOINT) == (Result.UNREACHABLE,)
        assert await new.courier.round(ENDPOINT) == ()
        new.clock.forward(seconds=1)
        assert await new.courier.round(ENDPOINT) == (Result.REFUSED,)
        new.clock.forward(seconds=1)
        assert await new.courier.round(ENDPOINT) == ()
        new.clock.forward(seconds=1)
        assert await new.courier.round(ENDPOINT) == (Result.ACKNOWLEDGED,)
        ids = {message_id(delivery) for _, delivery, _ in channel.sent}
        bodies = {delivery.data for _, delivery, _ in channel.sent}
        assert (len(channel.sent), len(ids), len(bodies)) == (3, 1, 1)

    async def test_holds_back_what_comes_after_one_that_failed(self) -> None:
        new, channel = await service(500)
        await new.hear(assessment((1, "notice"), (2, "red")))
        await new.courier.round(ENDPOINT)
        assert await new.courier.round(ENDPOINT) == ()
        new.clock.forward(seconds=1)
        await new.courier.round(ENDPOINT)
        await new.courier.round(ENDPOINT)
        assert [delivery.entry for _, delivery, _ in channel.sent] == [1, 1, 2]

    async def test_after_a_crash_sends_the_same_again(self) -> None:
        new, channel = await service()
        await new.hear(assessment((1, "notice")))
        (lost,) = await new.store.claim(ENDPOINT.id, new.clock(), limit=1, lease=new.courier.lease)
        assert await new.courier.round(ENDPOINT) == ()
        new.clock.now += new.courier.lease
        assert await new.courier.round(ENDPOINT) == (Result.ACKNOWLEDGED,)
        ((_, again, _),) = channel.sent
        assert message_id(again) == message_id(lost)
        assert again.attempt == 2


class TestAnId:
    async def test_differs_between_endpoints(self) -> None:
        new, channel = await service()
        other = Endpoint(
            id=UUID(int=7),
            url="",
            description="",
            secret="whsec_AAAA",
            created_at=NOON,
            created_by="",
        )
        await new.store.add(other)
        await new.hear(assessment((1, "notice")))
        await new.courier.round(ENDPOINT)
        await new.courier.round(other)
        assert len({message_id(delivery) for _, delivery, _ in channel.sent}) == 2
