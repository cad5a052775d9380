"""The demonstration's data has the sums its publishers give, and its catalogue is a good one."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

import deploy.demo
from deploy.replay.mapping import load
from deploy.replay.rows import Reader, Reading
from deploy.replay.sources import expand, open_all
from services.ingest.adapters.files import read_file
from services.ingest.domain.catalogue.drafts import draft
from services.ingest.domain.catalogue.planning import plan
from services.ingest.ports import File
from shared.model.catalogue import Catalogue
from shared.model.instants import HOUR_US, to_us
from shared.model.period import parse_period

ROOT = Path(str(files(deploy.demo)))
NAMES = ("steel.yaml", "estates.yaml")


def readings(name: str) -> list[Reading]:
    mapping = load(ROOT / name)
    paths = expand([str(mapping.folder / one) for one in mapping.files])
    reader = Reader(mapping)
    found = [
        one
        for source in open_all(paths, members=mapping.members, encoding=mapping.csv.encoding)
        for one in reader.read(source)
    ]
    kept = [one for one in found if isinstance(one, Reading)]
    assert len(kept) == len(found)
    return kept


@pytest.fixture(scope="module")
def by_point() -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for name in NAMES:
        for one in readings(name):
            found[one.point].append(one)
    return found


def test_the_readings_have_the_published_sums(by_point: dict[str, list[Reading]]) -> None:
    published = yaml.safe_load((ROOT / "published.yaml").read_text())
    assert {line["subject"].partition(":")[2] for line in published} == set(by_point)
    for line in published:
        point = line["subject"].partition(":")[2]
        period = parse_period(str(line["period"]), "+08:00")
        late = 1 if point.startswith("DEMO-STEEL") else 0  # stamped at the interval's end
        inside = [
            Decimal(one.value)
            for one in by_point[point]
            if period.first_hour <= (one.at_us - late) // HOUR_US < period.end_hour
        ]
        assert sum(inside) == Decimal(line["sum"]), line


def test_no_instant_comes_twice(by_point: dict[str, list[Reading]]) -> None:
    counts = {point: len(found) for point, found in by_point.items()}
    assert {len({one.at_us for one in found}) for found in by_point.values()} == {17_376, 8_760}
    assert sum(counts.values()) == 2 * 17_376 + 20 * 8_760


def test_the_catalogue_can_be_imported_whole(by_point: dict[str, list[Reading]]) -> None:
    read = [
        read_file(File(name=path.name, text=path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "catalogue").iterdir())
    ]
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
