"""A part that dies is started again, ever more slowly, and given up in the end."""

from hypothesis import given
from hypothesis import strategies as st

from deploy.local.restarts import RestartPolicy

POLICY = RestartPolicy(first_s=0.5, factor=2.0, longest_s=3.0, limit=5, window_s=60.0)


class TestRestarts:
    def test_wait_longer_after_each_death_up_to_the_longest(self) -> None:
        restarts = POLICY.state()
        assert [restarts.died(float(second)) for second in range(4)] == [0.5, 1.0, 2.0, 3.0]

    def test_give_up_at_the_last_allowed_death_within_the_window(self) -> None:
        restarts = POLICY.state()
        delays = [restarts.died(float(second)) for second in range(5)]
        assert delays[-1] is None

    def test_do_not_count_what_was_killed_while_it_served(self) -> None:
        restarts = POLICY.state()
        assert [restarts.died(float(second), killed=True) for second in range(20)] == [0.5] * 20
        assert restarts.died(20.0) == 0.5

    def test_forget_deaths_that_are_a_window_ago(self) -> None:
        restarts = POLICY.state()
        for second in range(4):
            restarts.died(float(second))
        assert restarts.died(63.0) == 0.5

    @given(st.lists(st.floats(min_value=15.001, max_value=1e6), max_size=50))
    def test_never_give_up_a_part_that_dies_less_often_than_the_limit(
        self, gaps: list[float]
    ) -> None:
        restarts, now = POLICY.state(), 0.0
        for gap in gaps:
            now += gap
            assert restarts.died(now) is not None
