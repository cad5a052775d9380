"""A small province whose books, statements, targets and factors a test writes by hand."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx
import numpy as np
from fastapi import APIRouter

from services.evaluator.adapters.factors_file import load_shipped
from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.adapters.shipped import WithShipped, load_records
from services.evaluator.domain.books import FIGURES
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.domain.totals import Lane
from services.evaluator.entrypoints import (
    barometer_api,
    books_api,
    figures_api,
    register_api,
    targets_read_api,
)
from services.evaluator.entrypoints.door import new_door
from services.evaluator.handlers.judge_books import Library
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.reckoner.archive import Archive
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.target_book import TargetBook
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.ports.book_sums import BookSum
from services.evaluator.ports.register import Draft, RecordKind
from shared.contracts.keys import KeyBody, encode_key, hash_key
from shared.kit.kafka.records import Record
from shared.kit.web import create_app
from shared.model.catalogue import Catalogue, Entity, EntityKind
from shared.model.period import Period, reporting_period
from tests.usecases.evaluator.api import FACTORS, KEYS, MemoryPoints
from tests.usecases.evaluator.catalogues import entity, meter
from tests.usecases.evaluator.judge_stores import MemoryJudgeStore
from tests.usecases.evaluator.register_pages import MemoryPages

ZONE = "Asia/Shanghai"
PROVINCE, CITY, WEST, EAST = (
    "region:150000",
    "region:150200",
    "region:150203",
    "region:150204",
)
PLANT, MILL, COKERY, HYBRID = (
    "enterprise:PLANT",
    "enterprise:MILL",
    "enterprise:COKERY",
    "enterprise:HYBRID",
)
_REGIONS = (
    ("150000", None),
    ("150200", "150000"),
    ("150203", "150200"),
    ("150204", "150200"),
)
_CARRIERS = {
    "electricity": {"unit": "kWh", "units": "MWh=1000", "name": "电力"},
    "raw-coal": {"unit": "kg", "units": "t=1000", "name": "原煤"},
    "natural-gas": {"unit": "m3", "name": "天然气"},
    "coke": {"unit": "kg", "units": "t=1000", "name": "焦炭"},
}
LANES: Sequence[tuple[str, str, str]] = (
    (PLANT, "raw-coal", "import"),
    (PLANT, "electricity", "conversion_output"),
    (MILL, "electricity", "import"),
    (MILL, "natural-gas", "import"),
    (COKERY, "raw-coal", "import"),
    (COKERY, "coke", "conversion_output"),
    (COKERY, "electricity", "import"),
    (HYBRID, "raw-coal", "import"),
    (HYBRID, "electricity", "conversion_output"),
    (HYBRID, "electricity", "export"),
    (CITY, "electricity", "import"),
)
"""Owner, carrier and flow of every metering point."""
_HOMES = {PLANT: "150203", MILL: "150204", COKERY: "150204", HYBRID: "150203"}
_SCALE = 2


def catalogue(homes: Mapping[str, str] = _HOMES) -> Catalogue:
    """The province; homes: county of each enterprise."""
    carriers = [
        entity(EntityKind.CARRIER, code, 800 + nr, {"kind": "energy", **attributes})
        for nr, (code, attributes) in enumerate(_CARRIERS.items())
    ]
    regions = [
        entity(EntityKind.REGION, code, 810 + nr, {"parent": parent, "name": f"地区{code}"})
        for nr, (code, parent) in enumerate(_REGIONS)
    ]
    enterprises = [
        entity(EntityKind.ENTERPRISE, key.partition(":")[2], 900 + nr, {"region": home})
        for nr, (key, home) in enumerate(homes.items())
    ]
    points = [_point(nr, *lane) for nr, lane in enumerate(LANES, 1)]
    return Catalogue().with_entities(1, [*carriers, *regions, *enterprises, *points])


def _point(number: int, owner: str, carrier: str, flow: str) -> Entity:
    unit = _CARRIERS[carrier]["unit"]
    return meter(number, owner, carrier=carrier, flow=flow, unit=unit)


class MemoryBooks(MemoryJudgeStore):
    """Books in memory: BooksReader for the routes, BookSums and ReadingCounts for the reckoner.

    As of an earlier commit, whatever was put later does not count.
    """

    def __init__(self) -> None:
        super().__init__()
        self.put_rows: list[tuple[int, str, Lane, int, tuple[int, int, int]]] = []
        self.queries = 0

    def add(self, commit: int, subject: str, lane: Lane, hour: int, quantity: int) -> None:
        """A quantity (mantissa) in one hour, all known, by a commit."""
        self.put_rows.append((commit, subject, lane, hour, (quantity, 0, 3_600_000_000)))

    async def sums(
        self, subjects: Sequence[str], periods: Sequence[Period], as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """See BookSums."""
        self.queries += 1
        found: dict[tuple[str, int], dict[Lane, list[int]]] = {}
        wanted = set(subjects)
        for commit, subject, lane, hour, figures in self.put_rows:
            if subject not in wanted or (as_of is not None and commit > as_of):
                continue
            for nr, period in enumerate(periods):
                if period.first_hour <= hour < period.end_hour:
                    sums = found.setdefault((subject, nr), {}).setdefault(lane, [0, 0, 0])
                    for place, figure in enumerate(figures):
                        sums[place] += figure
        return {
            place: [
                BookSum(lane=lane, quantity=sums[0], estimated=sums[1], known=sums[2])
                for lane, sums in sorted(lanes.items())
            ]
            for place, lanes in found.items()
        }

    async def reading_counts(
        self, points: Sequence[int], period: Period
    ) -> Mapping[int, int] | None:
        """See ReadingCounts: as many as the period has hours, for each point."""
        return dict.fromkeys(points, period.hours)

    async def monthly(
        self, subjects: Sequence[str], first_month: int, months: int, as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """See BookSums."""
        wanted = range(first_month, first_month + months)
        names = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in wanted]
        periods = [reporting_period(name, ZONE) for name in names]
        found = await self.sums(subjects, periods, as_of)
        return {(subject, first_month + nr): rows for (subject, nr), rows in found.items()}

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        """See BooksReader."""
        found: dict[str, set[Lane]] = {}
        for _, subject, lane, _, _ in self.put_rows:
            found.setdefault(subject, set()).add(lane)
        return {subject: sorted(found[subject]) for subject in subjects if subject in found}

    async def days(
        self,
        subject: str,
        lanes: Sequence[Lane],
        first_day: int,
        end_day: int,
        as_of: int | None = None,
    ) -> Sequence[tuple[Lane, int, bytes]]:
        """See BooksReader."""
        found: dict[tuple[Lane, int], np.ndarray[Any, np.dtype[np.int64]]] = {}
        for commit, who, lane, hour, figures in self.put_rows:
            late = as_of is not None and commit > as_of
            if who != subject or lane not in lanes or late:
                continue
            if first_day <= hour // 24 < end_day:
                day = found.setdefault((lane, hour // 24), np.zeros((24, FIGURES), np.int64))
                day[hour % 24] += np.array(figures, np.int64)
        return [(lane, day, body.tobytes()) for (lane, day), body in sorted(found.items())]


class Stating:
    """The StatementSubjects over a register in memory."""

    def __init__(self, memory: MemoryPages) -> None:
        self._memory = memory

    async def stating(self, items: Sequence[str], as_of: int) -> frozenset[str]:
        """See StatementSubjects."""
        return frozenset(
            entry.subject
            for entry in self._memory.entries
            if entry.kind is RecordKind.STATEMENT
            and entry.body.item in items
            and entry.commit <= as_of
        )


class Times:
    """The CommitTimes over a register in memory."""

    def __init__(self, memory: MemoryPages) -> None:
        self._memory = memory

    async def passed_at(self, commit: int) -> int | None:
        """See CommitTimes."""
        entries = self._memory.entries
        if not entries or commit >= entries[-1].commit:
            return None
        return max((one.at_us for one in entries if one.commit <= commit), default=None)


PACKAGE = load_shipped("")
RECORDS = load_records(PACKAGE.records)


class Province:
    """Everything of the small province, and a client of the routes."""

    def __init__(self, known: Catalogue | None = None, *, shipped: bool = True) -> None:
        self.rulebook = Rulebook()
        self.rulebook.update(known or catalogue())
        self.books = MemoryBooks()
        self.memory = MemoryPages()
        self.register = WithShipped(self.memory, RECORDS if shipped else {})
        archive = Archive(
            register=self.register,
            conventions=PACKAGE.conventions,
            target_book=TargetBook(self.register),
        )
        self.points = MemoryPoints()
        self.gatherer = Gatherer(
            archive=archive,
            sums=self.books,
            rulebook=self.rulebook,
            stating=Stating(self.memory),
            points=self.points,
            times=Times(self.memory),
        )
        self.reckoner = Reckoner(self.gatherer, self.books)
        self.client = self.client_of()

    def client_of(self, *more: APIRouter, **state: object) -> httpx.AsyncClient:
        """A client of the routes, with further ones and what they stand on."""
        door = new_door()
        for name, (role, scope) in KEYS.items():
            key, value = encode_key(KeyBody(name, name, hash_key(name), role, scope, 0))
            door.learn(Record("keys.v1", 0, 0, key, value, (), 0))

        async def ready() -> Mapping[str, str | None]:
            return {}

        briefs = Briefs(self.rulebook, FACTORS)
        app = create_app(
            title="evaluator",
            version="0",
            description="",
            ready=ready,
            routers=(
                books_api.router,
                register_api.router,
                figures_api.router,
                barometer_api.router,
                targets_read_api.router,
                *more,
            ),
            state={
                "door": door,
                "rulebook": self.rulebook,
                "briefs": briefs,
                "reader": self.books,
                "library": Library(self.books, self.points, self.rulebook, briefs),
                "register": self.register,
                "records": RecordsDesk(self.register, self.rulebook, TYPES),
                "read_records": read_records,
                "reckoner": self.reckoner,
                "targets": TargetsDesk(self.register, self.rulebook),
                **state,
            },
        )
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://evaluator")

    def use(
        self, owner: str, carrier: str, flow: str, month: str, quantity: str, hour: int = 0
    ) -> None:
        """A quantity used in one hour of a month, in everybody's books that it belongs to."""
        first = reporting_period(month, ZONE).first_hour + hour
        lane = Lane(carrier=carrier, flow=flow, scale=_SCALE)
        whole = int(Decimal(quantity).scaleb(_SCALE))
        for each in self.rulebook.rules.owners:
            if each.owner == owner:
                for chain in each.chains:
                    if chain.first_hour <= first < chain.end_hour:
                        for subject in chain.subjects:
                            self.books.add(self.commit, subject, lane, first, whole)

    @property
    def commit(self) -> int:
        """The newest commit; books that are put now belong to it."""
        entries = self.memory.entries
        return entries[-1].commit if entries else 0

    async def put(self, kind: RecordKind, *bodies: Any) -> int:
        """Put records on record; the commit."""
        drafts = [
            Draft(
                kind=kind,
                key=body.key,
                subject=str(getattr(body, "holder", "") or getattr(body, "subject", "")),
                body=body,
            )
            for body in bodies
        ]
        return (await self.register.put(drafts, "test")).commit

    async def state(
        self,
        subject: str,
        item: str,
        period: str,
        value: str | None,
        unit: str,
        *,
        qualifier: str = "",
        basis: str = "",
        status: Status = Status.FINAL,
    ) -> int:
        """Put a statement on record; the commit."""
        made = Statement(
            subject=subject,
            item=item,
            qualifier=qualifier,
            period=period,
            value=None if value is None else Decimal(value),
            unit=unit,
            basis=basis,
            status=status,
            source="test",
        )
        return await self.put(RecordKind.STATEMENT, made)

    async def get(self, path: str, key: str = "operator", **params: str) -> httpx.Response:
        """GET with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return await self.client.get(path, params=params or None, headers=headers)

    async def post(self, path: str, body: Any, key: str = "operator", **params: str) -> Any:
        """POST JSON with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return await self.client.post(path, json=body, params=params or None, headers=headers)


def target(code: str, holder: str, measure: str, value: str, **more: Any) -> Target:
    """A reduction of 2021–2025 on 2020 in force, unless more says otherwise."""
    usual: dict[str, Any] = {
        "form": Form.REDUCTION,
        "unit": "%",
        "base_year": 2020,
        "first_year": 2021,
        "last_year": 2025,
        "state": State.IN_FORCE,
        "approver": "office",
        "approved_on": "2021-01-01",
        "effective_from": "2021-01-01",
    }
    return Target(
        code=code,
        name=f"目标{code}",
        holder=holder,
        measure=measure,
        value=Decimal(value),
        **{**usual, **more},
    )
