"""Policies that decide about time without reading a clock."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from shared.kit.backoff import Backoff
from shared.kit.kafka.dead_letters import DeadLetterLimit
from shared.kit.kafka.delivery import Pacing

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


def test_waits_double_up_to_the_longest() -> None:
    delays = Backoff(first_s=0.5, most_s=3.0).delays()
    assert list(islice(delays, 5)) == [0.5, 1.0, 2.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("since_last_s", "gathered", "wait"),
    [
        pytest.param(60.0, 10, 0.0, id="after a quiet moment the first message goes at once"),
        pytest.param(0.0, 10, 0.02, id="right after a batch it waits for company"),
        pytest.param(0.015, 10, 0.005, id="but only for the rest of the wait"),
        pytest.param(0.0, 1000, 0.0, id="and not at all when enough came together"),
    ],
)
def test_pacing(since_last_s: float, gathered: int, wait: float) -> None:
    pacing = Pacing(min_poll_s=0.02, enough_bytes=1000)
    assert pacing.wait_for_more(since_last_s, gathered) == pytest.approx(wait)


class TestTheLimitOfDeadLetters:
    def test_is_reached_within_the_window(self) -> None:
        count = DeadLetterLimit(most=2, window_s=60).begin()
        for second in (0, 1):
            assert count.may_put(NOON + timedelta(seconds=second))
            count.did_put(NOON + timedelta(seconds=second))
        assert not count.may_put(NOON + timedelta(seconds=59))

    def test_forgets_what_is_older_than_the_window(self) -> None:
        count = DeadLetterLimit(most=1, window_s=60).begin()
        count.did_put(NOON)
        assert count.may_put(NOON + timedelta(seconds=60))

    def test_counts_only_what_was_put(self) -> None:
        count = DeadLetterLimit(most=1).begin()
        assert count.may_put(NOON)
        assert count.may_put(NOON)
