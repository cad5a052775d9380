"""The made-up province: valid codes, sums that agree with one another, rows as PostgreSQL reads."""

import struct
from collections.abc import Iterator

import numpy as np
import pytest

from deploy.bench.province import copying
from deploy.bench.province.estate import COUNTRY, Estate
from deploy.bench.province.ledgers import Ledgers
from deploy.bench.province.quantities import Quantities
from deploy.bench.province.shelves import Shelves
from deploy.bench.province.size import BRIEF, STRESS, Size
from services.evaluator.domain.books import figures
from services.ingest.domain.catalogue import codes
from shared.contracts.readings import decode_columns
from shared.model.instants import HOUR_US

SMALL = Size(provinces=2, leagues=2, counties=6, enterprises=10, lanes=2, points=2, year=2024)
DAILY = Size(provinces=1, leagues=2, counties=4, enterprises=7, readings_a_day=1, seed=7)
SPARSE = Size(provinces=1, leagues=2, counties=9, enterprises=5, readings_a_day=1)
"""Some counties have no enterprise."""


def cells(parts: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The cells of rows in PostgreSQL's binary form."""
    data = b"".join(parts)
    at = 0
    while at < len(data):
        (count,) = struct.unpack_from(">h", data, at)
        at += 2
        row = []
        for _ in range(count):
            (length,) = struct.unpack_from(">i", data, at)
            row.append(data[at + 4 : at + 4 + length])
            at += 4 + length
        yield row


def number(cell: bytes) -> int:
    """A whole number of a row."""
    return int.from_bytes(cell, "big", signed=True)


class TestTheEstate:
    @pytest.mark.parametrize(
        "size", [SMALL, SPARSE, STRESS, BRIEF], ids=["small", "sparse", "stress", "brief"]
    )
    def test_has_valid_codes_and_everybody_once(self, size: Size) -> None:
        estate = Estate(size)
        names = [estate.enterprise(place) for place in range(size.enterprises)]
        assert names == sorted(set(names))
        for name in names[:: max(1, len(names) // 50)]:
            codes.enterprise_code(name)
        for region in estate.regions:
            codes.region_code(region.code)
            assert region.parent is None or codes.lies_in(region.code, region.parent)
        assert sum(region.level == "county" for region in estate.regions) == size.counties
        assert sum(len(county.enterprises) for county in estate.counties) == size.enterprises

    def test_gives_every_point_a_number_of_its_own(self) -> None:
        estate = Estate(SMALL)
        numbers = [n for place in range(SMALL.enterprises) for n, _, _ in estate.points(place)]
        assert numbers == list(range(estate.numbers.points, estate.numbers.end))

    def test_counts_an_enterprise_for_its_regions_and_sector(self) -> None:
        subjects = Estate(SMALL).subjects(9)
        assert [subject.partition(":")[0] for subject in subjects] == [
            *("enterprise", "region", "region", "region", "region", "tag")
        ]
        assert subjects[4] == f"region:{COUNTRY}"

    @pytest.mark.parametrize(
        "wrong", [{"provinces": 32}, {"readings_a_day": 5}, {"lanes": 9}], ids=str
    )
    def test_refuses_what_has_no_codes(self, wrong: dict[str, int]) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Size(**wrong)


@pytest.mark.parametrize("size", [SMALL, DAILY, SPARSE], ids=["small", "daily", "sparse"])
class TestTheBooks:
    def test_of_regions_are_the_sums_of_enterprises(self, size: Size) -> None:
        estate = Estate(size)
        quantities = Quantities(estate)
        books = Ledgers(estate, quantities)
        months: list[str] = []
        days: dict[tuple[str, str], int] = {}
        rows = [*cells(books.of_enterprises(months)), *cells(books.of_the_rest(months))]
        for subject, carrier, _, _, _, body in rows:
            key = subject.decode(), carrier.decode()
            days[key] = days.get(key, 0) + int(figures(body)[:, 0].sum())
        whole = quantities.points(0, size.enterprises).sum(axis=(0, 2, 3))
        for lane, total in zip(size.metered, whole.tolist(), strict=True):
            found = [days[f"region:{code}", lane.carrier] for code in estate.provinces]
            assert sum(found) == total
            tags = [
                sum_ for (name, c), sum_ in days.items() if "tag:" in name and c == lane.carrier
            ]
            assert sum(tags) == total
        by_month: dict[tuple[str, str], int] = {}
        for line in months:
            name, carrier_name, _, _, _, quantity, _, _ = line.split("\t")
            by_month[name, carrier_name] = by_month.get((name, carrier_name), 0) + int(quantity)
        assert by_month == days

    def test_agree_with_the_readings(self, size: Size) -> None:
        estate = Estate(size)
        quantities = Quantities(estate)
        shelves = Shelves(estate, quantities)
        sums = np.zeros(estate.numbers.end, np.int64)
        seen = np.zeros(estate.numbers.end, np.int64)
        for _, _, _, count, body in cells(shelves.blocks()):
            readings = decode_columns(body, number(count))
            np.add.at(sums, readings.point, readings.value)
            np.add.at(seen, readings.point, 1)
            assert readings.at.max() <= size.end_hour * HOUR_US
        expected = quantities.points(0, size.enterprises).sum(axis=3).reshape(-1)
        assert sums[estate.numbers.points :].tolist() == expected.tolist()
        assert set(seen[estate.numbers.points :].tolist()) == {size.hours // size.interval_h}
        counted = np.zeros(estate.numbers.end, np.int64)
        for point, _, count in cells(shelves.counts()):
            counted[number(point)] += number(count)
        assert (counted == seen).all()

    def test_end_with_the_heads(self, size: Size) -> None:
        estate = Estate(size)
        shelves = Shelves(estate, Quantities(estate))
        for place, (owner, _, _, _, count, body, older) in enumerate(cells(shelves.heads(12))):
            assert number(owner) == estate.numbers.enterprises + place
            heads = decode_columns(body, number(count))
            assert set(heads.at.tolist()) == {size.end_hour * HOUR_US}
            assert np.frombuffer(older, "<u4").tolist() == heads.point.tolist()
            last = shelves.reading(place, 0, size.hours // size.interval_h - 1)
            assert (last.at_us, last.value) == (heads.at[0], heads.value[0])


async def test_rows_are_laid_out_as_postgresql_reads_them() -> None:
    rows = copying.rows(2, (b"ab", copying.small(3), copying.large(np.array([5, -6]))))
    first = b"\0\3" + b"\0\0\0\2ab" + b"\0\0\0\2\0\3" + b"\0\0\0\x08" + (5).to_bytes(8, "big")
    assert rows.tobytes().startswith(first)
    whole = b"".join([part async for part in copying.stream([rows.tobytes()])])
    assert whole.startswith(b"PGCOPY\n\xff\r\n\0" + bytes(8) + first)
    assert whole.endswith(b"\xff\xff")
