"""When a batch is due when history is played N times as fast as it happened."""

from dataclasses import dataclass

_SECOND_US = 1_000_000
_BEAT_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`speed`: seconds of history a second; `first_us`: the instant that is sent at once."""

    speed: float
    first_us: int

    def due_s(self, at_us: int) -> float:
        """Seconds after the beginning of the replay at which the instant is sent."""
        return (at_us - self.first_us) / _SECOND_US / self.speed

    @property
    def span_us(self) -> int:
        """How much history one batch may hold, so that nothing is sent much too late."""
        return int(_BEAT_S * self.speed * _SECOND_US)


def parse_speed(text: str) -> float | None:
    """`max` (None) or a number of times real time such as 3600; raises ValueError."""
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < 1e12:
        raise ValueError(f"{text!r} is neither max nor a number above zero, such as 3600")
    return speed
