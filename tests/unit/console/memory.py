"""Sign-ins in memory; they pass the same suite as PostgreSQL."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class MemorySignIns:
    """Links and sessions by their secrets."""

    links: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    made: int = 0

    async def offer(self, key: str, now: datetime, life: timedelta) -> str:
        self.made += 1
        token = f"token-{self.made}"
        self.links[token] = (key, now + life)
        return token

    async def redeem(self, token: str, now: datetime) -> str | None:
        key, expires_at = self.links.pop(token, ("", now))
        return key if expires_at > now else None

    async def begin(self, key: str, now: datetime, life: timedelta) -> str:
        self.made += 1
        session = f"session-{self.made}"
        self.sessions[session] = (key, now + life)
        return session

    async def key_of(self, session: str, now: datetime) -> str | None:
        key, expires_at = self.sessions.get(session, ("", now))
        return key if expires_at > now else None

    async def end(self, session: str) -> None:
        self.sessions.pop(session, None)
