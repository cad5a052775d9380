"""What a judgement makes of a warning, as a table of cases."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.alerts.domain.advancing import advance
from services.alerts.domain.warning import Entry, Kind, Outcome, Reason, Warning
from shared.model.level import Level
from tests.unit.alerts.builders import FIRST_HOUR, NOON, assessment

Changes = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A known sequence, a new one, and the entries that follow: kind, hour, before, level."""

    says: str
    known: Changes
    watermark: int = 10
    new: Changes
    entries: tuple[tuple[Kind, int, str, str], ...]


CASES = (
    Case(
        says="the first level above none raises",
        known=(),
        new=((3, "notice"),),
        entries=((Kind.RAISED, 3, "none", "notice"),),
    ),
    Case(
        says="a first judgement of a long past tells each change",
        known=(),
        new=((1, "yellow"), (4, "red"), (6, "orange"), (8, "none"), (9, "notice")),
        entries=(
            (Kind.RAISED, 1, "none", "yellow"),
            (Kind.RAISED_LEVEL, 4, "yellow", "red"),
            (Kind.LOWERED, 6, "red", "orange"),
            (Kind.RESOLVED, 8, "orange", "none"),
            (Kind.REOPENED, 9, "none", "notice"),
        ),
    ),
    Case(
        says="the same again tells nothing",
        known=((3, "notice"),),
        new=((3, "notice"),),
        entries=(),
    ),
    Case(
        says="what was resolved and is raised again is the same warning",
        known=((3, "notice"), (5, "none")),
        new=((3, "notice"), (5, "none"), (12, "yellow")),
        entries=((Kind.REOPENED, 12, "none", "yellow"),),
    ),
    Case(
        says="an hour that moved is a correction",
        known=((3, "notice"),),
        new=((2, "notice"),),
        entries=((Kind.CORRECTED, 2, "notice", "notice"),),
    ),
    Case(
        says="a warning that should not have been is corrected away",
        known=((3, "notice"),),
        new=(),
        entries=((Kind.CORRECTED, 3, "notice", "none"),),
    ),
    Case(
        says="after a correction, what happened since is told as usual",
        known=((3, "notice"), (7, "yellow")),
        new=((3, "notice"), (8, "yellow"), (14, "red")),
        entries=(
            (Kind.CORRECTED, 7, "yellow", "yellow"),
            (Kind.RAISED_LEVEL, 14, "yellow", "red"),
        ),
    ),
    Case(
        says="a correction that leaves only later hours first takes back, then raises again",
        known=((3, "notice"),),
        new=((12, "notice"),),
        entries=(
            (Kind.CORRECTED, 3, "notice", "none"),
            (Kind.REOPENED, 12, "none", "notice"),
        ),
    ),
    Case(
        says="an hour judged before, added behind the known ones, is told as usual",
        known=((3, "notice"),),
        new=((3, "notice"), (6, "yellow")),
        entries=((Kind.RAISED_LEVEL, 6, "notice", "yellow"),),
    ),
    Case(
        says="members that change nothing are left out",
        known=(),
        new=((1, "none"), (3, "notice"), (4, "notice")),
        entries=((Kind.RAISED, 3, "none", "notice"),),
    ),
)


def _known(case: Case) -> Warning | None:
    if not case.known:
        return None
    return advance(None, assessment(*case.known, watermark=case.watermark), NOON).warning


def _advanced(case: Case) -> tuple[Warning | None, Outcome]:
    known = _known(case)
    later = NOON + timedelta(hours=1)
    return known, advance(known, assessment(*case.new, number=2, watermark=20), later)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
class TestAdvance:
    def test_adds_these_entries(self, case: Case) -> None:
        _, outcome = _advanced(case)
        entries = [entry for entry in outcome.entries if isinstance(entry, Entry)]
        told = [(e.kind, e.hour - FIRST_HOUR, e.before.word, e.level.word) for e in entries]
        assert told == list(case.entries)

    def test_numbers_them_on_from_the_known_history(self, case: Case) -> None:
        known, outcome = _advanced(case)
        start = known.entries if known else 0
        positions = [entry.position for entry in outcome.entries]
        assert positions == list(range(start + 1, start + 1 + len(positions)))
        assert outcome.warning is not None
        assert outcome.warning.entries == start + len(positions)

    def test_each_entry_begins_at_the_level_where_the_last_one_ended(self, case: Case) -> None:
        known, outcome = _advanced(case)
        level = known.level if known else Level.NONE
        for entry in outcome.entries:
            assert entry.before is level
            level = entry.level
        assert outcome.warning is not None
        assert outcome.warning.level is level

    def test_says_when_it_was_noticed(self, case: Case) -> None:
        _, outcome = _advanced(case)
        assert all(entry.noticed_at == NOON + timedelta(hours=1) for entry in outcome.entries)


class TestAWarning:
    def test_does_not_exist_while_the_level_was_never_above_none(self) -> None:
        outcome = advance(None, assessment((3, "none")), NOON)
        assert outcome == Outcome(reason=Reason.NOTHING_TO_WARN, warning=None)

    def test_remembers_the_highest_level_after_it_was_resolved(self) -> None:
        warning = advance(None, assessment((1, "red"), (2, "none")), NOON).warning
        assert warning is not None
        assert (warning.level, warning.highest, warning.is_open) == (Level.NONE, Level.RED, False)

    def test_takes_new_figures_of_the_same_hours_without_a_word(self) -> None:
        known = advance(None, assessment((3, "notice")), NOON).warning
        new = assessment((3, "notice"), number=2)
        outcome = advance(known, new, NOON + timedelta(days=1))
        assert outcome.reason is Reason.UNCHANGED
        assert outcome.warning is not None
        assert outcome.warning.number == 2
        assert outcome.warning.changed_at == NOON

    def test_shows_what_was_true_and_what_is(self) -> None:
        known = advance(None, assessment((3, "notice"), (7, "yellow"), watermark=10), NOON).warning
        outcome = advance(known, assessment((3, "notice"), (8, "orange"), number=2), NOON)
        (entry,) = outcome.entries
        assert isinstance(entry, Entry)
        assert [c.hour - FIRST_HOUR for c in entry.gone] == [7]
        assert [c.level for c in entry.instead] == [Level.ORANGE]
        assert entry.figures is None
