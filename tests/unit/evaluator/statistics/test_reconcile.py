"""Printed parts and wholes: rounding is forgiven, a contradiction is not."""

from decimal import Decimal

from services.evaluator.domain.statistics.reconcile import reconcile

CENT, TENTH = Decimal("0.01"), Decimal("0.1")


def test_hunan_is_one_hundredth_off_which_rounding_explains() -> None:
    parts = ("194.08", "408.70", "649.95", "700.04", "214.80", "806.87")
    found = reconcile({p: Decimal(p) for p in parts}, Decimal("2974.43"), CENT)
    assert found.total == Decimal("2974.44")
    assert found.difference == Decimal("0.01")
    assert found.ok


def test_taian_does_not_add_up_and_the_share_of_mining_is_wrong() -> None:
    parts = {"mining": "42.7", "manufacturing": "343.0", "utilities": "95.9"}
    shares = {"mining": "9.3", "manufacturing": "70.9", "utilities": "19.8"}
    found = reconcile(
        {name: Decimal(value) for name, value in parts.items()},
        Decimal("484.1"),
        TENTH,
        shares={name: Decimal(value) for name, value in shares.items()},
    )
    assert found.total == Decimal("481.6")
    assert not found.adds_up
    assert set(found.wrong_shares) == {"mining"}
    told = [finding.en for finding in found.findings]
    assert told == [
        "the parts add to 481.6, not to 484.1",
        "the share of mining is 8.8 %, not 9.3 %",
    ]


def test_just_at_the_tolerance_passes() -> None:
    parts = {"a": Decimal("1.0"), "b": Decimal("1.0")}
    assert reconcile(parts, Decimal("2.1"), TENTH).ok
    assert not reconcile(parts, Decimal("2.2"), TENTH).ok


def test_the_right_share_is_told_with_halves_rounded_up() -> None:
    parts = {"a": Decimal("0.25"), "b": Decimal("99.75")}
    found = reconcile(parts, Decimal(100), Decimal("0.01"), shares={"a": Decimal("1.0")})
    assert [one.en for one in found.findings] == ["the share of a is 0.3 %, not 1.0 %"]
