"""The factors in use: the package's, until others are put on record."""

from services.evaluator.domain.factor_book import Conventions, FactorBook, FactorLine
from services.evaluator.domain.factors import FactorTable, table_of
from services.evaluator.ports.register import RecordKind, Register


class FactorShelf:
    """Holds the newest factor table; whoever uses it looks whether it is another one."""

    def __init__(self, table: FactorTable, register: Register | None = None) -> None:
        """`register`: answers with the package's factors too; without one the table stays."""
        self.table = table
        self._register = register
        self._revision = -1
        self._known: frozenset[tuple[str, int]] = frozenset()

    @staticmethod
    def of(factors: "FactorTable | FactorShelf") -> "FactorShelf":
        """The shelf itself, or one on which a table stays."""
        return FactorShelf(factors) if isinstance(factors, FactorTable) else factors

    async def look(self) -> bool:
        """Take over factors that were put on record; whether there were any. Raises Unavailable."""
        if self._register is None:
            return False
        revision = await self._register.revision()
        if revision == self._revision:
            return False
        found = await self._register.find(RecordKind.FACTOR, as_of=revision)
        self._revision = revision
        recorded = frozenset((entry.key, entry.version) for entry in found if entry.version)
        if recorded == self._known:
            return False
        self._known = recorded
        lines = [
            FactorLine(record=entry.body, version=entry.version, commit=entry.commit)
            for entry in found
        ]
        self.table = self._table(lines)
        return True

    def _table(self, lines: list[FactorLine]) -> FactorTable:
        held = self.table.book
        shipped = (line.record for line in held.lines if not line.version) if held else ()
        conventions = held.conventions if held else Conventions()
        return table_of(FactorBook.merged(shipped, lines, conventions), self.table.version)
