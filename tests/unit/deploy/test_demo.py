"""The demonstration's data has the sums its publishers give, and its catalogue is a good one."""

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pytest

from deploy.demo.package import ROOT, Published, catalogue, published, replays
from deploy.replay.rows import Reader, Reading
from deploy.replay.run import Wish
from deploy.replay.sources import open_all
from services.ingest.adapters.files import read_file
from services.ingest.domain.catalogue.drafts import draft
from services.ingest.domain.catalogue.planning import plan
from services.ingest.ports import File
from shared.model.catalogue import Catalogue
from shared.model.instants import HOUR_US, to_us


def readings(wish: Wish) -> list[Reading]:
    mapping = wish.mapping
    reader = Reader(mapping)
    found = [
        one
        for source in open_all(wish.files, members=mapping.members, encoding=mapping.csv.encoding)
        for one in reader.read(source)
    ]
    kept = [one for one in found if isinstance(one, Reading)]
    assert len(kept) == len(found)
    return kept


@pytest.fixture(scope="module")
def by_point() -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for wish in replays().values():
        for one in readings(wish):
            found[one.point].append(one)
    return found


def test_the_readings_have_the_published_sums(by_point: dict[str, list[Reading]]) -> None:
    found = published()
    points = {one.subject for one in found if one.subject.startswith("point:")}
    assert points == {f"point:{code}" for code in by_point}
    for one in found:
        members = [p for p in rows("points") if subject_of(p, one.subject)]
        parts = [inside(by_point[p["code"]], one) for p in members if p["carrier"] == one.carrier]
        assert sum(parts) == one.sum, one


def inside(found: list[Reading], one: Published) -> Decimal:
    """The sum of a point's readings in the period."""
    late = 1 if found[0].point.startswith("DEMO-STEEL") else 0  # stamped at the interval's end
    hours = range(one.period.first_hour, one.period.end_hour)
    kept = (Decimal(r.value) for r in found if (r.at_us - late) // HOUR_US in hours)
    return sum(kept, Decimal(0))


def subject_of(point: dict[str, str], subject: str) -> bool:
    """Whether the point counts for the subject."""
    kind, _, code = subject.partition(":")
    owner = point["owner"].partition(":")[2]
    if kind == "point":
        return point["code"] == code
    if kind == "enterprise":
        return owner == code
    if kind == "tag":
        return any(m["tag"] == code and m["enterprise"] == owner for m in rows("members"))
    region = next(one["region"] for one in rows("enterprises") if one["code"] == owner)
    return region.startswith(code.rstrip("0") if code.endswith("00") else code)


def rows(kind: str) -> list[dict[str, str]]:
    with (ROOT / "catalogue" / f"{kind}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_no_instant_comes_twice(by_point: dict[str, list[Reading]]) -> None:
    counts = {point: len(found) for point, found in by_point.items()}
    assert {len({one.at_us for one in found}) for found in by_point.values()} == {17_376, 8_760}
    assert sum(counts.values()) == 2 * 17_376 + 20 * 8_760


def test_the_catalogue_can_be_imported_whole(by_point: dict[str, list[Reading]]) -> None:
    read = [read_file(File(name=name, text=text)) for name, text in catalogue().items()]
    assert [fault for part in read for fault in part.faults] == []
    planned = plan(
        Catalogue(),
        draft(row for part in read for row in part.rows),
        [],
        recorded_at=to_us(datetime.fromisoformat("2026-01-01T00:00:00Z")),
    )
    assert planned.faults == ()
    codes = {change.code for change in planned.changes if change.kind == "point"}
    assert codes == set(by_point)


def test_every_enterprise_says_that_it_is_invented() -> None:
    lines = (ROOT / "catalogue" / "enterprises.csv").read_text().splitlines()[1:]
    assert len(lines) == 11
    assert all("演示" in line and line.endswith(",true") for line in lines)
