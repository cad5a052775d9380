"""How the desks of targets and tasks look at records that come along in files with others."""

from collections.abc import Callable
from datetime import date

from services.evaluator.handlers.records_desk import Check, Checked, Reads
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import KINDS, TasksDesk
from services.evaluator.ports.register import RecordKind


def targets_check(desk: TargetsDesk, today: Callable[[], date]) -> Check:
    """Targets must add up; a draft that was approved since it was written says nothing new."""

    async def look(reads: Reads) -> Checked:
        outcome = await desk.take(reads[RecordKind.TARGET], by="", today=today(), dry_run=True)
        known = frozenset((RecordKind.TARGET, code) for code in outcome.unchanged)
        return Checked(faults=outcome.faults, known=known)

    return Check(kinds=frozenset({RecordKind.TARGET}), look=look)


def tasks_check(desk: TasksDesk, today: Callable[[], date]) -> Check:
    """Tasks, reports about them, and inventories."""

    async def look(reads: Reads) -> Checked:
        return Checked(faults=await desk.check(reads, today()))

    return Check(kinds=frozenset(KINDS), look=look)
