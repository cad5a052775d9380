"""Transfers: two sides, one sum; and whatever valid changes follow one another, it adds up."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.records.target import State, Target
from services.evaluator.domain.targets.check import check_targets
from services.evaluator.domain.targets.transfer import Moved, Transfer, transfer
from tests.unit.evaluator.targets.make import (
    TODAY,
    approved,
    catalogue,
    fall,
    known,
    plan,
    standing,
    told,
    total,
)

PLACES = catalogue()
SHARED_OUT = frozenset({"R"})


def move(targets: Sequence[Target], **changes: Any) -> Moved:
    base = {"giver": "A", "taker": "B", "amount": Decimal(5), "reason": "Datang moves over"}
    return transfer(Transfer(**{**base, **changes}), known(*targets), SHARED_OUT)


class TestTransfer:
    def test_has_two_sides_that_say_so(self) -> None:
        given, taken = move(plan()).drafts
        assert (given.value, taken.value) == (Decimal(45), Decimal(25))
        assert (given.counterpart, given.transferred) == ("B", Decimal(-5))
        assert (taken.counterpart, taken.transferred) == ("A", Decimal(5))
        assert given.reason == taken.reason == "Datang moves over"
        assert check_targets((given, taken), known(*plan()), PLACES, TODAY) == ()

    @pytest.mark.parametrize(
        ("changes", "key"),
        [
            ({"amount": Decimal(51)}, "A.amount"),
            ({"amount": Decimal(0)}, "A.amount"),
            ({"reason": " "}, "A.reason"),
            ({"giver": "Z"}, "Z.giver"),
            ({"taker": "A"}, "A.taker"),
            ({"taker": "X"}, "A.taker"),
            ({"taker": "S"}, "A.taker"),
            ({"giver": "R", "amount": Decimal("5.1")}, "R.amount"),
            ({"years": {"2023": Decimal(1)}}, "A.years.2023"),
            ({"amount": Decimal("1e-80")}, "A.amount"),
        ],
    )
    def test_is_refused_with_the_reason(self, changes: dict[str, Any], key: str) -> None:
        more = (total("X", "630000", "1"), total("S", "tag:industry", "1", parent="R"))
        moved = move((*plan(), *more), **changes)
        assert key in told(moved.faults)
        assert moved.drafts == ()

    def test_takes_from_the_reserve_of_the_whole(self) -> None:
        whole, taken = move(plan(), giver="R").drafts
        assert (whole.value, whole.reserve, taken.value) == (Decimal(100), Decimal(0), Decimal(25))
        assert check_targets((whole, taken), known(*plan()), PLACES, TODAY) == ()

    def test_goes_through_the_reserves_of_what_is_shared_out(self) -> None:
        whole, a, b, c = plan()
        part = total("B1", "150202", "14", parent="B")
        targets = (whole, a, replace(b, reserve=Decimal(6)), c, part)
        wanted = Transfer(giver="B", taker="A", amount=Decimal(6), reason="r")
        both = transfer(wanted, known(*targets), frozenset({"R", "B"})).drafts
        assert both[0].reserve == Decimal(0)
        assert check_targets(both, known(*targets), PLACES, TODAY) == ()
        more = replace(wanted, amount=Decimal(7))
        faults = transfer(more, known(*targets), frozenset({"R", "B"})).faults
        assert "only its reserve of 6 tce" in faults[0].message

    def test_moves_the_years_along(self) -> None:
        yearly = {"2024": Decimal(9), "2025": Decimal(10)}
        whole, a, b, c = plan()
        targets = (whole, a, replace(b, yearly={**yearly, "2025": Decimal(20)}), c)
        more = {"2024": Decimal(40), "2025": Decimal(50)}
        targets = (whole, replace(a, yearly=more), *targets[2:])
        given, taken = move(targets, years={"2024": Decimal(3)}).drafts
        assert given.yearly == {"2024": Decimal(37), "2025": Decimal(45)}
        assert taken.yearly == {"2024": Decimal(12), "2025": Decimal(25)}
        (wrong,) = move(targets, years={"2024": Decimal(41)}).faults
        assert "below zero" in wrong.message

    def test_moves_no_rates_and_nothing_unknown(self) -> None:
        falls = (fall("A", "150100", "13", parent="I"), fall("B", "150200", "13", parent="I"))
        assert "A.amount" in told(move(falls).faults)
        unknown = (*plan()[:2], replace(plan()[2], value=None))
        assert "B.value" in told(move(unknown).faults)

    def test_of_targets_in_force_is_approved_and_dated(self) -> None:
        upon = standing(*plan())
        assert set(told(move(upon).faults)) == {
            "A.approver",
            "A.effective_from",
            "B.effective_from",
        }
        given, taken = move(upon, approver="NDRC", effective_from="2022-01-01").drafts
        assert given.state is State.IN_FORCE
        assert (taken.approved_on, taken.effective_from) == ("2022-01-01", "2022-01-01")
        assert check_targets((given, taken), known(*upon), PLACES, TODAY) == ()

    def test_waits_for_pending_versions(self) -> None:
        draft = plan()[1]
        mixed = (*standing(*plan()), draft)
        assert "waits to be approved" in told(move(mixed).faults)["A.state"]
        repeal = replace(approved(draft), state=State.SUPERSEDED)
        assert "is superseded" in told(move((*standing(*plan()), repeal)).faults)["A.state"]
        whole, a, b, c = plan()
        half = (approved(whole), approved(a), b, c)
        assert "is in-force, B is draft" in told(move(half).faults)["A.state"]


AMOUNTS = st.decimals(min_value="0.001", max_value="60", places=3)
STEPS = st.lists(st.tuples(st.sampled_from("RABC"), st.sampled_from("ABC"), AMOUNTS), max_size=12)


@given(STEPS)
def test_whatever_is_exchanged_everything_adds_up(
    steps: list[tuple[str, str, Decimal]],
) -> None:
    """Transfers keep children + reserve + unmonitored = parent; refusals change nothing."""
    versions = {code: list(found) for code, found in known(*plan()).items()}
    for giver, taker, amount in steps:
        wanted = Transfer(giver=giver, taker=taker, amount=amount, reason="because")
        moved = transfer(wanted, versions, SHARED_OUT)
        assert bool(moved.drafts) != bool(moved.faults)
        assert check_targets(moved.drafts, versions, PLACES, TODAY) == ()
        for draft in moved.drafts:
            versions[draft.code].append(draft)
        newest = {code: found[-1] for code, found in versions.items()}
        assert _whole(newest) == 100
        assert all((t.value or 0) >= 0 and t.reserve >= 0 for t in newest.values())


VALUES = st.decimals(min_value="0", max_value="120", places=2)
CHANGES = st.lists(
    st.dictionaries(st.sampled_from(["A", "B", "C", "R", "reserve"]), VALUES, min_size=1),
    max_size=8,
)


@given(CHANGES)
def test_only_changes_that_add_up_pass(changes: list[dict[str, Decimal]]) -> None:
    """Any set of changes passes exactly when the sum of what then stands is the whole."""
    standing_now = {target.code: target for target in plan()}
    for change in changes:
        drafts = _changed(standing_now, change)
        after = {**standing_now, **{draft.code: draft for draft in drafts}}
        faults = check_targets(drafts, known(*standing_now.values()), PLACES, TODAY)
        adds_up = _whole(after) == Fraction(after["R"].value or 0)
        assert (faults == ()) == adds_up
        standing_now = after if not faults else standing_now


def _changed(now: dict[str, Target], change: dict[str, Decimal]) -> tuple[Target, ...]:
    drafts = {c: replace(now[c], value=v) for c, v in change.items() if c != "reserve"}
    if "reserve" in change:
        drafts["R"] = replace(drafts.get("R", now["R"]), reserve=change["reserve"])
    return tuple(drafts.values())


def _whole(now: dict[str, Target]) -> Fraction:
    held = sum((Fraction(now[code].value or 0) for code in "ABC"), Fraction(0))
    return held + Fraction(now["R"].reserve) + Fraction(now["R"].unmonitored)
