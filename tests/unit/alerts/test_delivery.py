"""When a webhook is tried again."""

from datetime import timedelta

import pytest

from services.alerts.domain.delivery import Answer, Result, RetryPolicy, decide
from tests.unit.alerts.builders import NOON

POLICY = RetryPolicy(first=timedelta(seconds=1), longest=timedelta(minutes=5), jitter=0.5)


class TestAnAttempt:
    @pytest.mark.parametrize("status", [200, 201, 204, 299])
    def test_answered_2xx_is_over(self, status: int) -> None:
        decision = decide(POLICY, 1, Answer(status=status, detail=""), NOON, 0.0)
        assert (decision.result, decision.next_at) == (Result.ACKNOWLEDGED, None)

    @pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
    def test_answered_otherwise_is_made_again(self, status: int) -> None:
        decision = decide(POLICY, 1, Answer(status=status, detail=""), NOON, 0.0)
        assert decision.result is Result.REFUSED
        assert decision.next_at == NOON + timedelta(seconds=1)

    def test_not_answered_is_made_again(self) -> None:
        decision = decide(POLICY, 1, Answer(status=None, detail="refused"), NOON, 0.0)
        assert decision.result is Result.UNREACHABLE

    @pytest.mark.parametrize(
        ("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (8, 128), (9, 256), (10, 300), (99, 300)]
    )
    def test_waits_twice_as_long_each_time_up_to_the_longest(
        self, attempt: int, seconds: int
    ) -> None:
        decision = decide(POLICY, attempt, Answer(status=500, detail=""), NOON, 0.0)
        assert decision.next_at == NOON + timedelta(seconds=seconds)

    def test_leaves_part_of_the_wait_to_chance(self) -> None:
        decision = decide(POLICY, 3, Answer(status=500, detail=""), NOON, 0.5)
        assert decision.next_at == NOON + timedelta(seconds=3)

    def test_waits_as_long_as_the_endpoint_asks_but_not_longer_than_the_longest(self) -> None:
        asked = Answer(status=503, detail="", retry_after=timedelta(seconds=60))
        assert decide(POLICY, 1, asked, NOON, 0.0).next_at == NOON + timedelta(seconds=60)
        asked = Answer(status=503, detail="", retry_after=timedelta(days=1))
        assert decide(POLICY, 1, asked, NOON, 0.0).next_at == NOON + timedelta(minutes=5)
