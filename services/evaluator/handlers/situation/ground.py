"""What every part of a situation stands on: one world as of one commit, a region and a span."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from services.evaluator.domain.situation.spans import Spanned
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.situation.firms import Firm
from services.evaluator.handlers.situation.tallies import Books, Counter, Heard
from shared.contracts.situation import DataState, Grouping, Tasks, Users

Sees = Callable[[str, tuple[str, ...]], bool]
"""Whether the asking key may see a subject (`kind:code`) that lies in these regions."""


@dataclass(slots=True)
class Look:
    """Everybody, and who counts them: in the period, and in that of a year earlier if any."""

    firms: Sequence[Firm]
    counters: Sequence[Counter]
    _heard: Sequence[Heard] | None = None

    def heard(self, books: Books) -> Sequence[Heard]:
        """How much of everybody was heard in the period; `books`: with all that it needs."""
        if self._heard is None:
            self._heard = self.counters[0].heard(books)
        return self._heard


@dataclass(slots=True)
class Shared:
    """What several parts of one situation need, made by the first of them."""

    look: Look | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One question: the region `who` over the span, as of the commit `world.as_of`.

    at_us: the instant of that commit; nothing goes by any other. since: the commit of the brief
    before, None without one. measures: figures of the world, each account made once; fill the
    world by `gatherer.add` first. sees: whose rows may be shown. shared: made once for all parts,
    which therefore work one after another.
    """

    world: World
    who: Who
    span: Spanned
    at_us: int
    since: int | None
    gatherer: Gatherer
    reckoner: Reckoner
    measures: Measures
    sees: Sees
    shared: Shared = field(default_factory=Shared)

    @property
    def as_of(self) -> int:
        """The commit."""
        return self.world.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The region's enterprises as rows and as parts of the whole.

    hidden: how many rows were left out because the key may not see them.
    """

    groupings: tuple[Grouping, ...]
    users: Users
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is made beside figures and ratings, each from the same ground.

    Everything may raise HistoryError and Unavailable; long arithmetic goes to a thread.
    """

    population: Callable[[Ground], Awaitable[Population]]
    tasks: Callable[[Ground], Awaitable[Tasks]]
    data: Callable[[Ground], Awaitable[DataState]]
