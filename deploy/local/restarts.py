"""How often and how fast a part that dies is started again: a policy and its small state."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartPolicy:
    """Wait longer each time; give up at the `limit`th death within `window_s` seconds."""

    first_s: float = 0.5
    factor: float = 2.0
    longest_s: float = 10.0
    limit: int = 5
    window_s: float = 60.0

    def state(self) -> "Restarts":
        """The memory of one part under this policy."""
        return Restarts(self)


@dataclass(slots=True)
class Restarts:
    """The deaths of one part; time is given, in seconds of any steady clock."""

    policy: RestartPolicy
    deaths: deque[float] = field(default_factory=deque)

    def died(self, now: float, *, killed: bool = False) -> float | None:
        """Seconds to wait before the next start; None when the part must be given up.

        `killed`: it served and was killed from outside. That says nothing against the part, so
        it does not count.
        """
        if killed:
            return self.policy.first_s
        self.deaths.append(now)
        while self.deaths[0] <= now - self.policy.window_s:
            self.deaths.popleft()
        recent = len(self.deaths)
        if recent >= self.policy.limit:
            return None
        return min(self.policy.first_s * self.policy.factor ** (recent - 1), self.policy.longest_s)
