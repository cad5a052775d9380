"""Checks of an owner's data: the worst point, the worst carrier, the worst check."""

from decimal import Decimal
from fractions import Fraction

from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.domain.continuity import Finding
from services.evaluator.domain.watching.policy import Check, QualityRow, Steps
from services.evaluator.domain.watching.quality import (
    Amount,
    Seen,
    Tally,
    graded,
    seen_of_amounts,
    seen_of_findings,
    seen_of_time,
)
from shared.model.instants import HOUR_US
from shared.model.level import Level

ROWS = load_watch_policy().quality
CODES = {1: "M1", 2: "M2"}


def tally(point: int, kind: Finding, count: int = 1, hours: int = 0) -> Tally:
    return Tally(point=point, kind=int(kind), count=count, time_us=hours * HOUR_US)


def test_findings_count_by_the_worst_point_and_every_bit_of_them() -> None:
    found = seen_of_findings(
        [
            tally(1, Finding.GAP, 2, 30),
            tally(1, Finding.GAP | Finding.RESET, 1, 10),
            tally(2, Finding.GAP, 9, 20),
            tally(2, Finding.ROLLOVER, 5),
        ],
        CODES,
    )
    by = {one.check: one for one in found}
    assert by[Check.GAP] == Seen(check=Check.GAP, value=Fraction(40), worst="M1", places=2)
    assert by[Check.RESET] == Seen(check=Check.RESET, value=Fraction(1), worst="M1")
    assert set(by) == {Check.GAP, Check.RESET}


def test_the_worst_check_decides() -> None:
    seen = seen_of_findings([tally(1, Finding.RESET), tally(2, Finding.GAP, 1, 80)], CODES)
    quality = graded(seen, ROWS)
    assert quality.level is Level.YELLOW
    assert quality.decisive is not None
    assert quality.decisive.seen.check is Check.GAP
    assert quality.decisive.threshold == Decimal(72)
    assert [one.level for one in quality.checks] == [Level.NOTICE, Level.YELLOW]


def test_good_data_have_no_level() -> None:
    assert graded([], ROWS).level is Level.NONE
    good = Seen(check=Check.COVERAGE, value=Fraction(99))
    assert graded([good], ROWS).decisive is None


def test_estimates_by_the_worst_carrier_and_nothing_used_is_no_share() -> None:
    def amount(carrier: str, quantity: int, estimated: int) -> Amount:
        return Amount(carrier=carrier, flow="import", quantity=quantity, estimated=estimated)

    assert seen_of_amounts([amount("heat", 0, 0)]) is None
    found = seen_of_amounts([amount("heat", 100, 1), amount("electricity", 300, 60)])
    assert found == Seen(
        check=Check.ESTIMATED, value=Fraction(20), worst="electricity:import", places=2
    )


def test_coverage_is_reached_from_above_and_never_of_nothing() -> None:
    assert seen_of_time(0, 0) is None
    full = seen_of_time(11, 10)
    assert full is not None
    assert full.value == 100
    rows = [QualityRow(check=Check.COVERAGE, steps=Steps(yellow=Decimal(85)))]
    for known, level in ((85, Level.NONE), (84, Level.YELLOW)):
        one = seen_of_time(known, 100)
        assert one is not None
        assert graded([one], rows).level is level
