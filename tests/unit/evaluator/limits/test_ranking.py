"""Ranks among peers: ties share a place, peers without a value have none."""

from services.evaluator.domain.figures.figure import Label, absent
from services.evaluator.domain.limits.ranking import ranking
from tests.unit.evaluator.statistics.numbers import exactly, number

GONE = absent(Label("单耗", "use"), "kgce/t", Label("缺少产量", "output missing"))
PEERS = {
    "d": number(12, "kgce/t"),
    "a": number(10, "kgce/t"),
    "c": number(11, "kgce/t"),
    "b": number(11, "kgce/t"),
    "x": GONE,
}


def test_lower_is_better() -> None:
    found = [(one.peer, one.place, one.tied) for one in ranking(PEERS)]
    assert found == [
        ("a", 1, False), ("b", 2, True), ("c", 2, True), ("d", 4, False), ("x", None, False),
    ]  # fmt: skip


def test_higher_is_better() -> None:
    found = [(one.peer, one.place) for one in ranking(PEERS, lower_is_better=False)]
    assert found == [("d", 1), ("b", 2), ("c", 2), ("a", 4), ("x", None)]


def test_distance_to_the_best_and_share_of_worse_ones() -> None:
    by_name = {one.peer: one for one in ranking(PEERS)}
    assert exactly(by_name["d"].behind) == 2
    assert exactly(by_name["a"].ahead_of) == 100
    assert round(exactly(by_name["b"].ahead_of), 2) == round(exactly(number(100)) / 3, 2)
    assert by_name["x"].value.missing != ()


def test_alone_there_is_nobody_to_be_ahead_of() -> None:
    (only,) = ranking({"a": number(1)})
    assert (only.place, only.ahead_of) == (1, None)
    assert ranking({}) == ()
