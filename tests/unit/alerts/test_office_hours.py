"""Times that only routes speak of: they hide nothing by themselves."""

from datetime import UTC, datetime

from services.alerts.adapters.policy import parse
from services.alerts.adapters.suppression_policy import CALENDARS, suppression_policy
from services.alerts.domain.suppression.explaining import explain
from tests.unit.alerts.suppressed import shown

POLICY = """
quiet_times:
  - name: office-hours
    reason: 上班时间
    only_routes: true
    when:
      - weekdays: ["monday:friday"]
        times: [{start_time: "08:30", end_time: "17:30"}]
"""


def test_office_hours_are_now_but_hide_nothing() -> None:
    (hours,) = suppression_policy(parse(POLICY, "p.yaml")).quiet_times
    monday = datetime(2026, 5, 11, 3, tzinfo=UTC)
    assert hours.covers(monday, CALENDARS)
    assert explain(shown(), monday, quiet_times=[hours]) is None


def test_without_the_word_they_hide() -> None:
    text = POLICY.replace("    only_routes: true\n", "")
    (hours,) = suppression_policy(parse(text, "p.yaml")).quiet_times
    assert explain(shown(), datetime(2026, 5, 11, 3, tzinfo=UTC), quiet_times=[hours]) is not None
