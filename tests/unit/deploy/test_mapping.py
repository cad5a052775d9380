"""A mapping says what the columns of a table mean, and refuses what it cannot mean."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from deploy.replay.mapping import MappingError, Time
from deploy.replay.rows import Unreadable, scaled
from deploy.replay.sources import SourceError, expand, names_in, open_all
from deploy.replay.times import instant_us
from shared.model.exact import decimal
from shared.model.instants import iso
from tests.unit.deploy.tables import mapping, pairs, read

STEEL = mapping(
    """
    time: {column: date, format: "%d/%m/%Y %H:%M", zone: "+09:00", midnight_closes_day: true}
    series: [{column: kWh, point: STEEL}]
    """
)


def test_the_row_stamped_midnight_closes_its_own_day() -> None:
    table = "date,kWh\n31/01/2018 23:45,1\n31/01/2018 00:00,2\n01/02/2018 00:15,3\n"
    found = [(iso(at_us), value) for _, at_us, value in pairs(read(STEEL, table))]
    assert found == [
        ("2018-01-31T14:45:00Z", "1"),
        ("2018-01-31T15:00:00Z", "2"),
        ("2018-01-31T15:15:00Z", "3"),
    ]


def test_values_stay_the_text_that_was_written() -> None:
    table = "date,kWh\n01/01/2018 00:15,3.170\n01/01/2018 00:30,1234567890.123456789\n"
    assert [value for _, _, value in pairs(read(STEEL, table))] == ["3.170", "1234567890.123456789"]


def test_a_point_is_named_by_path_columns_and_constants() -> None:
    spec = mapping(
        """
        path: b{building}/{carrier}/2021.csv
        constants: {site: X}
        time: {zone: UTC}
        series: [{column: [load, heat], point: "{site}-{building}-{carrier}-{phase}"}]
        """
    )
    table = "at,phase,heat\n2021-01-01 00:00:00,L1,4\n"
    found = pairs(read(spec, table, "archive/b7/gas/2021.csv"))
    assert [point for point, _, _ in found] == ["X-7-gas-L1"]


def test_several_series_come_from_one_row() -> None:
    spec = mapping("series: [{column: a, point: A}, {column: b, point: B, skip: ['', 'NA']}]")
    table = "at,a,b\n2021-01-01T00:00:00Z,1,2\n2021-01-01T01:00:00Z,3,NA\n"
    assert [(p, v) for p, _, v in pairs(read(spec, table))] == [("A", "1"), ("B", "2"), ("A", "3")]


def test_columns_may_be_given_by_place() -> None:
    spec = mapping(
        """
        csv: {header: false, delimiter: ";"}
        time: {column: 1}
        series: [{column: 2, point: A, decimal_comma: true}]
        """
    )
    assert pairs(read(spec, "2021-01-01T00:00:00Z;1,5\n"))[0][2] == "1.5"


def test_scaling_is_exact() -> None:
    assert scaled("0.1", decimal("3")) == "0.3"
    assert scaled("12345678901234567.89", decimal("1000")) == "12345678901234567890.00"


@pytest.mark.parametrize(
    ("text", "time", "expected"),
    [
        ("2021-01-01 00:00:00", Time(zone="UTC"), "2021-01-01T00:00:00Z"),
        ("2021-01-01T08:00:00+08:00", Time(), "2021-01-01T00:00:00Z"),
        ("2021-10-31 02:30", Time(zone="Europe/Berlin"), "2021-10-31T00:30:00Z"),
        ("2021-10-31 02:30", Time(zone="Europe/Berlin", fold=1), "2021-10-31T01:30:00Z"),
    ],
)
def test_an_instant_is_read_in_the_zone_that_is_named(text: str, time: Time, expected: str) -> None:
    assert iso(instant_us(text, time)) == expected


@pytest.mark.parametrize(
    ("text", "time", "word"),
    [
        ("2021-01-01 00:00:00", Time(), "no zone"),
        ("2021-03-28 02:30", Time(zone="Europe/Berlin"), "does not exist"),
        ("yesterday", Time(zone="UTC"), "yesterday"),
    ],
)
def test_an_instant_that_means_nothing_is_refused(text: str, time: Time, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        instant_us(text, time)


def test_a_bad_row_is_reported_with_its_line_and_the_others_are_read() -> None:
    found = read(STEEL, "date,kWh\nnonsense,1\n01/01/2018 00:15\n01/01/2018 00:30,2\n")
    places = [one.place for one in found if isinstance(one, Unreadable)]
    assert places == ["table.csv:2", "table.csv:3"]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("tiem: {}", "tiem"),
        ("time: {zone: Mars/Olympus}", "time.zone"),
        ("series: []", "series"),
        ("series: [{scale: '0'}]", "series.1.scale"),
        ("csv: {header: false}", "by place"),
        ("- 1", "names and values"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(text: str, word: str) -> None:
    with pytest.raises(MappingError, match=word):
        mapping(text)


def test_a_missing_column_is_named_with_those_there_are() -> None:
    with pytest.raises(MappingError, match="'kWh'; it has date, MWh"):
        read(STEEL, "date,MWh\n")
    with pytest.raises(MappingError, match=r"\{phase\}"):
        read(mapping("series: [{point: 'A-{phase}'}]"), "at,value\n")


def test_files_globs_gzip_and_archives_give_the_same_lines(tmp_path: Path) -> None:
    text = "a,b\n1,2\n"
    (tmp_path / "x.csv").write_text(text)
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(text.encode()))
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        for name in ("in/x.csv", "in/readme.txt"):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    read_bytes: list[int] = []
    paths = expand([str(tmp_path / "x.*")])
    sources = open_all(paths, members=("*.csv",), encoding="utf-8", progress=read_bytes.append)
    found = [(source.path, source.lines.read()) for source in sources]
    folder = tmp_path.as_posix()
    assert found == [(f"{folder}/x.csv", text), (f"{folder}/x.csv", text), ("in/x.csv", text)]
    assert sum(read_bytes) >= sum(path.stat().st_size for path in paths) - 1024  # tar's padding


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        expand([str(tmp_path / "*.csv")])
    with pytest.raises(SourceError, match="does not end like"):
        names_in("b{n}.csv", "a/c7.csv")
    (tmp_path / "bad.tar.gz").write_bytes(b"nothing of the kind")
    with pytest.raises(SourceError, match="cannot be read"):
        list(open_all([tmp_path / "bad.tar.gz"], members=("*",), encoding="utf-8"))
