"""One courier an endpoint, so that a slow endpoint holds up nobody but itself."""

import asyncio
import logging
from uuid import UUID

from services.alerts.domain.delivery import Endpoint, Result
from services.alerts.handlers.courier import Courier
from services.alerts.ports.warnings import DeliveryLog, Endpoints
from shared.kit.backoff import Backoff, first_of, pause
from shared.kit.clock import Clock
from shared.kit.errors import Unavailable
from shared.kit.metrics import counter

log = logging.getLogger(__name__)

_ATTEMPTS = counter(
    "qingyu_alerts_deliveries_total", "attempts at webhooks, by result", ("result",)
)
for _result in Result:
    _ATTEMPTS.labels(_result.value)

# Other copies add endpoints and make deliveries due: look at least this often.
_LOOK_S = 5.0


class Couriers:
    """Keeps a courier running for every endpoint."""

    def __init__(
        self, endpoints: Endpoints, log: DeliveryLog, courier: Courier, clock: Clock
    ) -> None:
        self._endpoints = endpoints
        self._log = log
        self._courier = courier
        self._clock = clock
        self._lanes: dict[UUID, _Lane] = {}
        self._woken = asyncio.Event()

    def word(self) -> None:
        """There are new entries, or new endpoints."""
        self._woken.set()
        for lane in self._lanes.values():
            lane.woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; what is being sent then is finished first."""
        delays = Backoff().delays()
        async with asyncio.TaskGroup() as group:
            while not stopping.is_set():
                try:
                    self._match(await self._endpoints.all(), group, stopping)
                    delays = Backoff().delays()
                    await first_of(self._woken, stopping, _LOOK_S)
                except Unavailable:
                    await pause(next(delays), stopping)
            self.word()

    def _match(
        self, endpoints: tuple[Endpoint, ...], group: asyncio.TaskGroup, stopping: asyncio.Event
    ) -> None:
        wanted = {endpoint.id: endpoint for endpoint in endpoints}
        for key in self._lanes.keys() - wanted.keys():
            self._lanes.pop(key).leave()
        for key in wanted.keys() - self._lanes.keys():
            lane = self._lanes[key] = _Lane(wanted[key], self._courier, self._log, self._clock)
            group.create_task(lane.run(stopping), name=f"courier {key}")


class _Lane:
    """The way to one endpoint."""

    def __init__(
        self, endpoint: Endpoint, courier: Courier, log: DeliveryLog, clock: Clock
    ) -> None:
        self._endpoint = endpoint
        self._courier = courier
        self._log = log
        self._clock = clock
        self._left = False
        self.woken = asyncio.Event()

    def leave(self) -> None:
        """The endpoint was removed."""
        self._left = True
        self.woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Rounds while something is due, then sleep until the next is."""
        delays = Backoff().delays()
        while not (stopping.is_set() or self._left):
            try:
                results = await self._courier.round(self._endpoint)
                _count(self._endpoint, results)
                if not results:
                    await first_of(self.woken, stopping, await self._sleep_s())
                delays = Backoff().delays()
            except Unavailable:
                await pause(next(delays), stopping)

    async def _sleep_s(self) -> float:
        due = await self._log.next_due(self._endpoint.id)
        if due is None:
            return _LOOK_S
        return min(max((due - self._clock()).total_seconds(), 0.05), _LOOK_S)


def _count(endpoint: Endpoint, results: tuple[Result, ...]) -> None:
    for result in results:
        _ATTEMPTS.labels(result.value).inc()
    failed = sum(result is not Result.ACKNOWLEDGED for result in results)
    if failed:
        log.warning(
            "%d of %d events were not acknowledged by %s; they will be sent again",
            failed,
            len(results),
            endpoint.url,
            extra={"action": "delivery_failed", "endpoint": str(endpoint.id)},
        )
