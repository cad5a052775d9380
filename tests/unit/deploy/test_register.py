"""Quantities turned into a register: rollover, replacement, and nothing lost on the way."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.replay.mapping import Register, Replacement
from deploy.replay.register import RunningRegister
from shared.model.instants import SECOND_US

HOUR = 3600 * SECOND_US


def run(spec: Register, quantities: list[Decimal]) -> tuple[list[Decimal], RunningRegister]:
    register = RunningRegister(spec=spec, point="P")
    shown = [
        Decimal(text)
        for hour, quantity in enumerate(quantities)
        for _, text in register.feed((hour + 1) * HOUR, quantity)
    ]
    return shown, register


@given(
    st.lists(st.decimals("0", "999", places=2, allow_nan=False), min_size=1, max_size=40),
    st.decimals("0", "9999", places=2, allow_nan=False),
)
def test_the_steps_of_the_register_are_the_quantities(
    quantities: list[Decimal], start: Decimal
) -> None:
    shown, _ = run(Register(interval_s=3600, start=str(start), digits=4), quantities)
    steps = [(b - a + 10_000) % 10_000 for a, b in pairwise(shown)]
    assert steps == quantities
    assert all(0 <= one < 10_000 for one in shown)


def test_the_first_reading_stands_at_the_beginning_of_the_first_interval() -> None:
    for stamp, instants in (("end", [0, HOUR]), ("start", [HOUR, 2 * HOUR])):
        register = RunningRegister(spec=Register(interval_s=3600, stamp=stamp), point="P")
        assert [at for at, _ in register.feed(HOUR, Decimal(5))] == instants


def test_a_replacement_loses_nothing() -> None:
    spec = Register(
        interval_s=3600,
        start="100",
        replaced=(Replacement(at="1970-01-01T02:00:00Z", new_start="7.5"),),
    )
    shown, register = run(spec, [Decimal(1), Decimal(2), Decimal(3)])
    assert shown == [Decimal(100), Decimal(101), Decimal("10.5")]
    (change,) = register.changes
    assert (change.at_us, change.old_end, change.new_start) == (2 * HOUR, "103", "7.5")


def test_what_no_register_can_show_is_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        run(Register(interval_s=3600), [Decimal(-1)])
    register = RunningRegister(spec=Register(interval_s=3600), point="P")
    list(register.feed(2 * HOUR, Decimal(1)))
    with pytest.raises(ValueError, match="order by time"):
        list(register.feed(HOUR, Decimal(1)))
    between = (Replacement(at="1970-01-01T00:30:00Z"),)
    with pytest.raises(ValueError, match="between two readings"):
        run(Register(interval_s=3600, replaced=between), [Decimal(1)])
