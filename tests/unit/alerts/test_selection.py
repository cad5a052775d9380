"""Who hears of what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.handling import State
from services.alerts.domain.selection import Selection, Told, may_hear, sight_of, tells_of
from shared.model.access import Principal, Role
from shared.model.level import Level

TOLD = Told(
    subject="enterprise:X",
    regions=("150200", "150000"),
    level=Level.NONE,
    before=Level.ORANGE,
    rule="used",
    about="B1",
)


@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (Selection(), True),
        (Selection(subject="enterprise:X"), True),
        (Selection(subject="enterprise:Y"), False),
        (Selection(region="150000"), True),
        (Selection(region="630000"), False),
        (Selection(level=Level.ORANGE), True),
        (Selection(level=Level.RED), False),
        (Selection(rule="pace"), False),
        (Selection(about="B1", rule="used"), True),
        (Selection(about="B2"), False),
        (Selection(state=State.OPEN), True),
    ],
)
def test_a_selection_hears_what_enters_or_leaves_it(selection: Selection, told: bool) -> None:
    assert tells_of(selection, TOLD) is told


_SCOPE = st.frozensets(
    st.sampled_from(["*", "region:150000", "region:150200", "enterprise:X", "tag:T"]), max_size=3
)
_SUBJECTS = st.sampled_from(
    [
        ("enterprise:X", ("150200", "150000")),
        ("enterprise:Y", ("150000",)),
        ("region:150000", ("150000",)),
        ("region:150200", ("150200", "150000")),
        ("tag:T", ()),
    ]
)


@given(st.sampled_from(Role), _SCOPE, _SUBJECTS)
def test_what_a_database_selects_by_is_what_the_model_decides(
    role: Role, scope: frozenset[str], subject: tuple[str, tuple[str, ...]]
) -> None:
    principal = Principal(key_id="k", name="k", role=role, scope=scope)
    key, regions = subject
    told = Told(
        subject=key, regions=regions, level=Level.RED, before=Level.NONE, rule="used", about="B"
    )
    sight = sight_of(principal)
    selected = sight.everything or key in sight.subjects or bool(set(sight.regions) & set(regions))
    assert selected == may_hear(principal, told)
