"""Records as of one commit, read once for each state of the register."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.evaluator.domain.factor_book import Conventions, FactorBook, FactorLine
from services.evaluator.handlers.target_book import Shelf, TargetBook
from services.evaluator.ports.register import Entry, RecordKind, Register

_KEPT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All records but statements, as of a commit; of targets all versions up to then."""

    as_of: int
    factors: FactorBook
    targets: Shelf
    rules: tuple[Entry, ...]
    indicators: tuple[Entry, ...]
    limits: tuple[Entry, ...]
    methods: tuple[Entry, ...]
    sheets: tuple[Entry, ...]
    scores: tuple[Entry, ...]


@dataclass(slots=True)
class Archive:
    """Reads records once for each state of the register.

    conventions: units, grids and natures for the factor book.
    """

    register: Register
    conventions: Conventions
    target_book: TargetBook
    _known: OrderedDict[int, Records] = field(default_factory=OrderedDict)

    async def commit(self, as_of: int | None) -> int:
        """The commit asked for, else the last one that is complete."""
        return await self.register.commit_at(None) if as_of is None else as_of

    async def records(self, as_of: int) -> Records:
        """Everything but statements as of the commit. Raises Unavailable."""
        state = min(as_of, await self.register.revision())
        known = self._known.get(state)
        if known is None:
            known = self._known[state] = await self._read(state)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

    async def statements(
        self, subjects: Sequence[str] | None, as_of: int
    ) -> Mapping[str, tuple[Entry, ...]]:
        """Statements of the subjects (None: of all), by subject, in one reading."""
        found = await self.register.find(RecordKind.STATEMENT, subjects=subjects, as_of=as_of)
        grouped: dict[str, list[Entry]] = {}
        for entry in found:
            grouped.setdefault(entry.subject, []).append(entry)
        return {subject: tuple(entries) for subject, entries in grouped.items()}

    async def _read(self, state: int) -> Records:
        factors = await self._all(RecordKind.FACTOR, state)
        lines = [
            FactorLine(record=entry.body, version=entry.version, commit=entry.commit)
            for entry in factors
        ]
        return Records(
            as_of=state,
            factors=FactorBook.merged((), lines, self.conventions, state),
            targets=await self.target_book.shelf(state),
            rules=await self._all(RecordKind.RULE, state),
            indicators=await self._all(RecordKind.INDICATOR, state),
            limits=await self._all(RecordKind.LIMIT, state),
            methods=await self._all(RecordKind.METHOD, state),
            sheets=await self._all(RecordKind.SHEET, state),
            scores=await self._all(RecordKind.SCORE, state),
        )

    async def _all(self, kind: RecordKind, state: int) -> tuple[Entry, ...]:
        return tuple(await self.register.find(kind, as_of=state))
