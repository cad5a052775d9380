"""A target's months shared out as its holder's last year went."""

from dataclasses import dataclass
from decimal import Decimal

from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.targets.phasing import MONTHS, shares_from_profile
from services.evaluator.domain.targets.sound import INTENSITIES, TOTALS, adds_up
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from shared.model.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Twelve months of a year and the shares that follow them.

    shares: per cent, exactly 100 in all; empty while a month is missing. problem: why, if so.
    """

    names: tuple[FigureId, ...]
    months: tuple[Figure, ...]
    shares: tuple[Decimal, ...]
    problem: str


class Phaser:
    """Works out shares from the reckoner's figures."""

    def __init__(self, reckoner: Reckoner) -> None:
        """Nothing is read before somebody asks."""
        self._reckoner = reckoner

    async def profile(self, target: Target, year: int, as_of: int | None = None) -> Profile:
        """How the target's measure was spread over a year. Raises ValueError, LookupError.

        Only what adds up over the year can be shared out over its months.
        """
        if not adds_up(target):
            raise ValueError(f"{target.code} is a {target.form} in {target.unit}: no amount")
        names = [_name(target, f"{year}-{month:02}", as_of) for month in range(1, MONTHS + 1)]
        made = await self._reckoner.figures(names)
        months = tuple(one.figure for one in made)
        shares, problem = _shares(months)
        return Profile(
            names=tuple(one.name for one in made), months=months, shares=shares, problem=problem
        )


def _name(target: Target, period: str, as_of: int | None) -> FigureId:
    own = (*TOTALS, *INTENSITIES)
    measure = target.measure if target.measure in own else f"indicator:{target.measure}"
    return FigureId(
        subject=Subject.parse(target.holder),
        measure=measure,
        period=period,
        options=Options(as_of=as_of),
    )


def _shares(months: tuple[Figure, ...]) -> tuple[tuple[Decimal, ...], str]:
    missing = [reason.en for figure in months for reason in figure.missing]
    values = [figure.value for figure in months if figure.value is not None]
    if len(values) < len(months):
        return (), "; ".join(dict.fromkeys(missing)) or "a month is missing"
    try:
        return shares_from_profile(values), ""
    except ValueError as error:
        return (), str(error)
