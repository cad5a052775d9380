"""Alerts of somebody else's: when they open, go on and resolve."""

from datetime import datetime, timedelta

from services.alerts.domain.advancing import pass_time
from services.alerts.domain.condition import Policies
from services.alerts.domain.external import External, take
from services.alerts.domain.handling import Holding, State
from services.alerts.domain.hearing import Known
from services.alerts.domain.labels import labels_of
from services.alerts.domain.warning import Kind, Warning
from shared.model.condition import ConditionKind
from shared.model.level import Level
from tests.unit.alerts.builders import NOON

LABELS = {"alertname": "DiskFull", "severity": "critical"}
POLICY = Policies().of(ConditionKind.EXTERNAL)


def minutes(n: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=n)


def alert(start: int, end: int) -> External:
    """From minute to minute."""
    return External(labels=LABELS, starts_at=minutes(start), ends_at=minutes(end), level=Level.RED)


def told(warning: Warning | None, now: int, *alerts: External) -> tuple[Warning, list[Kind]]:
    """The warning after these alerts, and what was told."""
    known = Known(numbers={}, warnings={warning.id: warning} if warning else {})
    heard = take(known, alerts, minutes(now))
    (after,) = heard.warnings or ((warning,) if warning else ())
    return after, [entry.kind for entry in heard.entries]


class TestAnAlert:
    def test_opens_a_warning_that_ends_by_itself(self) -> None:
        warning, kinds = told(None, 1, alert(0, 5))
        assert (kinds, warning.state, warning.due_at) == ([Kind.RAISED], State.OPEN, minutes(5))
        assert labels_of(warning)["alertname"] == "DiskFull"
        outcome = pass_time(warning, minutes(5), POLICY)
        assert [entry.kind for entry in outcome.entries] == [Kind.RESOLVED]

    def test_told_again_goes_on(self) -> None:
        warning, _ = told(None, 1, alert(0, 5))
        warning, kinds = told(warning, 4, alert(2, 9))
        assert (kinds, warning.due_at) == ([], minutes(9))

    def test_that_is_over_resolves(self) -> None:
        warning, _ = told(None, 1, alert(0, 5))
        warning, kinds = told(warning, 4, alert(0, 3))
        assert (kinds, warning.condition) == ([Kind.RESOLVED], Holding.RESOLVED)
        assert told(warning, 5, alert(0, 3))[1] == []

    def test_that_comes_back_opens_the_same_warning_again(self) -> None:
        first, _ = told(None, 1, alert(0, 5))
        over, _ = told(first, 4, alert(0, 3))
        again, kinds = told(over, 60, alert(59, 65))
        assert (again.id, kinds) == (first.id, [Kind.REOPENED])

    def test_that_was_over_before_anybody_heard_is_none(self) -> None:
        heard = take(Known(numbers={}, warnings={}), [alert(0, 3)], minutes(9))
        assert (heard.warnings, heard.entries) == ((), ())

    def test_told_twice_at_once_is_one(self) -> None:
        warning, kinds = told(None, 1, alert(0, 5), alert(0, 7))
        assert (kinds, warning.due_at) == ([Kind.RAISED], minutes(7))
