"""Owners that come back from silence point by point: until all had their turn nobody is blamed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.evaluator.domain.watching.policy import SilenceTerms
from services.evaluator.domain.watching.silence import Silent
from shared.model.instants import SECOND_US

SilentBy = Mapping[str, Sequence[Silent]]
"""What is silent, by owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """What one judgement leaves for the next.

    whole: owners that are silent as a whole. since: when others, of which some points are silent
    still, were first heard again, or when we began to listen.
    """

    whole: frozenset[str] = frozenset()
    since: Mapping[str, int] = field(default_factory=dict)

    def alone(self, silent: SilentBy, now_us: int, terms: SilenceTerms) -> frozenset[str]:
        """Owners that are left as they were told: their points have not all had their turn."""
        return frozenset(
            owner for owner, at in self.since.items() if now_us - at < _grace(silent[owner], terms)
        )


def returning(before: Returning | None, silent: SilentBy, now_us: int) -> Returning:
    """Who comes back, after another judgement. before: None when there was none."""
    whole = frozenset(owner for owner, found in silent.items() if _is_whole(found))
    since: dict[str, int] = {}
    for owner in silent.keys() - whole:
        if before is None or owner in before.whole:
            since[owner] = now_us
        elif owner in before.since:
            since[owner] = before.since[owner]
    return Returning(whole=whole, since=since)


def _is_whole(found: Sequence[Silent]) -> bool:
    return any(not one.point for one in found)


def _grace(found: Sequence[Silent], terms: SilenceTerms) -> int:
    """A point shows itself within its own interval, and what it had kept is sent first."""
    return terms.return_minutes * 60 * SECOND_US + max(one.interval_us for one in found)
