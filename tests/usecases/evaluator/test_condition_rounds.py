"""Rounds over sources: who is looked at, what a death in between leaves, faults that stay alone."""

from collections.abc import Collection, Mapping, Sequence

import pytest

from services.evaluator.domain.conditions.seen import Reason, Series, Told
from services.evaluator.handlers.conditions.rounds import AT_ONCE, ConditionRounds
from services.evaluator.ports.conditions import Reached
from services.evaluator.ports.register import RecordKind
from shared.kit.errors import Unavailable
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US
from tests.unit.evaluator.conditions.make import NONE, RED, YELLOW, seen
from tests.usecases.evaluator.conditions import MemoryConditions, Meter, Script
from tests.usecases.evaluator.reckoning import CITY, PROVINCE, WEST, Province, target


class Site:
    """A province, a store, and sources that a test scripts."""

    def __init__(self) -> None:
        self.place = Province()
        self.store = MemoryConditions(self.place.books, self.place.memory)
        self.script = Script()
        self.meter = Meter()
        self.now_us = 1_000_000 * HOUR_US
        self.rounds = self.new()

    def new(self) -> ConditionRounds:
        """Another process on the same store."""
        return ConditionRounds(
            gatherer=self.place.gatherer,
            store=self.store,
            sources=[self.script],
            now_us=lambda: self.now_us,
            away=Unavailable,
            meter=self.meter,
        )

    def reasons(self) -> list[Reason]:
        """Why each message was sent."""
        return [one.change.reason for one in self.store.sent]


@pytest.fixture
def site() -> Site:
    return Site()


async def test_a_first_round_looks_at_everybody_the_next_at_nobody(site: Site) -> None:
    site.script.seen = [seen(1, RED, "a", subject=CITY)]
    assert await site.rounds.round() == 1
    assert await site.rounds.round() == 0
    assert site.script.looks == [[CITY]]
    assert site.meter.rounds == ["script", "script"]
    assert [one.reason for one in site.meter.changes] == [Reason.NEW]
    assert site.meter.counts == {(ConditionKind.BAROMETER, RED): 1}
    (made,) = site.store.sent
    assert (made.subject_name, made.regions) == ("地区150200", ("150200", "150000"))
    assert made.change.told.cause == "first-look"


async def test_only_who_is_due_is_looked_at(site: Site) -> None:
    await site.rounds.round()
    await site.place.put(RecordKind.TARGET, target("T", CITY, "energy-intensity", "10"))
    site.script.seen = [seen(1, RED, "a", subject=CITY), seen(1, RED, "a", subject=WEST)]
    assert await site.rounds.round() == 1
    assert site.script.looks == [[CITY]]
    assert site.store.sent[0].change.told.cause == "targets"


async def test_time_makes_everybody_due_also_who_is_seen_no_more(site: Site) -> None:
    site.script.seen = [seen(1, RED, "a", subject=CITY)]
    await site.rounds.round()
    site.script.seen, site.script.mark = [], "tomorrow"
    assert await site.rounds.round() == 1
    assert site.reasons() == [Reason.NEW, Reason.CLEARED]
    assert site.store.sent[-1].change.told.cause == "time"
    assert site.store.sources["script"].mark == "tomorrow"


async def test_many_subjects_are_told_of_in_parts(site: Site) -> None:
    site.script.seen = [seen(1, RED, "a", subject=f"enterprise:{nr:04}") for nr in range(250)]
    assert await site.rounds.round() == 250
    assert [len(look) for look in site.script.looks] == [AT_ONCE] * 8 + [10]


async def test_a_death_after_storing_neither_loses_nor_doubles(site: Site) -> None:
    site.script.seen = [seen(1, RED, "a", subject=f"enterprise:{nr:04}") for nr in range(150)]
    for _ in range(3):
        site.store.dies = 1
        with pytest.raises(Unavailable):
            await site.rounds.round()
        site.rounds = site.new()
        site.script.seen.append(seen(1, YELLOW, "a", subject=f"region:{len(site.store.sent)}"))
    await site.rounds.round()
    numbers = [(str(m.change.told.series), m.change.told.number) for m in site.store.sent]
    assert len(numbers) == len(set(numbers)) == len(site.store.kept)
    assert {number for _, number in numbers} == {1}


async def test_a_part_that_was_told_is_not_told_again_after_a_death(site: Site) -> None:
    site.script.seen = [seen(1, RED, "a", subject=f"enterprise:{nr:04}") for nr in range(150)]
    site.script.bad = {"enterprise:0120"}
    site.store.dies = 1
    with pytest.raises(Unavailable):
        await site.rounds.round()
    assert site.store.sources == {}
    site.script.bad = set()
    assert await site.new().round() == 150 - AT_ONCE
    assert len(site.store.sent) == 150


async def test_a_subject_that_cannot_be_looked_at_stays_as_it_was(site: Site) -> None:
    site.script.seen = [seen(1, RED, "a", subject=one) for one in (CITY, PROVINCE, WEST)]
    await site.rounds.round()
    site.script.seen = []
    site.script.bad, site.script.mark = {CITY}, "later"
    assert await site.rounds.round() == 2
    assert {s.subject for s, one in site.store.kept.items() if one.told.level} == {CITY}
    assert site.meter.faults == ["script"]


async def test_a_source_that_fails_leaves_the_others_alone(site: Site) -> None:
    site.script.fails = ValueError("nonsense")
    other = Script(name="other", kinds=(ConditionKind.LIMIT,))
    other.seen = [seen(1, RED, kind=ConditionKind.LIMIT)]
    site.rounds.sources = [site.script, other]
    assert await site.rounds.round() == 1
    assert set(site.store.sources) == {"other"}
    site.script.fails = None
    site.script.seen = [seen(1, YELLOW)]
    assert await site.rounds.round() == 1


async def test_who_sees_nobody_of_all_has_not_come_further(site: Site) -> None:
    site.script.bad = {CITY, WEST}
    assert await site.rounds.round() == 0
    assert site.store.sources == {}
    site.script.bad = {f"enterprise:{nr}" for nr in range(40)}
    site.script.seen = [seen(1, RED)]
    assert await site.rounds.round() == 0
    assert site.store.sources == {}


async def test_a_source_keeps_to_its_kinds_and_subjects(site: Site) -> None:
    site.script.seen = [seen(1, RED, kind=ConditionKind.LIMIT)]
    assert await site.rounds.round() == 0
    assert site.store.sent == []


async def test_what_is_away_puts_the_round_off(site: Site) -> None:
    site.script.seen = [seen(1, RED)]
    site.store.fails = True
    with pytest.raises(Unavailable):
        await site.rounds.round()
    site.store.fails = False
    site.script.fails = Unavailable("no books")
    with pytest.raises(Unavailable):
        await site.rounds.round()
    site.script.fails = None
    assert await site.rounds.round() == 1


class Blind(MemoryConditions):
    """Does not see what another copy has told in the meantime."""

    async def told(
        self, kinds: Collection[ConditionKind], subjects: Sequence[str]
    ) -> Mapping[Series, Told]:
        return await MemoryConditions().told(kinds, subjects)


async def test_two_copies_do_not_tell_the_same_twice(site: Site) -> None:
    site.script.seen = [seen(1, RED)]
    await site.rounds.round()
    late = Blind(site.place.books, site.place.memory)
    late.kept, late.sent = site.store.kept, site.store.sent
    site.store = late
    assert await site.new().round() == 0
    assert len(late.sent) == 1


async def test_commits_that_matter_to_nobody_are_written_down_now_and_then(site: Site) -> None:
    site.script.seen = [seen(1, NONE)]
    await site.rounds.round()
    first = site.store.sources["script"]
    await site.place.state(CITY, "gdp", "2024", "1", "万元")
    await site.rounds.round()
    assert site.store.sources["script"] == first
    site.store.sources["script"] = Reached(commit=first.commit - 20_000)
    await site.new().round()
    assert site.store.sources["script"].commit == first.commit + 1
