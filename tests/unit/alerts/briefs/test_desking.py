"""The warning desk out of the journal: counts, open warnings, steps, gates, consultations."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.alerts.domain.briefs.desking import MOST_OPEN, Entry, Stretch, desk_of
from services.alerts.domain.briefs.facts import Desk
from shared.model.level import Level

BEGIN, END = datetime(2026, 6, 30, 16, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC)
STRETCH = Stretch(begin=BEGIN, end=END, zone="Asia/Shanghai")
DAY = timedelta(days=1)
JULY = datetime(2026, 7, 10, tzinfo=UTC)
NONE, YELLOW, RED = Level.NONE, Level.YELLOW, Level.RED


class Told:
    """Entries with ids of their own."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, about: str, kind: str, at: datetime, key: UUID, **more: object) -> None:
        fields = {"subject": "region:150203", "measure": "energy", "condition": "used", **more}
        fields.setdefault("regions", ("150203", "150200", "150000"))
        self.entries.append(
            Entry(id=len(self.entries) + 1, about=about, key=key, kind=kind, at=at, **fields)  # type: ignore[arg-type]
        )

    def warning(
        self, *lines: tuple[str, datetime, Level, Level], key: UUID | None = None, **more: object
    ) -> UUID:
        """Kind, instant, level before and after."""
        key = key or uuid4()
        for kind, at, before, level in lines:
            self.add("warning", kind, at, key, level_before=before, level=level, **more)
        return key

    def desk(self, region: str = "150000", upto: int = 10_000) -> Desk:
        return desk_of(self.entries, region, STRETCH, upto, {"150200": "包头市"})


def counts(desk: Desk) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        one.level: (one.raised, one.answered, one.overdue, one.resolved, one.open)
        for one in desk.counts
    }


class TestWarnings:
    def test_it_counts_for_the_worst_level_that_it_came_to(self) -> None:
        told = Told()
        told.warning(
            ("raised", JULY, NONE, YELLOW),
            ("raised_level", JULY + DAY, YELLOW, RED),
            ("lowered", JULY + 2 * DAY, RED, YELLOW),
        )
        assert counts(told.desk()) == {"red": (1, 0, 0, 0, 0), "yellow": (0, 0, 0, 0, 1)}

    def test_answered_overdue_and_resolved(self) -> None:
        told = Told()
        told.warning(
            ("raised", JULY, NONE, RED),
            ("acknowledged", JULY + DAY, RED, RED),
            ("acknowledgement_expired", JULY + 2 * DAY, RED, RED),
            ("responded", JULY + 3 * DAY, RED, RED),
            ("resolved", JULY + 4 * DAY, RED, NONE),
        )
        told.warning(("raised", JULY, NONE, RED), ("closed", JULY + DAY, RED, RED))
        late = told.warning(("raised", JULY, NONE, RED))
        told.add("step", "overdue", JULY + DAY, uuid4(), warning=late, state="overdue", step="talk")
        assert counts(told.desk()) == {"red": (3, 1, 2, 2, 1)}

    def test_only_what_came_up_in_the_period_was_raised_in_it(self) -> None:
        told = Told()
        told.warning(("raised", BEGIN - DAY, NONE, YELLOW))
        told.warning(("raised", END, NONE, RED))
        told.warning(
            ("raised", BEGIN - 9 * DAY, NONE, RED),
            ("resolved", BEGIN - 8 * DAY, RED, NONE),
            ("reopened", JULY, NONE, RED),
            ("resolved", END + DAY, RED, NONE),
        )
        assert counts(told.desk()) == {"red": (1, 0, 0, 0, 1), "yellow": (0, 0, 0, 0, 1)}

    def test_other_regions_do_not_count(self) -> None:
        told = Told()
        told.warning(("raised", JULY, NONE, RED))
        assert counts(told.desk("150200")) == {"red": (1, 0, 0, 0, 1)}
        assert told.desk("150300") == Desk(journal=10_000)

    def test_what_came_after_the_entry_is_not_known(self) -> None:
        told = Told()
        told.warning(("raised", JULY, NONE, YELLOW), ("resolved", JULY + DAY, YELLOW, NONE))
        assert counts(told.desk(upto=1)) == {"yellow": (1, 0, 0, 0, 1)}
        assert counts(told.desk(upto=2)) == {"yellow": (1, 0, 0, 1, 0)}

    def test_open_ones_the_worst_first_and_not_too_many(self) -> None:
        told = Told()
        for n in range(40):
            told.warning(("raised", JULY + n * DAY, NONE, YELLOW), subject=f"enterprise:E{n}")
        red = told.warning(
            ("raised", JULY, NONE, RED), ("responded", JULY + DAY, RED, RED), subject_name="钢厂"
        )
        found = told.desk().open
        assert len(found) == MOST_OPEN
        assert (found[0].warning, found[0].stage, found[0].subject_name) == (
            str(red),
            "responded",
            "钢厂",
        )
        assert found[0].since == "2026-07-10"
        assert found[1].subject == "enterprise:E0", "the oldest of the same level"


class TestHandling:
    def test_steps_by_kind_and_how_far_they_are(self) -> None:
        told = Told()
        warning = told.warning(("raised", JULY, NONE, RED))
        for kind, state, issued in (
            ("talk", "overdue", True),
            ("circular", "done", True),
            ("circular", "proposed", False),
            ("circular", "answered", True),
        ):
            told.add(
                "step", "x", END + DAY, uuid4(),
                warning=warning, step=kind, state=state, issued=issued,
            )  # fmt: skip
        found = [
            (one.kind, one.title.zh, one.proposed, one.issued, one.answered, one.overdue, one.done)
            for one in told.desk().steps
        ]
        assert found == [("circular", "通报", 3, 2, 2, 0, 1), ("talk", "约谈", 1, 1, 0, 1, 0)]

    def test_steps_of_other_times_do_not_count(self) -> None:
        told = Told()
        told.add("step", "done", BEGIN - DAY, uuid4(), warning=uuid4(), step="talk", state="done")
        assert told.desk().steps == ()

    def test_gates_as_the_last_entry_turned_them(self) -> None:
        told = Told()
        chain = {"regions": ("150200", "150000")}
        gate, other = uuid4(), uuid4()
        told.add("gate", "restricted", JULY, gate, projects=("two_high",), why="红色", **chain)
        told.add("gate", "decided", JULY + DAY, gate, **chain)
        told.add("gate", "slowed", JULY, other, regions=("150300", "150000"))
        told.add("gate", "opened", JULY + DAY, other, regions=("150300", "150000"))
        found = told.desk().gates
        assert [(one.region, one.region_name, one.state) for one in found] == [
            ("150200", "包头市", "restricted")
        ]
        assert (found[0].kinds, found[0].because, found[0].since) == (
            ("two_high",),
            "红色",
            "2026-07-10",
        )

    def test_consultations_and_tasks_that_are_late(self) -> None:
        told = Told()
        first, second = uuid4(), uuid4()
        told.add("consultation", "recorded", JULY, first)
        told.add("consultation", "recorded", BEGIN - DAY, second)
        told.add("consultation", "task_overdue", JULY + DAY, first, task=1)
        told.add("consultation", "task_overdue", JULY + DAY, first, task=2)
        told.add("consultation", "task_done", JULY + 2 * DAY, first, task=1)
        desk = told.desk()
        assert (desk.consultations, desk.consultation_tasks_overdue) == (1, 1)
