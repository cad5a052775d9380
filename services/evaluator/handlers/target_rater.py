"""What targets would be rated if they were in force, by the reckoner's figures."""

from collections.abc import Sequence
from fractions import Fraction

from services.evaluator.domain.barometer.rating import Rating
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import Options
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.targets.exactly import shown
from services.evaluator.domain.targets.whatif import Rated
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.book_sums import HistoryError
from services.evaluator.ports.register import Entry, RecordKind

_TRIED_OUT = "tried out"


class ReckonedRater:
    """The Rater of the desk of targets."""

    def __init__(self, reckoner: Reckoner) -> None:
        """Nothing is read before somebody asks."""
        self._reckoner = reckoner

    async def rate(
        self, targets: Sequence[Target], period: str, as_of: int | None = None
    ) -> Sequence[Rated]:
        """See Rater; what cannot be rated says why."""
        world = await self._reckoner.open(as_of)
        known = {i: who for i, target in enumerate(targets) if (who := _who(world, target))}
        wanted = [(who, _entry(targets[i], world.as_of)) for i, who in known.items()]
        try:
            options = Options(as_of=world.as_of)
            judged = await self._reckoner.rate(wanted, world, period, options)
        except ValueError as error:
            return [_unrated(str(error)) for _ in targets]
        found = dict(zip(known, (_rated(one.rating) for one in judged), strict=True))
        nobody = "the catalogue does not have the holder"
        return [found.get(i) or _unrated(nobody) for i in range(len(targets))]

    async def base(self, target: Target, as_of: int | None = None) -> Figure | None:
        """See Rater; None also as of a time whose books can no longer be told."""
        world = await self._reckoner.open(as_of)
        who = _who(world, target)
        if who is None or target.base_year is None:
            return None
        wanted = [(who, _entry(target, world.as_of))]
        options = Options(as_of=world.as_of)
        try:
            (judged,) = await self._reckoner.rate(wanted, world, str(target.base_year), options)
        except HistoryError:
            return None
        return judged.position.base if judged.position else None


def _who(world: World, target: Target) -> Who | None:
    try:
        return world.who(target.holder)
    except ValueError:
        return None


def _entry(target: Target, commit: int) -> Entry:
    """A version that nobody has recorded."""
    return Entry(
        kind=RecordKind.TARGET,
        key=target.key,
        version=0,
        commit=commit,
        at_us=0,
        by=_TRIED_OUT,
        subject=target.holder,
        body=target,
    )


def _rated(rating: Rating) -> Rated:
    reached = rating.reached
    return Rated(
        level=reached.colour if reached else rating.state.value,
        margin=_margin(rating.actual, rating.goal),
        reasons=tuple(reason.en for reason in rating.reasons),
    )


def _margin(actual: Figure | None, goal: Figure | None) -> str:
    """What was done against what is asked for."""
    if actual is None or goal is None or actual.value is None or goal.value is None:
        return ""
    return f"{_text(actual.value, actual.unit)} / {_text(goal.value, goal.unit)}"


def _text(value: Fraction, unit: str) -> str:
    return f"{shown(value)} {unit}".strip()


def _unrated(why: str) -> Rated:
    return Rated(level="not-rated", reasons=(why,))
