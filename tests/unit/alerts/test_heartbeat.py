"""What counts as standing still, and what the warning about it hears."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.alerts.adapters.heartbeat import heartbeat_policy
from services.alerts.adapters.policy import BadPolicyError, load, parse
from services.alerts.domain.hearing import Known, hear
from services.alerts.domain.heartbeat import (
    HeartbeatPolicy,
    Part,
    PartKind,
    Standing,
    is_back,
    judged,
    standing,
    stuck,
)
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Kind, Warning
from shared.model.level import Level
from tests.unit.alerts.builders import NOON

MINUTE = timedelta(minutes=1)
POLICY = HeartbeatPolicy()


def part(minutes: float | None, name: str = "time", grace: timedelta = timedelta()) -> Part:
    since = None if minutes is None else NOON - minutes * MINUTE
    return Part(kind=PartKind.JOB, name=name, waiting=1, since=since, grace=grace)


class TestStandingStill:
    def test_is_having_left_something_undone_for_too_long(self) -> None:
        parts = [part(None, "a"), part(4, "b"), part(9, "c"), part(90, "d")]
        assert [one.name for one in stuck(parts, NOON, POLICY)] == ["d", "c"]

    def test_begins_later_for_what_is_done_seldom(self) -> None:
        assert stuck([part(60, grace=2 * timedelta(hours=1))], NOON, POLICY) == ()

    def test_is_not_judged_by_one_who_has_just_come_back(self) -> None:
        assert is_back(Tick(name="h", begin=NOON - 60 * MINUTE, end=NOON), POLICY)
        assert not is_back(Tick(name="h", begin=NOON - 2 * MINUTE, end=NOON), POLICY)


class TestAPartition:
    def test_that_was_read_to_its_end_does_not_stand(self) -> None:
        assert standing(Standing(position=4, since=NOON), 5, 5, NOON + MINUTE) is None

    def test_stands_since_it_was_first_seen_there(self) -> None:
        first = standing(None, 4, 9, NOON)
        assert first == Standing(position=4, since=NOON)
        assert standing(first, 4, 12, NOON + MINUTE) == first

    def test_that_moves_on_does_not_stand_however_much_is_left(self) -> None:
        first = Standing(position=4, since=NOON - MINUTE)
        assert standing(first, 5, 900, NOON) == Standing(position=5, since=NOON)


def heard(known: Warning | None, *still: Part) -> tuple[Warning | None, list[str]]:
    """The warning after it heard of them, and the kinds of entries that this made."""
    made = judged(still, known, NOON)
    if made is None:
        return known, []
    found = hear(Known(numbers={}, warnings={known.id: known} if known else {}), [made], NOON)
    return found.warnings[0], [entry.kind for entry in found.entries]


class TestTheWarning:
    def test_says_nothing_while_all_is_well(self) -> None:
        assert judged((), None, NOON) is None

    def test_names_what_stands_still_and_resolves_when_it_goes_on(self) -> None:
        raised, entries = heard(None, part(9, "time"), part(8, "digests"))
        assert raised is not None
        assert (raised.level, entries) == (Level.RED, [Kind.RAISED])
        assert raised.about_name == "time、digests"
        assert heard(raised, part(9, "time"), part(8, "digests")) == (raised, [])
        fewer, entries = heard(raised, part(9, "time"))
        assert fewer is not None
        assert (fewer.about_name, entries) == ("time", [])
        resolved, entries = heard(fewer)
        assert resolved is not None
        assert (resolved.level, entries) == (Level.NONE, [Kind.RESOLVED])
        again, entries = heard(resolved, part(9, "time"))
        assert again is not None
        assert (again.level, entries) == (Level.RED, [Kind.REOPENED])


class TestThePolicy:
    def test_has_defaults(self) -> None:
        assert heartbeat_policy(load()) == POLICY

    def test_is_read(self) -> None:
        text = "heartbeat: {interval: 30s, urls: ['https://hc.example.org/a'], labels: {a: b}}"
        expected = replace(
            POLICY,
            interval=timedelta(seconds=30),
            urls=("https://hc.example.org/a",),
            labels={"a": "b"},
        )
        assert heartbeat_policy(parse(text, "p")) == expected

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("heartbeat: {every: 1m}", "heartbeat.every is not known"),
            ("heartbeat: {interval: 0}", "must be 1s or longer"),
            ("heartbeat: {urls: [gopher://x]}", "no http address"),
        ],
    )
    def test_mistakes_are_named(self, text: str, said: str) -> None:
        with pytest.raises(BadPolicyError, match=said):
            heartbeat_policy(parse(text, "p"))
