"""Budgets are added: read, held against what there is, and stored all at once or not at all."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.budget_drafts import Plan, World, plan
from services.evaluator.domain.budget_rows import Fault, Row
from services.evaluator.domain.factors import FactorTable
from services.evaluator.handlers.factor_shelf import FactorShelf
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.judge import BudgetStore, ConflictError


class BudgetDesk:
    """Takes new budgets and new versions, and knows all that there are."""

    def __init__(
        self, store: BudgetStore, rulebook: Rulebook, factors: FactorTable | FactorShelf
    ) -> None:
        """Rulebook and shelf hold catalogue and factors in use."""
        self._store = store
        self._rulebook = rulebook
        self._shelf = FactorShelf.of(factors)
        self._revision = 0
        self._budgets: dict[str, Budget] = {}
        self._turn = asyncio.Lock()

    async def budgets(self) -> Mapping[str, Budget]:
        """All budgets by code, as they are now. Raises Unavailable."""
        if await self._store.revision() != self._revision:
            async with self._turn:
                await self._look()
        return self._budgets

    async def take(
        self, rows: Sequence[Row], faults: Iterable[Fault] = (), *, dry_run: bool = False
    ) -> Plan:
        """Add what the rows say, unless there is a fault anywhere. Raises Unavailable.

        faults: those that were found while the rows were read.
        """
        found = tuple(faults)
        async with self._turn:
            while True:
                revision = await self._look()
                world = World(
                    catalogue=self._rulebook.catalogue,
                    factors=self._shelf.table,
                    budgets=self._budgets,
                )
                # Large files take a while to read: messages go on being judged meanwhile.
                planned = await asyncio.to_thread(plan, rows, world, found)
                if dry_run or not planned.changes:
                    return planned
                try:
                    await self._store.add(planned.changes, revision)
                except ConflictError:
                    continue
                await self._look()
                return planned

    async def _look(self) -> int:
        revision, changed = await self._store.changed_since(self._revision)
        self._budgets = {**self._budgets, **{budget.code: budget for budget in changed}}
        self._revision = revision
        return revision
