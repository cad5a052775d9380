"""Records as of one commit: what was shipped, replaced by what is in the register."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.evaluator.domain.factor_book import Conventions, FactorBook, FactorLine
from services.evaluator.ports.register import Entry, RecordKind, Register

SHIPPED_BY = "shipped"
_KEPT = 8

Shipped = Mapping[RecordKind, Sequence[Any]]
"""Records that come with the program, by kind; each has a `key`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All records but statements, as of a commit."""

    as_of: int
    factors: FactorBook
    targets: tuple[Entry, ...]
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
    shipped: Shipped = field(default_factory=dict)
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
            targets=await self._all(RecordKind.TARGET, state),
            rules=await self._all(RecordKind.RULE, state),
            indicators=await self._all(RecordKind.INDICATOR, state),
            limits=await self._all(RecordKind.LIMIT, state),
            methods=await self._all(RecordKind.METHOD, state),
            sheets=await self._all(RecordKind.SHEET, state),
            scores=await self._all(RecordKind.SCORE, state),
        )

    async def _all(self, kind: RecordKind, state: int) -> tuple[Entry, ...]:
        recorded = await self.register.find(kind, as_of=state)
        entries = {body.key: _shipped(kind, body) for body in self.shipped.get(kind, ())}
        entries.update({entry.key: entry for entry in recorded})
        return tuple(entry for _, entry in sorted(entries.items()))


def _shipped(kind: RecordKind, body: Any) -> Entry:
    return Entry(
        kind=kind,
        key=body.key,
        version=0,
        commit=0,
        at_us=0,
        by=SHIPPED_BY,
        subject=str(getattr(body, "holder", "") or getattr(body, "subject", "")),
        body=body,
    )
