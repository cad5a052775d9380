"""Laws that hold for any course of judgements."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.advancing import advance
from services.alerts.domain.condition import surviving
from services.alerts.domain.hearing import Heard, Known, hear
from services.alerts.domain.warning import Assessment, Reason, Warning
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, assessment

_WORDS = [level.word for level in Level]
_CHANGES = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(_WORDS)), max_size=6, unique_by=lambda c: c[0]
).map(lambda found: tuple(sorted(found)))
_BUDGETS = st.sampled_from(["B1", "B2"])


@st.composite
def courses(draw: st.DrawFn) -> list[Assessment]:
    """Judgements of one subject in the order made, numbered from 1."""
    steps = draw(st.lists(st.tuples(_CHANGES, st.integers(0, 40), _BUDGETS), max_size=8))
    return [
        assessment(*changes, number=n, watermark=watermark, budget=budget)
        for n, (changes, watermark, budget) in enumerate(steps, 1)
    ]


def _told(known: Known, batch: list[Assessment]) -> tuple[Known, Heard]:
    heard = hear(known, batch, NOON)
    merged = {**known.warnings, **{warning.id: warning for warning in heard.warnings}}
    return Known(numbers={**known.numbers, **heard.numbers}, warnings=merged), heard


_NOTHING = Known(numbers={}, warnings={})


class TestACourseOfJudgements:
    @given(courses(), st.data())
    def test_gives_the_same_however_it_is_cut_into_batches(
        self, course: list[Assessment], data: st.DataObject
    ) -> None:
        cut = data.draw(st.integers(0, len(course)))
        whole, at_once = _told(_NOTHING, course)
        half, first = _told(_NOTHING, course[:cut])
        known, second = _told(half, course[cut:])
        assert known == whole
        assert first.entries + second.entries == at_once.entries

    @given(courses(), st.data())
    def test_heard_again_from_any_point_changes_nothing(
        self, course: list[Assessment], data: st.DataObject
    ) -> None:
        known, _ = _told(_NOTHING, course)
        again = course[data.draw(st.integers(0, len(course))) :]
        after, heard = _told(known, again)
        assert after == known
        assert heard.entries == ()
        assert set(heard.reasons) <= {Reason.OUTDATED}

    @given(courses())
    def test_ends_with_what_the_last_judgement_says(self, course: list[Assessment]) -> None:
        known, _ = _told(_NOTHING, course)
        for last in {made.key: made for made in course}.values():
            warning = known.warnings.get(last.key)
            assert (warning.sequence if warning else ()) == surviving(last.sequence)

    @given(courses())
    def test_never_shrinks_a_history(self, course: list[Assessment]) -> None:
        warnings: dict[str, Warning | None] = {}
        for step, made in enumerate(course):
            before = warnings.get(made.about)
            after = advance(before, made, NOON + timedelta(minutes=step)).warning
            assert (after.entries if after else 0) >= (before.entries if before else 0)
            warnings[made.about] = after

    @given(courses())
    def test_ends_each_history_at_the_level_of_its_warning(self, course: list[Assessment]) -> None:
        known, heard = _told(_NOTHING, course)
        for warning in known.warnings.values():
            own = [entry for entry in heard.entries if entry.warning == warning.id]
            assert own[-1].level is warning.level
            assert [entry.position for entry in own] == list(range(1, warning.entries + 1))
