"""Parts of a whole as briefs tell them: shares, their change, and the pull of each part (拉动)."""

from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label, less
from services.evaluator.domain.situation.moving import Movement
from services.evaluator.domain.statistics import growth

_SHARE, _PULL = Label("占比", "share"), Label("拉动", "pull")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """share: per cent of the whole. share_change and pull: percentage points."""

    share: Fraction | None
    share_change: Fraction | None
    pull: Fraction | None


def weighed(part: Movement, whole: Movement) -> Weighed:
    """What a part is of its whole, now against a year earlier."""
    now, earlier = _share(part.now, whole.now), _share(part.earlier, whole.earlier)
    return Weighed(
        share=now.value,
        share_change=less(_SHARE, "pp", now, earlier).value,
        pull=growth.pull(_PULL, part.now, part.earlier, whole.earlier).value,
    )


def _share(part: Figure, whole: Figure) -> Figure:
    return growth.share(_SHARE, part, whole)
