"""Which lanes of an enterprise count otherwise than in the sum of a region, and when."""

from services.evaluator.domain.fences import Shift, edges, is_shifted, shifts_of, spans
from services.evaluator.domain.slices import Chain, OwnerSlice, PointRule, PointSegment
from shared.model.catalogue import Flow
from shared.model.instants import HOUR_US

PLACE = "region:150200"


def point(flow: str, *runs: tuple[float, float], counted: bool = True) -> PointRule:
    """A meter of coal that stands in these runs of hours."""
    return PointRule(
        number=1,
        code="P",
        carrier="raw-coal",
        flow=flow,
        scale=0,
        register=False,
        stamp_end=True,
        segments=tuple(
            PointSegment(
                start=int(first * HOUR_US),
                end=int(end * HOUR_US),
                multiplier=1,
                interval_us=HOUR_US,
                max_rate=-1,
                modulus=0,
                counted=counted,
            )
            for first, end in runs
        ),
    )


def plant(*points: PointRule, first: int = 0, end: int = 100) -> OwnerSlice:
    owner = "enterprise:P"
    chain = Chain(first_hour=first, end_hour=end, subjects=(owner, PLACE))
    return OwnerSlice(owner=owner, number=1, chains=(chain,), points=points)


def shifted(each: OwnerSlice) -> list[tuple[str, int, int]]:
    listed = shifts_of([each]).get(PLACE, ())
    assert all(isinstance(one, Shift) and one.enterprise == each.owner for one in listed)
    return [(one.flow, one.first_hour, one.end_hour) for one in listed]


def test_output_is_given_back_while_an_export_meter_counts() -> None:
    made = point(Flow.CONVERSION_OUTPUT, (0, 100))
    assert shifted(plant(made)) == []
    assert shifted(plant(made, point(Flow.EXPORT, (10, 20), (20, 30), (50, 60)))) == [
        ("conversion_output", 10, 30),
        ("conversion_output", 50, 60),
    ]
    assert shifted(plant(made, point(Flow.EXPORT, (10, 20), counted=False))) == []


def test_what_goes_inside_comes_in_while_no_meter_is_at_the_fence() -> None:
    inside = (point(Flow.CONVERSION_INPUT, (0, 100)), point(Flow.FEEDSTOCK, (5, 15)))
    assert shifted(plant(*inside)) == [("conversion_input", 0, 100), ("feedstock", 5, 15)]
    fence = (point(Flow.IMPORT, (10, 20)), point(Flow.EXPORT, (40, 50)))
    each = plant(*inside, *fence)
    assert shifted(each) == [
        ("conversion_input", 0, 10),
        ("conversion_input", 20, 40),
        ("conversion_input", 50, 100),
        ("feedstock", 5, 10),
    ]
    assert edges(each) == (10, 20, 40, 50)
    uncounted = point(Flow.IMPORT, (0, 100), counted=False)
    assert shifted(plant(inside[0], uncounted)) == [("conversion_input", 0, 100)]


def test_only_while_the_enterprise_counts_for_the_subject() -> None:
    each = plant(point(Flow.CONVERSION_INPUT, (0, 100)), first=30, end=60)
    assert shifted(each) == [("conversion_input", 30, 60)]


def test_an_hour_in_any_part_of_which_a_meter_stands_is_the_meters() -> None:
    assert spans(plant(point(Flow.IMPORT, (2.5, 4.25))), "raw-coal", Flow.IMPORT) == ((2, 5),)


def test_within_hours_in_which_the_fence_changes_nothing_can_be_said() -> None:
    each = plant(point(Flow.CONVERSION_INPUT, (0, 100)), point(Flow.IMPORT, (10, 20)))
    assert is_shifted(each, "raw-coal", Flow.CONVERSION_INPUT, (0, 10)) is True
    assert is_shifted(each, "raw-coal", Flow.CONVERSION_INPUT, (10, 20)) is False
    assert is_shifted(each, "raw-coal", Flow.CONVERSION_INPUT, (5, 20)) is None
    assert is_shifted(each, "raw-coal", Flow.IMPORT, (5, 20)) is False
