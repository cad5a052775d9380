"""Looks back for the newest period that can be rated, and rates no more than is needed for it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Search:
    """Periods of one target, the newest first, of which some are rated one after another.

    years: the year of each period. look_back: so many periods back from the newest one that is
    rated count; what is older is of no interest, and what is newer and not rated decides nothing.
    """

    years: Sequence[int]
    look_back: int
    _tried: set[int] = field(default_factory=set)
    _rated: set[int] = field(default_factory=set)

    def next(self, has_data: Callable[[int], bool]) -> tuple[int, ...]:
        """The places of the periods that are to be rated next; none: everything is known.

        The newest ones at first; while none of them is rated those of the next older year that
        has data; in the end those that count.
        """
        if self._rated:
            window = range(min(self._rated), self._end)
            return self._new(place for place in window if has_data(self.years[place]))
        if not self._tried:
            return self._new(range(min(self.look_back, len(self.years))))
        older = range(max(self._tried) + 1, len(self.years))
        year = next((self.years[place] for place in older if has_data(self.years[place])), None)
        return self._new(place for place in older if self.years[place] == year)

    def note(self, place: int, *, is_rated: bool) -> None:
        """What became of a period."""
        self._tried.add(place)
        if is_rated:
            self._rated.add(place)

    @property
    def counting(self) -> tuple[int, ...]:
        """The places of the rated periods that count, the oldest first."""
        return tuple(sorted((p for p in self._rated if p < self._end), reverse=True))

    @property
    def oldest(self) -> int | None:
        """The place of the oldest period that counts, rated or not; None if there is none."""
        looked = [place for place in self._tried if not self._rated or place < self._end]
        return max(looked, default=None)

    def _new(self, places: Iterable[int]) -> tuple[int, ...]:
        return tuple(place for place in places if place not in self._tried)

    @property
    def _end(self) -> int:
        return min(min(self._rated) + self.look_back, len(self.years))
