"""A judge over stores in memory, and messages of totals made by hand."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from services.evaluator.domain.factors import FactorTable
from services.evaluator.domain.totals import Cause, Changes, Frontier, Lane, Totals
from services.evaluator.handlers.judge import Arrived, Judge, Outcome
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.rulebook import Rulebook
from shared.model.catalogue import Catalogue
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore, MemoryJudgeStore

NO_FACTORS = FactorTable(version="none", factors=(), sizes={})
POWER = Lane(carrier="electricity", flow="import", scale=2)
NOW_US = 1_790_000_000_000_000
HourRow = tuple[str, int, int]
"""Subject, UTC hour, difference of hundredths of kWh."""


def totals(
    commit: int,
    rows: Sequence[HourRow],
    frontier: Mapping[int, int] | None = None,
    *,
    source: int = 0,
    lanes: Iterable[Lane] = (POWER,),
    cause: Cause = Cause.NEW,
    quiet: Sequence[str] = (),
    catalogue_version: int = 1,
) -> Totals:
    """A message; `known` is a quarter of an hour for each row, nothing is estimated."""
    subjects = tuple(dict.fromkeys([*(subject for subject, _, _ in rows), *quiet]))
    ends = frontier or {}
    zeros = np.zeros(len(rows), np.int64)
    return Totals(
        commit=commit,
        sources=(source,),
        catalogue_version=catalogue_version,
        received_at_us=NOW_US,
        correlation_id=f"request-{commit}",
        subjects=subjects,
        lanes=tuple(lanes),
        changes=Changes(
            subject=np.array([subjects.index(row[0]) for row in rows], np.uint32),
            lane=zeros.astype(np.uint32),
            hour=np.array([row[1] for row in rows], np.int64),
            quantity=np.array([row[2] for row in rows], np.int64),
            estimated=zeros,
            known=zeros + 900_000_000,
            cause=np.full(len(rows), int(cause), np.uint8),
        ),
        frontier=Frontier(
            point=np.array(list(ends), np.uint32),
            booked_end=np.array(list(ends.values()), np.int64),
        ),
    )


class Court:
    """One copy of the judge with all partitions; others may share its stores."""

    def __init__(
        self,
        store: MemoryJudgeStore,
        budgets: MemoryBudgetStore,
        known: Catalogue,
        *,
        partitions: int = 1,
        most_bytes: int = 1,
        factors: FactorTable = NO_FACTORS,
    ) -> None:
        self.store, self.budgets = store, budgets
        self.partitions = partitions
        self.rulebook = Rulebook()
        self.rulebook.update(known)
        self.judge = Judge(
            store,
            budgets,
            Briefs(self.rulebook, factors),
            partition_of=lambda subject: len(subject) % partitions,
            now_us=lambda: NOW_US,
            most_bytes=most_bytes,
        )
        self.next: dict[int, int] = {}

    async def open(self) -> None:
        """Take all partitions over anew, as after a restart."""
        self.next = dict(await self.judge.open(frozenset(range(self.partitions))))
        await self.settle()

    async def settle(self) -> None:
        """Take over changes of budgets and catalogue and judge all that is due."""
        await self.judge.refresh()
        while await self.judge.catch_up(self.next):
            pass

    async def hear(self, *messages: Totals, partition: int = 0) -> Outcome:
        """Hand messages of one partition over as one batch."""
        here = self.next[partition]
        after = here + len(messages)
        arrived = {partition: Arrived(expected=here, next=after, messages=messages)}
        outcome = await self.judge.take(arrived)
        self.next[partition] = after
        return outcome
