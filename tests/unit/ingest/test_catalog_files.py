"""Operators' files, good and bad: what is read, and every fault with its place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.adapters.files import read_file
from services.ingest.domain.catalogue.drafts import draft
from services.ingest.domain.catalogue.planning import Plan, describe, plan
from services.ingest.domain.catalogue.rows import Fault
from services.ingest.ports import File
from shared.model.catalogue import Catalogue, Entity, EntityKind
from shared.model.instants import BEGINNING_US, to_us

FOLDER = Path(__file__).parents[2] / "catalog"
BAD = sorted(path.name for path in (FOLDER / "bad").iterdir())


def files_in(folder: Path) -> list[File]:
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".csv"})
    return [File(name=path.name, text=path.read_text(encoding="utf-8")) for path in paths]


def planned(files: Sequence[File], catalogue: Catalogue | None = None) -> Plan:
    read = [read_file(file) for file in files]
    drafted = draft(row for part in read for row in part.rows)
    faults = [fault for part in read for fault in part.faults]
    return plan(catalogue or Catalogue(), drafted, faults, recorded_at=1)


def applied(catalogue: Catalogue, done: Plan) -> Catalogue:
    """The catalogue after the plan, with numbers given in order."""
    following = len(catalogue.entities) + 1
    changed: list[Entity] = []
    for change in done.changes:
        old = catalogue.get(change.kind, change.code)
        changed.append(
            Entity(
                kind=change.kind,
                code=change.code,
                number=old.number if old else following + len(changed),
                records=(*(old.records if old else ()), *change.records),
            )
        )
    return catalogue.with_entities(done.base + 1, changed)


def line_of(fault: Fault) -> str:
    column = f" {fault.column}" if fault.column else ""
    return f"{fault.file}:{fault.line}{column}: {fault.message}"


class TestBadFiles:
    @pytest.mark.parametrize("name", BAD)
    def test_every_fault_is_told_with_its_place(self, name: str) -> None:
        folder = FOLDER / "bad" / name
        expected = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
        done = planned(files_in(folder))
        assert [line_of(fault) for fault in done.faults] == expected
        assert done.changes == ()


class TestGoodFiles:
    def test_one_of_everything_is_taken(self) -> None:
        done = planned(files_in(FOLDER / "good"))
        assert [line_of(fault) for fault in done.faults] == []
        assert len(done.changes) == 15

    def test_the_same_files_again_change_nothing(self) -> None:
        catalogue = applied(Catalogue(), planned(files_in(FOLDER / "good")))
        again = planned(files_in(FOLDER / "good"), catalogue)
        assert (again.faults, again.changes) == ((), ())

    def test_one_file_alone_again_changes_nothing(self) -> None:
        catalogue = applied(Catalogue(), planned(files_in(FOLDER / "good")))
        for file in files_in(FOLDER / "good"):
            assert planned([file], catalogue).changes == ()

    def test_dates_begin_in_the_zone_of_the_region(self) -> None:
        catalogue = applied(Catalogue(), planned(files_in(FOLDER / "good")))
        member = catalogue.entities["member:park-a/91150203MA0DEM001G"]
        assert member.timeline()[0].start == to_us(datetime(2023, 12, 31, 16, tzinfo=UTC))

    def test_a_multiplier_may_change_within_an_hour(self) -> None:
        catalogue = applied(Catalogue(), planned(files_in(FOLDER / "good")))
        before, after = catalogue.entities["point:main"].timeline()
        assert (before.start, before.attributes["multiplier"]) == (BEGINNING_US, "1")
        assert after.start == to_us(datetime(2026, 5, 1, 2, 20, tzinfo=UTC))
        assert after.attributes["multiplier"] == "1.5"

    def test_what_is_not_stated_has_its_default(self) -> None:
        catalogue = applied(Catalogue(), planned(files_in(FOLDER / "good")))
        main = catalogue.entities["point:main"].latest()
        assert (main["unit"], main["flow"], main["stamp"]) == ("kWh", "import", "end")
        assert (main["name"], main["counted"]) == ("main", True)

    def test_enterprises_are_public_only_where_they_say_so(self) -> None:
        catalogue = applied(Catalogue(), planned(files_in(FOLDER / "good")))
        firms = {one.code: one.latest() for one in catalogue.of_kind(EntityKind.ENTERPRISE)}
        assert firms["91150203MA0DEM001G"]["public"] is True
        # As in catalogues of before there was such a column.
        assert "public" not in firms["91150203MA0DEM002K"]

    def test_a_point_counted_below_a_counted_one_is_noted(self) -> None:
        notes = planned(files_in(FOLDER / "good")).notes
        assert len(notes) == 1
        assert "furnace" in notes[0]


REGION = (
    "regions: [{code: 150000, name: 内蒙古自治区}]\ncarriers: [{code: heat, name: 热, unit: GJ}]\n"
)
POINT = "code,owner,carrier,kind,decimals,interval_s,multiplier,valid_from\n"


def known(points: str) -> Catalogue:
    files = [File(name="a.yaml", text=REGION), File(name="points.csv", text=POINT + points)]
    done = planned(files)
    assert done.faults == ()
    return applied(Catalogue(), done)


def points(rows: str) -> list[File]:
    return [File(name="points.csv", text=POINT + rows)]


class TestChanges:
    def test_what_is_fixed_stays_for_life(self) -> None:
        catalogue = known("a,region:150000,heat,register,1,60,,\n")
        done = planned(points("a,region:150000,heat,register,2,60,,\n"), catalogue)
        assert [fault.column for fault in done.faults] == ["decimals"]
        assert "give the changed point a new code" in done.faults[0].message

    def test_a_finer_multiplier_needs_a_new_point(self) -> None:
        catalogue = known("a,region:150000,heat,register,1,60,2,\n")
        done = planned(
            points("a,region:150000,heat,register,1,60,2.5,2026-01-01T00:00:00Z\n"), catalogue
        )
        assert [fault.column for fault in done.faults] == ["multiplier"]

    def test_decimals_of_the_multiplier_are_those_of_all_rows_of_the_import(self) -> None:
        catalogue = known(
            "a,region:150000,heat,register,1,60,2,\n"
            "a,region:150000,heat,register,1,60,2.25,2026-01-01T00:00:00Z\n"
        )
        assert catalogue.entities["point:a"].latest()["multiplier_decimals"] == 2

    def test_an_older_file_takes_back_nothing_that_was_stated_later(self) -> None:
        first = "a,region:150000,heat,register,1,60,2,\n"
        catalogue = known(first)
        later = planned(
            points("a,region:150000,heat,register,1,60,3,2026-01-01T00:00:00Z\n"), catalogue
        )
        catalogue = applied(catalogue, later)
        assert planned(points(first), catalogue).changes == ()

    def test_a_change_is_described(self) -> None:
        catalogue = known("a,region:150000,heat,register,1,60,2,\n")
        done = planned(
            points("a,region:150000,heat,register,1,60,3,2026-01-01T00:00:00Z\n"), catalogue
        )
        text = describe(catalogue, done.changes[0])
        assert text == "point a from 2026-01-01T00:00:00Z: multiplier: 2 -> 3"

    def test_ending_what_others_need_is_refused(self) -> None:
        catalogue = known("a,region:150000,heat,register,1,60,2,2026-01-01T00:00:00Z\n")
        text = "code,name,valid_to\n150000,内蒙古自治区,2025-01-01T00:00:00Z\n"
        done = planned([File(name="regions.csv", text=text)], catalogue)
        assert [fault.line for fault in done.faults] == [2]
        assert done.faults[0].message.startswith("would break point a: region 150000 exists until")

    def test_units_may_be_added_and_never_changed(self) -> None:
        catalogue = known("")
        more = "carriers: [{code: heat, name: 热, unit: GJ, units: MJ=0.001}]"
        added = planned([File(name="c.yaml", text=more)], catalogue)
        assert added.faults == ()
        catalogue = applied(catalogue, added)
        other = planned([File(name="c.yaml", text=more.replace("0.001", "0.01"))], catalogue)
        assert [fault.column for fault in other.faults] == ["units"]

    def test_a_renamed_region_is_one_change_of_one_entity(self) -> None:
        catalogue = known("a,region:150000,heat,register,1,60,2,\n")
        done = planned(
            [File(name="r.yaml", text="regions: [{code: 150000, name: 内蒙古}]")], catalogue
        )
        assert [(change.kind, change.code) for change in done.changes] == [
            (EntityKind.REGION, "150000")
        ]
        assert describe(catalogue, done.changes[0]).endswith("name: 内蒙古自治区 -> 内蒙古")


class TestCsvOfSeveralKinds:
    def test_the_column_entity_names_the_kind(self) -> None:
        text = (
            "entity,code,name,unit,kind,parent\n"
            "carrier,heat,热,GJ,energy,\n"
            "region,150000,内蒙古自治区,,,\n"
            "region,150100,呼和浩特市,,,150000\n"
        )
        done = planned([File(name="all.csv", text=text)])
        assert [line_of(fault) for fault in done.faults] == []
        assert [change.code for change in done.changes] == ["heat", "150000", "150100"]

    def test_lines_are_counted_through_quoted_cells(self) -> None:
        text = 'code,name,parent\n150000,"内蒙\n古",\n990000,x,\n'
        done = planned([File(name="regions.csv", text=text)])
        assert [(fault.line, fault.column) for fault in done.faults] == [(2, "name"), (4, "code")]
