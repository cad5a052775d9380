"""What the stores of silences promise: the same suite in memory and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from services.alerts.adapters.archive import PostgresArchive
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.silences import (
    PostgresOpened,
    PostgresQuietTimes,
    PostgresSilences,
)
from services.alerts.domain.matchers import parse_matchers
from services.alerts.domain.suppression.quiet import Interval, QuietTime
from services.alerts.domain.suppression.shown import shown_of
from services.alerts.domain.suppression.silences import Approval, Happened, Silence
from services.alerts.domain.suppression.viewing import silence_document
from services.alerts.handlers.desk import WarningDesk
from services.alerts.ports.suppression import (
    Line,
    OvertakenError,
    QuietTimes,
    Silences,
    Written,
)
from shared.kit.postgres import Database
from shared.model.access import Principal, Role
from tests.unit.alerts.builders import NOON, assessment
from tests.unit.alerts.suppressed import person, silence
from tests.usecases.alerts.suppression import MemoryQuietTimes, MemorySilences


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Both ports of one store."""

    silences: Silences
    quiet: QuietTimes


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return Store(silences=MemorySilences(), quiet=MemoryQuietTimes())
    db = request.getfixturevalue("database")
    return Store(silences=PostgresSilences(db), quiet=PostgresQuietTimes(db))


def told(one: Silence, kind: Happened = Happened.CREATED) -> Written:
    """The silence with a line of the journal."""
    line = Line(kind=kind, at=NOON, document=silence_document(one, kind, one.owner, NOON, {}))
    return Written(silence=one, lines=(line,))


class TestSilences:
    async def test_are_read_as_they_were_written(self, store: Store) -> None:
        owner = person("o", Role.REGULATOR, ("region:150200",))
        made = replace(
            silence('region=~"1502.*",level!="red"', owner=owner),
            author="amtool",
            wide=True,
            approval=Approval(by=person("bert"), at=NOON, comment="好"),
            flaw="x\x00",
            as_sent=(("", "=", "\x00"),),
        )
        await store.silences.write([told(made)])
        assert await store.silences.one(made.id) == replace(made, entries=1)
        assert await store.silences.live() == (replace(made, entries=1),)

    async def test_that_are_not_there_are_none(self, store: Store) -> None:
        assert await store.silences.one(silence().id) is None

    async def test_have_ended_when_they_have(self, store: Store) -> None:
        await store.silences.write([told(silence())])
        ended = replace(silence(), entries=1, ended_at=NOON + timedelta(hours=1))
        await store.silences.write([told(ended, Happened.EXPIRED)])
        assert await store.silences.live() == ()
        assert len(await store.silences.since(NOON)) == 1
        assert await store.silences.since(NOON + timedelta(hours=1)) == ()
        found = await store.silences.one(ended.id)
        assert found is not None
        assert found.entries == 2

    async def test_are_listed_newest_first(self, store: Store) -> None:
        names = ("a", "b", "c")
        made = [
            replace(silence(name=name), created_at=NOON + timedelta(seconds=i))
            for i, name in enumerate(names)
        ]
        await store.silences.write([told(one) for one in made])
        found = await store.silences.since(NOON)
        assert [one.id for one in found] == [one.id for one in reversed(made)]

    async def test_are_not_overtaken(self, store: Store) -> None:
        await store.silences.write([told(silence())])
        for expected in (0, 2):
            with pytest.raises(OvertakenError):
                await store.silences.write([told(replace(silence(), entries=expected))])
        other = silence(name="other")
        with pytest.raises(OvertakenError):
            await store.silences.write([told(other), told(replace(silence(), entries=7))])
        assert await store.silences.one(other.id) is None

    async def test_keep_what_was_measured_without_a_line(self, store: Store) -> None:
        await store.silences.write([told(silence())])
        looked = replace(silence(), entries=1, reminded_at=NOON)
        await store.silences.write([Written(silence=looked)])
        assert await store.silences.one(looked.id) == looked


class TestQuietTimes:
    async def test_take_the_place_of_their_owners(self, store: Store) -> None:
        await store.quiet.replace("anna", quiet("a", person("anna")))
        await store.quiet.replace("bert", quiet("b", person("bert")))
        await store.quiet.replace("anna", quiet("c", person("anna")))
        assert [one.name for one in await store.quiet.all()] == ["b", "c"]
        assert await store.quiet.all() == (*quiet("b", person("bert")), *quiet("c", person("anna")))
        await store.quiet.replace(None, ())
        assert await store.quiet.all() == ()


def quiet(name: str, owner: Principal) -> Sequence[QuietTime]:
    """One quiet time."""
    interval = Interval(
        times=((0, 60),), weekdays=((1, 5),), days_of_month=((-3, -1),), holidays="cn"
    )
    return [
        QuietTime(
            name=name,
            intervals=(interval,),
            matchers=parse_matchers('level="notice"'),
            reason="夜间",
            owner=owner,
        )
    ]


@pytest.mark.real
class TestOpened:
    async def test_are_the_open_warnings_as_the_archive_has_them(self, database: Database) -> None:
        opened = PostgresOpened(database)
        made = [
            assessment((1, "notice"), (5, "red")),
            assessment((1, "notice"), (5, "none"), budget="B2", number=2),
            assessment((1, "yellow"), subject="enterprise:X", regions=("150202", "150000")),
        ]
        await WarningDesk(desk=PostgresDesk(database)).hear("t", made, {}, NOON)
        whole = await opened.whole()
        assert len(whole) == 2
        archive = PostgresArchive(database)
        for warning in whole:
            found = await archive.warning(warning.id)
            assert found is not None
            assert found.warning == warning
        assert {one.id: one for one in map(shown_of, whole)} == {
            one.id: one for one in await opened.all()
        }
        assert [one.subject for one in await opened.of(["enterprise:X", "enterprise:Z"])] == [
            "enterprise:X"
        ]
