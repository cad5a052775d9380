"""What the door said to a replay: accepted, refused by reason, with the first examples."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNREADABLE = "unreadable-row"
_EXAMPLES = 3


@dataclass(slots=True)
class Tally:
    """Counts over all answers so far; `retries` counts requests that had to be sent again.

    `stopped`: why not everything was sent; empty if it was. `seconds`: how long it took.
    """

    accepted: int = 0
    requests: int = 0
    retries: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    stopped: str = ""
    seconds: float = 0.0

    @property
    def refused(self) -> int:
        """How many readings were not taken, unreadable rows among them."""
        return self.reasons.total()

    def answer(self, body: Mapping[str, Any]) -> None:
        """Take in one 202."""
        self.requests += 1
        self.accepted += int(body["accepted"])
        items: Sequence[Mapping[str, Any]] = body.get("items") or ()
        for item in items:
            sentence = f"{item.get('point')} at {item.get('at')}: {item.get('detail')}"
            self._refused(str(item.get("reason")), sentence)
        # A door that lists only the first items still says how many there were.
        unlisted = int(body.get("refused", len(items))) - len(items)
        if unlisted > 0:
            self.reasons["not listed"] += unlisted

    def unreadable(self, place: str, reason: str) -> None:
        """Count a row that gave no reading."""
        self._refused(UNREADABLE, f"{place}: {reason}")

    def _refused(self, reason: str, sentence: str) -> None:
        self.reasons[reason] += 1
        kept = self.examples.setdefault(reason, [])
        if len(kept) < _EXAMPLES:
            kept.append(sentence)
