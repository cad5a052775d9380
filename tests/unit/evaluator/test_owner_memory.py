"""What the bookkeeper keeps at hand of an owner: the latest rows, and how far back they reach."""

from services.evaluator.handlers.memory import OwnerMemory
from tests.unit.evaluator.build import batch


def test_commits_without_rows_are_forgotten_without_harm() -> None:
    memory = OwnerMemory(None)
    for rows in ([], [(1, 5, 0, 1), (1, 6, 0, 2)], [], [(1, 7, 0, 3), (1, 8, 0, 4)]):
        memory.remember(batch(rows), 2)
    assert memory.size == 2
    assert (memory.reaches(7), memory.reaches(6)) == (True, False)
