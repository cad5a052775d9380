"""Budgets on PostgreSQL, one row a version; every change is published in the same transaction."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from services.evaluator.adapters.budgets_codec import decode, encode, with_versions
from services.evaluator.domain.budget import Budget
from services.evaluator.ports.judge import ConflictError
from shared.contracts.topics import BUDGETS
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database, Transaction
from shared.model.instants import to_us

LANE = 9_999
"""The lane of the outbox on which budgets wait to be published."""


class PostgresBudgetStore:
    """The BudgetStore on PostgreSQL."""

    def __init__(self, db: Database, outbox: Outbox) -> None:
        """`outbox`: the one of the schema `evaluator`."""
        self._db = db
        self._outbox = outbox

    async def revision(self) -> int:
        """See BudgetStore."""
        async with self._db.reading() as tx:
            return await _revision(tx)

    async def changed_since(self, revision: int) -> tuple[int, Sequence[Budget]]:
        """See BudgetStore."""
        async with self._db.reading() as tx:
            newest = await _revision(tx)
            rows = await tx.raw.fetch(_CHANGED, revision)
        return newest, _budgets(row["body"] for row in rows)

    async def get(self, codes: Sequence[str]) -> Mapping[str, Budget]:
        """See BudgetStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_OF_CODES, list(codes))
        return {budget.code: budget for budget in _budgets(row["body"] for row in rows)}

    async def add(self, budgets: Sequence[Budget], based_on: int) -> Sequence[Budget]:
        """See BudgetStore."""
        if not budgets:
            return ()
        async with self._db.transaction() as tx:
            if await tx.raw.fetchval(_NEXT_REVISION, based_on) is None:
                raise ConflictError("budgets were changed by somebody else in the meantime")
            row = await tx.raw.fetchrow(_COMMIT)
            number, at_us = (row["n"], to_us(row["at"])) if row else (0, 0)
            recorded = [_recorded(budget, number, at_us) for budget in budgets]
            await tx.raw.execute(
                _ADD,
                [budget.code for budget in recorded],
                [budget.versions[-1].version for budget in recorded],
                [_row(budget) for budget in recorded],
                based_on + 1,
                number,
            )
            messages = [
                Message(BUDGETS.name, encode(budget), key=budget.code.encode())
                for budget in recorded
            ]
            staged = await self._outbox.put(tx, messages, [LANE])
        await self._outbox.publish(staged)
        return recorded

    async def publish_leftovers(self) -> None:
        """Publish what an earlier process stored but did not send; call it at the start."""
        await self._outbox.publish_leftovers([LANE])


async def _revision(tx: Transaction) -> int:
    found: int = await tx.raw.fetchval("select n from evaluator.budget_revision")
    return found


def _budgets(bodies: Iterable[str]) -> list[Budget]:
    parts: dict[str, list[Budget]] = {}
    for body in bodies:
        part = decode(body)
        parts.setdefault(part.code, []).append(part)
    return [with_versions(each) for each in parts.values()]


def _recorded(budget: Budget, number: int, at_us: int) -> Budget:
    """Fill in what is known only now, for every version that was not stored before."""
    return replace(
        budget,
        versions=tuple(
            version
            if version.recorded_commit
            else replace(version, recorded_commit=number, recorded_at_us=at_us)
            for version in budget.versions
        ),
    )


def _row(budget: Budget) -> str:
    return encode(replace(budget, versions=budget.versions[-1:])).decode()


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_NEXT_REVISION = "update evaluator.budget_revision set n = n + 1 where n = $1 returning n"

_COMMIT = _sql("""
    insert into evaluator.commits (n, kind) values (nextval('evaluator.next_commit'), 'budgets')
    returning n, at
""")

_ADD = _sql("""
    insert into evaluator.budgets (code, version, revision, recorded_commit, recorded_at, body)
    select b.code, b.version, $4, $5, c.at, b.body::jsonb
    from unnest($1::text[], $2::int[], $3::text[]) as b (code, version, body),
        evaluator.commits as c
    where c.n = $5
""")

_CHANGED = _sql("""
    select body::text as body from evaluator.budgets
    where code in (select code from evaluator.budgets where revision > $1)
    order by code, version
""")

_OF_CODES = _sql("""
    select body::text as body from evaluator.budgets where code = any($1::text[])
    order by code, version
""")
