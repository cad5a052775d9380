"""The choice of a method and the width of its interval, by measured errors."""

import numpy as np
import pytest

from services.evaluator.domain.forecast.accuracy import Said, record_of, turned
from services.evaluator.domain.forecast.backtest import Trial, off, percent_off
from services.evaluator.domain.forecast.methods import Name
from services.evaluator.domain.forecast.outlook import Range
from services.evaluator.domain.forecast.selection import RULE_OF_THUMB, choose

NAMES = (Name.LIKE_DAYS, Name.LAST_YEAR_SCALED, Name.BLEND)


def tried(count: int, days: int = 100, **errors: float) -> tuple[Trial, ...]:
    signs = [(-1) ** number for number in range(count)]
    return tuple(
        Trial(
            cut=number,
            days=days,
            errors={Name[name]: error * sign for name, error in errors.items()},
        )
        for number, sign in enumerate(signs)
    )


def test_the_blend_stays_unless_something_is_much_better() -> None:
    near = tried(20, LIKE_DAYS=0.09, LAST_YEAR_SCALED=0.2, BLEND=0.1)
    assert choose(NAMES, near, [near] * 10, 100).method is Name.BLEND
    far = tried(20, LIKE_DAYS=0.05, LAST_YEAR_SCALED=0.2, BLEND=0.1)
    assert choose(NAMES, far, [far] * 10, 100).method is Name.LIKE_DAYS


def test_peers_outweigh_a_few_trials_of_ones_own() -> None:
    own = tried(2, LIKE_DAYS=0.3, LAST_YEAR_SCALED=0.01, BLEND=0.1)
    peers = [tried(20, LIKE_DAYS=0.05, LAST_YEAR_SCALED=0.3, BLEND=0.1)] * 10
    assert choose(NAMES, own, peers, 100).method is Name.LIKE_DAYS
    many = tried(26, LIKE_DAYS=0.3, LAST_YEAR_SCALED=0.001, BLEND=0.9)
    alone = choose(NAMES, many, [many], 100)
    assert alone.method is Name.LAST_YEAR_SCALED
    assert alone.scores[0].trials == 26


def test_methods_are_compared_on_trials_with_as_much_known() -> None:
    yearly = tried(20, LIKE_DAYS=0.05, BLEND=0.05)
    before = tried(20, RUN_RATE=0.01, BLEND=0.9)
    found = choose((Name.LIKE_DAYS, Name.BLEND), yearly + before, [yearly + before], 100)
    blend = next(score for score in found.scores if score.method is Name.BLEND)
    assert blend.own == pytest.approx(5, abs=0.2)


def test_the_interval_is_as_wide_as_errors_were_and_narrower_for_the_steady() -> None:
    steady, wild = (tried(26, LIKE_DAYS=e, BLEND=e) for e in (0.01, 0.4))
    pool = [steady, wild] * 5
    narrow = choose((Name.LIKE_DAYS, Name.BLEND), steady, pool, 100)
    wide = choose((Name.LIKE_DAYS, Name.BLEND), wild, pool, 100)
    assert narrow.measured
    assert np.quantile(narrow.errors, 0.9) < np.quantile(wide.errors, 0.9)
    assert np.all(np.diff(wide.errors) >= 0)


def test_trials_that_looked_as_far_ahead_are_preferred() -> None:
    short = tried(20, days=20, LIKE_DAYS=0.01, BLEND=0.01)
    far = tried(20, days=100, LIKE_DAYS=0.3, BLEND=0.3)
    names = (Name.LIKE_DAYS, Name.BLEND)
    near = choose(names, short + far, [short + far], 20)
    late = choose(names, short + far, [short + far], 150)
    assert len(near.errors) == 40
    assert len(late.errors) == 20
    assert near.errors[25] < late.errors[15]


def test_after_hardly_any_trial_the_blend_stays() -> None:
    own = tried(3, LIKE_DAYS=0.01, LAST_YEAR_SCALED=0.2, BLEND=0.5)
    assert choose(NAMES, own, [own], 100).method is Name.BLEND


def test_without_errors_the_interval_is_a_rule_of_thumb() -> None:
    found = choose((Name.BLEND,), (), [()], 50)
    assert not found.measured
    assert np.array_equal(found.errors, RULE_OF_THUMB)


@pytest.mark.parametrize(("came", "said"), [(100.0, 90.0), (100.0, 130.0), (5.0, 5.0)])
def test_errors_are_per_cent_of_what_came(came: float, said: float) -> None:
    error = off(np.array([came]), np.array([said]))
    assert error is not None
    assert percent_off(error) == pytest.approx(abs(said - came) / came * 100)


def test_nothing_that_came_has_no_error() -> None:
    assert off(np.zeros(3), np.ones(3)) is None
    assert off(np.ones(3), np.zeros(3)) == 2.0


def test_the_record_of_what_was_said() -> None:
    said = Said(
        period="2025",
        cut=0,
        days_left=100,
        method="blend",
        so_far=100.0,
        at_end=Range(low=180.0, middle=200.0, high=230.0),
    )
    found = record_of([turned(said, 220.0), turned(said, 240.0), turned(said, 100.0)])
    assert found.count == 3
    assert found.inside == pytest.approx(1 / 3)
    assert found.items[0].percent_of_rest == pytest.approx(-20 / 120 * 100)
    assert found.items[2].percent_of_rest is None
    assert record_of([]).median_off is None
