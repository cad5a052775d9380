"""One beat: look at every part, say that all is well or what stands still."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.alerts.domain.chain import BEGINNING
from services.alerts.domain.heartbeat import NAME, RULE, HeartbeatPolicy, Part, is_back, judged
from services.alerts.domain.heartbeat import stuck as stuck_of
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Warning, warning_id
from services.alerts.handlers.desk import WarningDesk
from services.alerts.ports.heartbeat import Listeners, Pulse
from services.alerts.ports.warnings import Archive
from shared.model.condition import ConditionKind

TOPIC = "heartbeat"
KEY = warning_id("", NAME, RULE, ConditionKind.HEARTBEAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """How it went: what stands still, and which listeners did not answer.

    `journal`: its newest entry as ID:HASH, once an hour.
    """

    parts: tuple[Part, ...]
    stuck: tuple[Part, ...]
    unheard: tuple[str, ...] = ()
    journal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """The signal goes out only while nothing stands still; otherwise a warning names what does.

    `told` hears how every beat went; `word` is said when the warning has changed.
    """

    pulse: Pulse
    listeners: Listeners
    policy: HeartbeatPolicy
    desk: WarningDesk
    archive: Archive
    told: Callable[[Beat], None]
    word: Callable[[], None]

    async def beat(self, tick: Tick) -> None:
        """The work of the job."""
        beat = await self.look(tick.end)
        if is_back(tick, self.policy):
            return
        await self._warn(beat.stuck, tick.end)
        head = await self._head()
        unheard = () if beat.stuck else await self.listeners.beat(tick.end, head)
        is_new_hour = tick.begin.hour != tick.end.hour
        self.told(replace(beat, unheard=unheard, journal=head if is_new_hour else ""))

    async def look(self, now: datetime) -> Beat:
        """How it is; raises when that cannot be seen."""
        parts = await self.pulse.parts(now)
        return Beat(parts=parts, stuck=stuck_of(parts, now, self.policy))

    async def _head(self) -> str:
        newest = await self.archive.newest()
        return f"{newest}:{(await self.archive.hash_of(newest) or BEGINNING).hex()}"

    async def _warn(self, still: tuple[Part, ...], now: datetime) -> None:
        assessment = judged(still, await self._known(), now)
        if assessment is not None:
            await self.desk.hear(TOPIC, [assessment], {}, now)
            self.word()

    async def _known(self) -> Warning | None:
        found = await self.archive.warning(KEY)
        return found.warning if found else None


class Watch:
    """How it is for whoever asks: looked at anew only when the last look is some time ago."""

    def __init__(
        self, heart: Heart, clock: Callable[[], datetime], fresh: timedelta = timedelta(seconds=10)
    ) -> None:
        self._heart = heart
        self._clock = clock
        self._fresh = fresh
        self._looking = asyncio.Lock()
        self._last: tuple[datetime, Beat] | None = None

    async def look(self) -> tuple[datetime, Beat]:
        """When it was looked, and how it was; raises when that cannot be seen."""
        async with self._looking:
            now = self._clock()
            if self._last is None or not timedelta() <= now - self._last[0] < self._fresh:
                self._last = now, await self._heart.look(now)
            return self._last
