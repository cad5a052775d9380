"""The desk of silences: what it makes, whom it asks, how time passes, and who may do what."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.alerts.domain.matchers import Matchers, parse_matchers
from services.alerts.domain.suppression.inhibition import Rule
from services.alerts.domain.suppression.silences import Happened, Silence, State
from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Warning
from services.alerts.handlers.silences import (
    NotAllowedError,
    RefusedError,
    SilenceDesk,
    UnknownError,
    Wanted,
)
from services.alerts.handlers.suppression import Suppressor
from services.alerts.ports.suppression import OvertakenError
from shared.model.access import Principal, Role
from shared.model.condition import Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON
from tests.unit.alerts.suppressed import person, warning
from tests.usecases.alerts.parts import Clock
from tests.usecases.alerts.suppression import MemoryOpened, MemoryQuietTimes, MemorySilences

ANNA, BERT = person("anna"), person("bert")
ENERGY = frozenset({Measure.ENERGY})
LEAGUE = person("league", Role.REGULATOR, ("region:150200",), ENERGY)
CARBON = person("carbon", Role.REGULATOR, ("region:150000",), frozenset({Measure.CARBON}))
YELLOW = parse_matchers('level="yellow"')
RED = parse_matchers('level="red"')


class Desk:
    """The desk with its stores in memory."""

    def __init__(self, opened: Iterable[Warning] = ()) -> None:
        self.silences = MemorySilences()
        self.opened = MemoryOpened()
        self.opened.warnings = list(opened)
        self.quiet = MemoryQuietTimes()
        self.clock = Clock()
        self._numbers = 0
        self.desk = SilenceDesk(
            silences=self.silences, opened=self.opened, clock=self.clock, new_id=self._new_id
        )

    def suppressor(self, *rules: Rule) -> Suppressor:
        """What explains suppression, on the same stores."""
        return Suppressor(
            silences=self.silences, quiet_times=self.quiet, opened=self.opened, rules=rules
        )

    async def make(
        self, owner: Principal = ANNA, matchers: Matchers = YELLOW, hours: float = 8
    ) -> Silence:
        """A silence from now on."""
        return await self.desk.create(owner, wanted(self.clock(), matchers, hours))

    async def pass_time(self, **length: int) -> None:
        """One tick over that much time."""
        begin = self.clock()
        self.clock.forward(**length)
        await self.desk.pass_time(Tick(name="silences", begin=begin, end=self.clock()))

    def told(self) -> list[str]:
        """The kinds of lines of the journal."""
        return [line.kind.value for line in self.silences.told]

    async def state(self, made: Silence) -> State:
        """Where the silence stands now."""
        found = await self.silences.one(made.id)
        assert found is not None
        return found.state(self.clock())

    def _new_id(self) -> UUID:
        self._numbers += 1
        return UUID(int=self._numbers)


def wanted(now: datetime, matchers: Matchers = YELLOW, hours: float = 8) -> Wanted:
    """A silence from now on."""
    return Wanted(
        matchers=matchers, reason="检修", starts_at=now, ends_at=now + timedelta(hours=hours)
    )


def many(count: int, level: Level = Level.YELLOW) -> list[Warning]:
    """So many warnings of one enterprise."""
    return [warning(about=f"B{i}", level=level) for i in range(count)]


PREFECTURE = warning(subject="region:150200", regions=("150200", "150000"), level=Level.RED)


class TestMaking:
    async def test_what_hides_little_is_active_at_once(self) -> None:
        desk = Desk(many(50))
        made = await desk.make()
        assert made.state(NOON) is State.ACTIVE
        assert made.reach.count == 50
        assert desk.told() == ["created"]

    @pytest.mark.parametrize("opened", [many(51), [PREFECTURE]])
    async def test_what_hides_much_waits(self, opened: list[Warning]) -> None:
        desk = Desk(opened)
        made = await desk.make(matchers=parse_matchers('level=~"yellow|red"'))
        assert made.state(NOON) is State.PENDING_APPROVAL
        assert desk.told() == ["created", "pending"]
        assert await desk.suppressor().of(opened, NOON) == {}

    async def test_only_what_the_owner_may_act_upon_counts(self) -> None:
        desk = Desk(
            [*many(20), *(warning(about=f"C{i}", measure=Measure.CARBON) for i in range(40))]
        )
        assert (await desk.make(LEAGUE)).reach.count == 20
        assert (await desk.desk.preview(CARBON, YELLOW)).reach.count == 40

    @pytest.mark.parametrize("role", [Role.READER, Role.SENDER])
    async def test_readers_and_senders_make_none(self, role: Role) -> None:
        somebody = person("r", role, ("region:150000", "enterprise:X"))
        with pytest.raises(NotAllowedError):
            await Desk().make(somebody)
        with pytest.raises(NotAllowedError):
            await Desk().desk.preview(somebody, YELLOW)


class TestApproving:
    async def test_the_second_person_lets_it_hide(self) -> None:
        desk = Desk(many(60))
        made = await desk.make()
        approved = await desk.desk.approve(BERT, made.id, "同意")
        assert approved.state(NOON) is State.ACTIVE
        assert len(await desk.suppressor().of(desk.opened.warnings, NOON)) == 60
        line = desk.silences.told[-1]
        assert (line.kind, line.document["by"]) == (
            Happened.APPROVED,
            {"name": "bert", "key_id": "bert", "role": "operator"},
        )

    async def test_nobody_approves_their_own(self) -> None:
        desk = Desk(many(60))
        made = await desk.make()
        with pytest.raises(NotAllowedError, match="second person"):
            await desk.desk.approve(ANNA, made.id, "")

    async def test_who_may_not_act_on_all_of_it_does_not_approve(self) -> None:
        desk = Desk([*many(60), warning(about="C", measure=Measure.CARBON)])
        everywhere = person("all", Role.REGULATOR, ("*",))
        made = await desk.make(everywhere)
        with pytest.raises(UnknownError):
            await desk.desk.approve(LEAGUE, made.id, "")
        assert await desk.state(made) is State.PENDING_APPROVAL

    async def test_what_is_not_asked_cannot_be_approved(self) -> None:
        desk = Desk(many(1))
        made = await desk.make()
        with pytest.raises(RefusedError, match="nobody is asked"):
            await desk.desk.approve(BERT, made.id, "")


class TestChanging:
    async def test_other_matchers_make_another_silence_that_is_judged_anew(self) -> None:
        desk = Desk([*many(60), warning(about="N", level=Level.NOTICE)])
        made = await desk.make(matchers=parse_matchers('level="notice"'))
        other = await desk.desk.edit(ANNA, made.id, wanted(NOON))
        assert other.id != made.id
        assert other.replaces == made.id
        assert other.state(NOON) is State.PENDING_APPROVAL
        assert await desk.state(made) is State.EXPIRED

    async def test_longer_needs_the_second_person_again_shorter_does_not(self) -> None:
        desk = Desk(many(60))
        made = await desk.make()
        await desk.desk.approve(BERT, made.id, "")
        shorter = await desk.desk.edit(ANNA, made.id, wanted(NOON, hours=4))
        assert (shorter.id, shorter.state(NOON)) == (made.id, State.ACTIVE)
        longer = await desk.desk.edit(ANNA, made.id, wanted(NOON, hours=9))
        assert longer.state(NOON) is State.PENDING_APPROVAL

    async def test_whoever_changes_it_owns_it(self) -> None:
        desk = Desk(many(60))
        made = await desk.make()
        changed = await desk.desk.edit(BERT, made.id, wanted(NOON))
        assert changed.owner == BERT
        with pytest.raises(NotAllowedError):
            await desk.desk.approve(BERT, made.id, "")
        assert (await desk.desk.approve(ANNA, made.id, "")).state(NOON) is State.ACTIVE

    async def test_an_ended_one_comes_back_as_another(self) -> None:
        desk = Desk(many(1))
        made = await desk.make()
        await desk.desk.expire(ANNA, made.id)
        again = await desk.desk.edit(ANNA, made.id, wanted(NOON))
        assert again.id != made.id
        assert desk.told() == ["created", "expired", "created"]

    async def test_of_two_at_once_one_is_overtaken(self) -> None:
        desk = Desk(many(1))
        made = await desk.make()
        await desk.desk.expire(ANNA, made.id)
        stale = desk.silences.told[0]
        with pytest.raises(OvertakenError):
            await desk.silences.write([desk.desk._told(made, (Happened.EDITED,), ANNA, stale.at)])

    async def test_others_neither_see_nor_end_it(self) -> None:
        desk = Desk(many(1))
        made = await desk.make(LEAGUE)
        for stranger in (CARBON, person("far", Role.REGULATOR, ("region:630000",))):
            assert await desk.desk.listed(stranger) == ()
            with pytest.raises(UnknownError):
                await desk.desk.expire(stranger, made.id)
        reader = person("reader", Role.READER, ("region:150000",))
        assert len(await desk.desk.listed(reader)) == 1
        with pytest.raises(NotAllowedError):
            await desk.desk.expire(reader, made.id)


class TestPassingTime:
    async def test_what_grows_too_wide_stops_hiding_and_asks(self) -> None:
        desk = Desk(many(50))
        made = await desk.make()
        assert len(await desk.suppressor().of(desk.opened.warnings, desk.clock())) == 50
        late = [warning(about=f"L{i}", at=NOON + timedelta(seconds=9)) for i in range(5)]
        desk.opened.warnings += late
        desk.clock.forward(seconds=10)
        hidden = await desk.suppressor().of(desk.opened.warnings, desk.clock())
        assert len(hidden) == 50
        assert not {one.id for one in late} & set(hidden)
        await desk.pass_time(minutes=1)
        assert await desk.state(made) is State.PENDING_APPROVAL
        assert desk.told() == ["created", "pending"]
        assert await desk.suppressor().of(desk.opened.warnings, desk.clock()) == {}

    async def test_a_new_red_league_is_told_before_anybody_looked(self) -> None:
        desk = Desk(many(1))
        made = await desk.make(matchers=parse_matchers('level=~"yellow|red"'))
        desk.opened.warnings.append(PREFECTURE)
        hidden = await desk.suppressor().of(desk.opened.warnings, desk.clock())
        assert PREFECTURE.id not in hidden
        assert len(hidden) == 1
        await desk.pass_time(minutes=1)
        assert await desk.state(made) is State.PENDING_APPROVAL

    async def test_an_approved_one_may_grow(self) -> None:
        desk = Desk(many(60))
        made = await desk.make()
        await desk.desk.approve(BERT, made.id, "")
        desk.opened.warnings += [warning(about=f"L{i}") for i in range(60)]
        await desk.pass_time(minutes=1)
        assert await desk.state(made) is State.ACTIVE

    async def test_it_ends_once_and_the_journal_says_so(self) -> None:
        desk = Desk(many(1))
        made = await desk.make()
        await desk.pass_time(hours=8)
        await desk.pass_time(minutes=1)
        assert await desk.state(made) is State.EXPIRED
        assert desk.told() == ["created", "expired"]
        assert await desk.suppressor().of(desk.opened.warnings, desk.clock()) == {}

    async def test_what_nobody_approves_ends(self) -> None:
        desk = Desk(many(60))
        made = await desk.make(hours=24 * 30)
        for _ in range(8):
            await desk.pass_time(days=1)
        assert await desk.state(made) is State.EXPIRED
        assert desk.told()[-1] == "expired"
        assert desk.silences.told[-1].document["why"] == "unapproved"

    async def test_owners_are_reminded_once(self) -> None:
        desk = Desk(many(1))
        made = await desk.make(hours=24 * 9)
        for _ in range(9 * 24 - 1):
            await desk.pass_time(hours=1)
        reminders = [
            line.document["why"] for line in desk.silences.told if line.kind is Happened.REMINDED
        ]
        assert reminders == ["weekly", "ends_soon"]
        assert await desk.state(made) is State.ACTIVE


class TestSuppressor:
    RULE = Rule(
        name="parent",
        source=parse_matchers('level="red"'),
        target=YELLOW,
        equal=("alertname", "measure"),
        ancestor=True,
    )

    async def test_looks_for_warnings_above_the_batch(self) -> None:
        below = warning()
        desk = Desk([below, PREFECTURE])
        found = await desk.suppressor(self.RULE).of([below], NOON)
        assert found[below.id].id == str(PREFECTURE.id)

    async def test_looks_everywhere_when_a_rule_speaks_of_other_subjects(self) -> None:
        rule = Rule(name="any", source=RED, target=YELLOW, equal=("province",))
        below, far = warning(), warning(subject="enterprise:Y", level=Level.RED)
        desk = Desk([below, far])
        found = await desk.suppressor(rule).of([below], NOON)
        assert found[below.id].id == str(far.id)

    async def test_without_any_warning_asks_nobody(self) -> None:
        assert await Desk().suppressor(self.RULE).of([], NOON) == {}

    async def test_many_are_explained_as_few_are(self) -> None:
        desk = Desk(many(50))
        await desk.make()
        batch = [
            *desk.opened.warnings,
            *(warning(about=f"R{i}", level=Level.RED) for i in range(600)),
        ]
        found = await desk.suppressor(self.RULE).of(batch, NOON)
        assert len(found) == 50
