"""Conditions: told once for every change."""

import logging

import pytest

from shared.kit.condition import Condition, problem_of
from shared.kit.errors import Unavailable


class TestACondition:
    def test_is_told_once_for_every_change(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        condition = Condition("the well")
        condition.up()
        for reason in ("dry", "still dry"):
            condition.down(reason)
        said = condition.problem
        condition.up()
        condition.up()
        assert (said, condition.problem) == ("still dry", None)
        assert [record.getMessage() for record in caplog.records] == [
            "the well is away: dry; trying again until it is back",
            "the well is back",
        ]


class TestAPing:
    async def test_that_succeeds_is_no_problem(self) -> None:
        async def ping() -> None:
            return None

        assert await problem_of(ping) is None

    async def test_that_fails_says_why(self) -> None:
        async def ping() -> None:
            raise Unavailable("dry")

        assert await problem_of(ping) == "dry"
