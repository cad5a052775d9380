"""Gates: closed by warnings, inherited from above, opened by decisions only."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.alerts.domain.ladder.gates import (
    Decision,
    Gate,
    Restriction,
    StillActiveError,
    decide,
    gate_of,
    tighten,
)
from services.alerts.domain.ladder.places import ancestors, first_office, office_above, tier_of
from services.alerts.domain.ladder.review import Case
from services.alerts.domain.ladder.words import GateState, Tier
from services.alerts.domain.warning import Warning
from shared.kit.workdays import after
from shared.model.condition import ConditionKind, Measure
from tests.unit.alerts.ladder.builders import CITY_CHAIN, MONDAY, short, warning


def shut(*changes: tuple[str, str]) -> Warning:
    return warning(*(changes or (("red", "2026Q1"),)), kind=ConditionKind.INTENSITY)


class Place:
    """The restrictions of one city."""

    def __init__(self) -> None:
        self.kept: dict[object, Restriction] = {}
        self.now = MONDAY

    def see(self, one: Warning) -> int:
        """Let the policy look at a warning; how many restrictions it put up."""
        self.now += timedelta(hours=1)
        case = Case(warning=one, steps=(), ladder=short(), now=self.now, days=after)
        found = tighten(case, tuple(self.kept.values()))
        self.kept |= {each.id: each for each in found}
        return len(found)

    def decide(self, state: GateState, *named: Warning, active: tuple[Warning, ...] = ()) -> None:
        """A person decides."""
        decision = Decision(
            id=uuid4(),
            region="150200",
            state=state,
            reason="整改已完成",
            document="文〔2026〕9号",
            warnings=tuple(each.id for each in named),
            projects=("two_high",),
            by="王五",
            at=self.now,
        )
        changed = decide(decision, tuple(self.kept.values()), {each.id: each for each in active})
        self.kept |= {each.id: each for each in changed}

    def gate(self, region: str = "150200") -> Gate:
        """How a region stands."""
        return gate_of(ancestors(region, CITY_CHAIN), self.kept.values())


class TestTightening:
    def test_a_warning_of_the_right_kind_closes_the_gate_once(self) -> None:
        place = Place()
        assert place.see(shut()) == 1
        assert place.see(shut()) == 0
        gate = place.gate()
        assert (gate.state, gate.projects, gate.exempt) == (
            GateState.RESTRICTED,
            ("two_high",),
            ("national_major",),
        )
        assert gate.offset == (Measure.ENERGY,)
        assert gate.by is not None
        assert (gate.by.warning, gate.by.clause) == (shut().id, "四")

    @pytest.mark.parametrize(
        "other",
        [
            warning(("red", "2026Q1")),
            shut(("orange", "2026Q1")),
            warning(("red", ""), kind=ConditionKind.INTENSITY, measure=Measure.CARBON),
            warning(
                ("red", ""),
                kind=ConditionKind.INTENSITY,
                subject="region:150000",
                regions=("150000",),
            ),
        ],
    )
    def test_others_do_not(self, other: Warning) -> None:
        place = Place()
        assert place.see(other) == 0
        assert place.gate().state is GateState.OPEN

    def test_it_stays_closed_when_the_warning_ends(self) -> None:
        place = Place()
        place.see(shut())
        place.see(shut(("red", "2026Q1"), ("none", "2026Q2")))
        assert place.gate().state is GateState.RESTRICTED

    def test_what_lies_below_inherits_it(self) -> None:
        place = Place()
        place.see(shut())
        below, above = place.gate("150202"), place.gate("150000")
        assert (below.state, below.of) == (GateState.RESTRICTED, "150200")
        assert above.state is GateState.OPEN


class TestDeciding:
    def test_an_active_warning_must_be_named(self) -> None:
        place = Place()
        place.see(shut())
        with pytest.raises(StillActiveError) as raised:
            place.decide(GateState.OPEN, active=(shut(),))
        assert raised.value.missing == (shut().id,)
        place.decide(GateState.OPEN, shut(), active=(shut(),))
        assert place.gate().state is GateState.OPEN

    def test_an_ended_one_need_not(self) -> None:
        place = Place()
        place.see(shut())
        place.decide(GateState.SLOWED)
        assert place.gate().state is GateState.SLOWED

    @pytest.mark.parametrize(
        ("later", "closed"),
        [
            ((("red", "2026Q1"),), 0),
            ((("red", "2026Q1"), ("red", "2026Q2")), 1),
            ((("red", "2026Q1"), ("none", "2026Q1"), ("red", "2026Q1")), 1),
            ((("red", "2026Q1"), ("orange", "2026Q1")), 0),
            ((("red", "2026Q1"), ("orange", "2026Q1"), ("red", "2026Q1")), 1),
        ],
    )
    def test_only_a_new_raise_or_period_closes_it_again(
        self, later: tuple[tuple[str, str], ...], closed: int
    ) -> None:
        place = Place()
        place.see(shut())
        place.decide(GateState.OPEN, shut(), active=(shut(),))
        assert place.see(shut(*later)) == closed

    def test_what_was_known_when_it_was_decided_does_not_close_it_again(self) -> None:
        place = Place()
        place.see(shut())
        worse = shut(("red", "2026Q1"), ("none", "2026Q1"), ("red", "2026Q2"))
        assert place.see(worse) == 0
        place.decide(GateState.OPEN, worse, active=(worse,))
        assert place.see(worse) == 0
        assert place.see(shut(("red", "2026Q1"), ("red", "2026Q2"), ("red", "2026Q3"))) == 1

    def test_a_person_may_close_a_gate_without_a_warning(self) -> None:
        place = Place()
        place.decide(GateState.RESTRICTED)
        gate = place.gate()
        assert gate.by is not None
        assert (gate.state, gate.by.warning, gate.by.why) == (
            GateState.RESTRICTED,
            None,
            "整改已完成",
        )


@pytest.mark.parametrize(
    ("subject", "regions", "tier", "office"),
    [
        ("region:150000", ("150000",), Tier.PROVINCE, "150000"),
        ("region:150200", CITY_CHAIN, Tier.PREFECTURE, "150000"),
        ("region:150202", ("150202", *CITY_CHAIN), Tier.COUNTY, "150200"),
        ("enterprise:X", ("150202", *CITY_CHAIN), Tier.ENTERPRISE, "150202"),
        ("region:PARK", ("PARK", "150200"), Tier.OTHER, "150200"),
        ("tag:T", (), Tier.OTHER, ""),
    ],
)
def test_levels_and_offices(
    subject: str, regions: tuple[str, ...], tier: Tier, office: str
) -> None:
    assert (tier_of(subject), first_office(subject, regions)) == (tier, office)


def test_ancestors_follow_from_the_code_or_from_what_is_known() -> None:
    assert ancestors("150202") == ("150202", "150200", "150000")
    assert ancestors("PARK", ("PARK", "150200")) == ("PARK", "150200")
    assert ancestors("PARK") == ("PARK",)
    assert (office_above("150200", ()), office_above("150000", ())) == ("150000", "")
