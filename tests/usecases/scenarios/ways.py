"""What stands outside: ways of notices, watchers of the sign of life; they remember."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from services.alerts.domain.heartbeat import Part, PartKind
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import Result, Said, Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice that went by a way."""

    at: datetime
    sending: Sending
    channel: str
    taken: bool

    @property
    def text(self) -> str:
        """All that it says."""
        rendered = self.sending.rendered
        words = rendered or {"document": self.sending.document}
        return "\n".join(
            one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
            for one in words.values()
        )


@dataclass
class RecordingWay:
    """The port Way: remembers what was sent; does not take the next `refusals` notices."""

    channel: ChannelKind
    sent: list[Sent]
    says: list[Said] = field(default_factory=list)

    async def send(self, sending: Sending, now: datetime, /) -> Said:
        """See Way."""
        said = self.says.pop(0) if self.says else Said(result=Result.DELIVERED, status=200)
        taken = said.result is Result.DELIVERED
        self.sent.append(Sent(at=now, sending=sending, channel=self.channel.value, taken=taken))
        return said


@dataclass
class Pulse:
    """The port Pulse as a scenario sets it: what stands still, and since when."""

    still: dict[str, datetime] = field(default_factory=dict)

    async def parts(self, _now: datetime) -> tuple[Part, ...]:
        """See Pulse."""
        return tuple(
            Part(kind=PartKind.JOB, name=name, waiting=1, since=since)
            for name, since in self.still.items()
        )


@dataclass
class Watchers:
    """The port Listeners: remembers when the sign of life went out."""

    heard: list[datetime] = field(default_factory=list)
    journal: str = ""

    async def beat(self, now: datetime, journal: str) -> tuple[str, ...]:
        """See Listeners."""
        self.heard.append(now)
        self.journal = journal
        return ()
