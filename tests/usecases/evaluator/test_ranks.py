"""Peers are ranked by what they are ahead, however little, and not by what is shown of it."""

from services.evaluator.domain.barometer.judging import rate
from services.evaluator.handlers.reckoner.ranks import ahead
from tests.unit.evaluator.barometer.making import RULES, changed, reduction


def _ahead(change: str, value: str = "15") -> tuple[str, object]:
    rating = rate(reduction(value), RULES["N2020"], changed([change], "1"))
    assert rating.margin_points is not None
    return str(rating.margin_points.value), ahead(rating).value


def test_of_two_that_look_alike_the_better_is_first() -> None:
    (shown, better), (likewise, worse) = _ahead("-3.30001"), _ahead("-3.3")
    assert shown == likewise
    assert better > worse  # type: ignore[operator]


def test_equal_ones_are_alike() -> None:
    assert _ahead("-3.3") == _ahead("-3.30")


def test_whoever_may_rise_is_ahead_the_less_it_rises() -> None:
    assert _ahead("0.1", "-5")[1] > _ahead("0.2", "-5")[1]  # type: ignore[operator]
