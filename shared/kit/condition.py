"""Whether something we depend on works: told once per change, shown as readiness and as a gauge."""

import logging
from collections.abc import Awaitable, Callable

from shared.kit.errors import Unavailable
from shared.kit.metrics import gauge

log = logging.getLogger(__name__)

_UP = gauge(
    "qingyu_dependency_up", "1 while the dependency works, 0 while it is away", ("dependency",)
)


class Condition:
    """Up or down, with what is wrong; starts up because nothing has failed yet."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._gauge = _UP.labels(name)
        self._gauge.set(1)
        self.problem: str | None = None

    def down(self, reason: str) -> None:
        """It failed; logged only if it worked before."""
        if self.problem is None:
            self._gauge.set(0)
            log.warning(
                "%s is away: %s; trying again until it is back",
                self._name,
                reason,
                extra={"action": "dependency_lost", "dependency": self._name},
            )
        self.problem = reason

    def up(self) -> None:
        """It worked; logged only if it had failed before."""
        if self.problem is not None:
            self._gauge.set(1)
            self.problem = None
            log.info(
                "%s is back",
                self._name,
                extra={"action": "dependency_back", "dependency": self._name},
            )


async def problem_of(ping: Callable[[], Awaitable[object]]) -> str | None:
    """None if the ping succeeds, otherwise what is wrong; for readiness pages."""
    try:
        await ping()
    except Unavailable as error:
        return str(error) or "unavailable"
    return None
