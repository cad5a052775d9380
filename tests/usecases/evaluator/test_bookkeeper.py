"""The bookkeeper with several owners, little memory, changing catalogues and other copies."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.totals import MOST_ROWS, Cause
from services.evaluator.handlers.bookkeeper import Batch, Bookkeeper, StaleRulesError
from services.evaluator.handlers.memory import Memory
from services.evaluator.handlers.rulebook import Rulebook
from shared.kit.errors import Fenced
from shared.model.catalogue import Catalogue, Entity, EntityKind
from shared.model.instants import HOUR_US
from tests.unit.evaluator.build import MINUTE_US, batch
from tests.usecases.evaluator.catalogues import changed, county, entity, meter
from tests.usecases.evaluator.reading_store import Ledger, MemoryReadingStore

START = 1_772_380_800_000_000
Row = tuple[int, int, int, int | None]


def catalogue() -> Catalogue:
    """Two enterprises with two registers and one interval point, and a tag that holds the first."""
    points = [
        meter(1, "enterprise:E0", max_rate="500"),
        meter(2, "enterprise:E0", max_rate="500", digits=2, multiplier="3"),
        meter(3, "enterprise:E1", kind="interval", stamp="start", interval_s=900),
        meter(4, "enterprise:E1", unit="MWh", decimals=4),
    ]
    tag = entity(EntityKind.TAG, "park", 850, {"name": "park"})
    member = entity(
        EntityKind.MEMBER, "park/E0", 851, {"tag": "park", "enterprise": "E0"}, version=1
    )
    return county(points, ["E0", "E1"]).with_entities(1, [tag, member])


class Desk:
    """A bookkeeper over the store in memory."""

    def __init__(self, store: MemoryReadingStore, known: Catalogue) -> None:
        self.rulebook = Rulebook()
        self.rulebook.update(known)
        self.store = store
        self.keeper = Bookkeeper(
            store,
            self.rulebook,
            partition_of_owner=lambda owner: int(owner[-1]),
            partition_of=lambda subject: len(subject) % 3,
            memory=Memory(rows_per_point=4, rows=40),
        )

    async def send(self, rows: Sequence[Row]) -> None:
        message = batch(rows)
        owners = np.unique(message.point) // 3
        here = {int(p): self.store.next.get(int(p), 0) for p in np.unique(owners)}
        given_batch = Batch(
            readings=message,
            positions={p: (at, at + 1) for p, at in here.items()},
            received_at_us=0,
            correlation_id="",
        )
        try:
            await self.keeper.record(given_batch)
        except StaleRulesError as stale:
            await self.rebook(stale.owners)
            await self.keeper.record(given_batch)

    async def rebook(self, owners: Sequence[int]) -> None:
        for owner in owners:
            partition = self.keeper.partition_of_number(owner)
            here = self.store.next.get(partition, 0)
            nothing = Batch(
                readings=batch([]),
                positions={partition: (here, here)},
                received_at_us=0,
                correlation_id="",
            )
            await self.keeper.rebook(owner, nothing)

    def books(self) -> dict[str, dict[int, tuple[int, int, int]]]:
        ledger = Ledger()
        for _, totals in self.store.sent:
            ledger.add(totals)
        return {subject: ledger.of(subject) for subject, _, _ in ledger.hours if ledger.of(subject)}


def rows() -> st.SearchStrategy[list[Row]]:
    """Readings of the four points at quarters of hours over two weeks, many of them late."""
    return st.lists(
        st.tuples(
            st.integers(1, 4),
            st.integers(0, 1344).map(lambda i: START + i * 15 * MINUTE_US),
            st.integers(0, 1),
            st.one_of(st.none(), st.integers(0, 9_000)),
        ),
        max_size=60,
        unique_by=lambda row: row[:3],
    )


@given(arrived=rows(), chunk=st.integers(1, 20), seed=st.integers())
@settings(max_examples=25, deadline=None)
async def test_order_does_not_matter_even_with_little_memory(
    arrived: list[Row], chunk: int, seed: int
) -> None:
    whole = Desk(MemoryReadingStore(), catalogue())
    await whole.send(arrived)
    shuffled = arrived + arrived[: len(arrived) // 2]
    random.Random(seed).shuffle(shuffled)
    pieces = Desk(MemoryReadingStore(), catalogue())
    for i in range(0, len(shuffled), chunk):
        await pieces.send(shuffled[i : i + chunk])
    assert pieces.books() == whole.books()


def changes(known: Catalogue) -> list[Entity]:
    """One change of each kind that touches booked hours."""
    week = START + 7 * 24 * HOUR_US
    get = known.get

    def of(kind: EntityKind, code: str) -> Entity:
        found = get(kind, code)
        assert found is not None
        return found

    return [
        changed(of(EntityKind.POINT, "M1"), 2, week + 7 * MINUTE_US, multiplier="2"),
        changed(of(EntityKind.POINT, "M2"), 2, week, counted=False),
        changed(of(EntityKind.POINT, "M3"), 2, week, max_rate="1"),
        changed(of(EntityKind.ENTERPRISE, "E1"), 2, week, region="150200"),
        changed(of(EntityKind.REGION, "150203"), 2, week, parent="150000"),
        entity(EntityKind.MEMBER, "park/E1", 852, {"tag": "park", "enterprise": "E1"}, version=2),
    ]


@given(arrived=rows(), chunk=st.integers(1, 20), which=st.integers(0, 5), at=st.integers(0, 60))
@settings(max_examples=40, deadline=None)
async def test_a_change_of_the_catalogue_books_anew_what_it_touches(
    arrived: list[Row], chunk: int, which: int, at: int
) -> None:
    old = catalogue()
    new = old.with_entities(2, [changes(old)[which]])
    fresh = Desk(MemoryReadingStore(), new)
    await fresh.send(arrived)
    desk = Desk(MemoryReadingStore(), old)
    for i in range(0, len(arrived), chunk):
        if i >= at:
            desk.rulebook.update(new)
        await desk.send(arrived[i : i + chunk])
    desk.rulebook.update(new)
    await desk.rebook(await desk.keeper.stale_owners([0, 1, 2]))
    assert desk.books() == fresh.books()
    assert await desk.keeper.stale_owners([0, 1, 2]) == []


async def test_changed_hours_say_that_the_catalogue_changed_them() -> None:
    desk = Desk(MemoryReadingStore(), catalogue())
    await desk.send([(1, START + i * 5 * MINUTE_US, 0, i * 100) for i in range(30)])
    desk.store.sent.clear()
    old = catalogue()
    point = old.get(EntityKind.POINT, "M1")
    assert point is not None
    desk.rulebook.update(old.with_entities(2, [changed(point, 2, START, multiplier="5")]))
    await desk.rebook(await desk.keeper.stale_owners([0]))
    causes = {int(c) for _, totals in desk.store.sent for c in totals.changes.cause}
    assert causes == {int(Cause.CATALOGUE)}


async def test_a_copy_that_was_overtaken_writes_nothing() -> None:
    store = MemoryReadingStore()
    first, second = Desk(store, catalogue()), Desk(store, catalogue())
    await first.send([(1, START, 0, 0)])
    await second.send([(1, START + 5 * MINUTE_US, 0, 500)])
    before = (len(store.blocks), len(store.sent))
    overtaken = Batch(
        readings=batch([(1, START + 10 * MINUTE_US, 0, 900)]),
        positions={0: (1, 2)},
        received_at_us=0,
        correlation_id="",
    )
    with pytest.raises(Fenced):
        await first.keeper.record(overtaken)
    assert (len(store.blocks), len(store.sent)) == before
    await first.send([(1, START + 10 * MINUTE_US, 0, 900)])
    assert sum(q for q, _, _ in first.books()["enterprise:E0"].values()) == 900


async def test_a_step_of_many_years_travels_in_parts_and_is_whole() -> None:
    desk = Desk(MemoryReadingStore(), catalogue())
    years = 20 * 365 * 24 * HOUR_US
    await desk.send([(4, START - years, 0, 0), (4, START, 0, 7_000_000)])
    sizes = [len(totals.changes) for _, totals in desk.store.sent]
    assert max(sizes) <= MOST_ROWS
    assert len(sizes) > len({partition for partition, _ in desk.store.sent})
    for partition in {partition for partition, _ in desk.store.sent}:
        parts = [totals for p, totals in desk.store.sent if p == partition]
        numbers = [totals.commit for totals in parts]
        assert numbers == sorted(set(numbers))
        assert sum(len(totals.frontier) for totals in parts[-1:]) == 1
        assert all(not len(totals.frontier) for totals in parts[1:-1])
    # The enterprise and the three regions above it have the whole quantity each (MWh in kWh).
    assert sum(int(t.changes.quantity.sum()) for _, t in desk.store.sent) == 4 * 7_000_000_000
