"""Admission: which reading is taken, and why another is not."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.adapters.bodies.rows import Rows
from services.ingest.domain.admission import texts
from services.ingest.domain.admission.admission import REASONS, Offer, Reason, Verdict, admit
from services.ingest.domain.admission.explaining import counts, refusals
from services.ingest.domain.admission.points import PointTable
from shared.contracts.readings import partition_of
from shared.model.catalogue import EntityKind
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US, SECOND_US, to_us
from shared.model.readings import Mark
from tests.unit.ingest.points import (
    OTHER,
    OWNER,
    PARTITIONS,
    always,
    entity,
    point,
    table_of,
)

NOW = to_us(datetime(2026, 3, 2, 12, tzinfo=UTC))
SPLIT = to_us(datetime(2026, 2, 1, tzinfo=UTC))
END = to_us(datetime(2026, 3, 1, tzinfo=UTC))


def the_table() -> PointTable:
    kind = EntityKind.POINT
    return table_of(
        entity(kind, "register", 11, always(point())),
        entity(kind, "interval", 12, always(point(kind="interval"))),
        entity(kind, "shanghai", 13, always(point(kind="interval", zone="Asia/Shanghai"))),
        entity(kind, "london", 14, always(point(kind="interval", zone="Europe/London"))),
        entity(kind, "daily", 15, always(point(kind="interval", zone="+08:00", interval_s=86400))),
        entity(kind, "digits", 16, always(point(digits=4))),
        entity(kind, "mwh", 17, always(point(unit="MWh", multiplier="1.5", multiplier_decimals=1))),
        entity(kind, "theirs", 18, always(point(owner=OTHER))),
        entity(
            kind,
            "dated",
            19,
            (BEGINNING_US, SPLIT, point(kind="interval", interval_s=3600)),
            (SPLIT, END, point(kind="interval", interval_s=900)),
        ),
    )


TABLE = the_table()


def judged(rows: Sequence[dict[str, Any]], **more: Any) -> Verdict:
    return admit(offer_of(rows), TABLE, more.get("allowed"), NOW)


def offer_of(rows: Sequence[dict[str, Any]]) -> Offer:
    columns = {
        name: [row.get(name) for row in rows] for name in ("value", "unit", "quality", "revision")
    }
    return Rows(
        point=[row.get("point", "register") for row in rows],
        at=[row.get("at", "2026-03-02T08:00:00Z") for row in rows],
        value=columns["value"],
        unit=columns["unit"],
        quality=columns["quality"],
        revision=columns["revision"],
    ).offer()


def reasons(verdict: Verdict) -> list[str]:
    return [REASONS[code].value for code in verdict.reason]


class TestReasons:
    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ({"value": "1.25"}, Reason.ADMITTED),
            ({"point": "nobody", "value": "1"}, Reason.UNKNOWN_POINT),
            ({"value": "1", "at": "yesterday"}, Reason.BAD_INSTANT),
            ({"value": "1", "at": "1969-12-31T23:59:59Z"}, Reason.BAD_INSTANT),
            ({"value": "1", "at": "2026-03-02T08:00:00"}, Reason.NO_ZONE),
            ({"value": "1", "at": "2026-03-02T12:00:01Z"}, Reason.FUTURE),
            ({"value": "1", "at": "2026-03-02T20:00:00+08:00"}, Reason.ADMITTED),
            ({"value": "1", "unit": "kWh"}, Reason.ADMITTED),
            ({"value": "1", "unit": "MWh"}, Reason.WRONG_UNIT),
            ({"value": "1", "unit": "apples"}, Reason.WRONG_UNIT),
            ({"value": "1", "quality": "bad"}, Reason.ADMITTED),
            ({"value": "1", "quality": "so so"}, Reason.BAD_QUALITY),
            ({"value": "1", "revision": "2147483648"}, Reason.ADMITTED),
            ({"value": "1", "revision": "2147483649"}, Reason.BAD_REVISION),
            ({"value": "1", "revision": "-1"}, Reason.BAD_REVISION),
            ({"value": "1", "revision": "1.5"}, Reason.BAD_REVISION),
            ({"value": None}, Reason.NULL_WITHOUT_REVISION),
            ({"value": None, "revision": "0"}, Reason.NULL_WITHOUT_REVISION),
            ({"value": None, "revision": "1"}, Reason.ADMITTED),
            ({"value": "one"}, Reason.NOT_A_NUMBER),
            ({"value": "-0.01"}, Reason.NEGATIVE),
            ({"value": "1.234"}, Reason.TOO_FINE),
            ({"value": "1.230"}, Reason.ADMITTED),
            ({"value": "1" + "0" * 17}, Reason.TOO_LARGE),
            ({"point": "digits", "value": "9999.99"}, Reason.ADMITTED),
            ({"point": "digits", "value": "10000"}, Reason.TOO_LARGE),
            ({"point": "mwh", "value": "1" + "0" * 13}, Reason.TOO_LARGE),
            ({"point": "interval", "value": "10000000000000.01"}, Reason.TOO_LARGE),
            ({"point": "interval", "value": "1", "at": "2026-03-02T08:01:00Z"}, Reason.OFF_GRID),
            ({"point": "shanghai", "value": "1", "at": "2026-03-02T08:15:00"}, Reason.ADMITTED),
            ({"point": "shanghai", "value": "1", "at": "2026-03-02T21:15:00"}, Reason.FUTURE),
            ({"point": "london", "value": "1", "at": "2025-03-30T01:30:00"}, Reason.BAD_INSTANT),
            ({"point": "london", "value": "1", "at": "2025-10-26T01:30:00"}, Reason.ADMITTED),
            ({"point": "daily", "value": "1", "at": "2026-03-01T16:00:00Z"}, Reason.ADMITTED),
            ({"point": "daily", "value": "1", "at": "2026-03-02T00:00:00Z"}, Reason.OFF_GRID),
            ({"point": "dated", "value": "1", "at": "2026-01-31T23:15:00Z"}, Reason.OFF_GRID),
            ({"point": "dated", "value": "1", "at": "2026-01-31T23:00:00Z"}, Reason.ADMITTED),
            ({"point": "dated", "value": "1", "at": "2026-02-01T00:15:00Z"}, Reason.ADMITTED),
            ({"point": "dated", "value": "1", "at": "2026-03-01T00:00:00Z"}, Reason.NOT_VALID_THEN),
        ],
    )
    def test_a_reading_meets_its_reason(self, row: dict[str, Any], reason: Reason) -> None:
        assert reasons(judged([row])) == [reason.value]

    def test_the_first_reason_counts(self) -> None:
        row = {"point": "register", "at": "2027-01-01T00:00:00Z", "value": "x", "unit": "t"}
        assert reasons(judged([row])) == ["future"]

    def test_every_refusal_has_a_sentence(self) -> None:
        rows = [{"point": "nobody", "value": "1"}, {"value": "1.234"}, {"value": "x"}]
        verdict = judged(rows)
        told = refusals(offer_of(rows), verdict, TABLE, np.arange(3))
        assert [item["reason"] for item in told] == ["unknown-point", "too-fine", "not-a-number"]
        assert told[0]["point"] == "nobody"
        assert "2 decimals" in told[1]["detail"]
        assert counts(verdict) == {"unknown-point": 1, "not-a-number": 1, "too-fine": 1}


class TestOwners:
    def test_a_sender_sends_for_its_owners_only(self) -> None:
        allowed = np.array([[owner == OWNER for owner in TABLE.owners]])
        verdict = judged([{"value": "1"}, {"point": "theirs", "value": "1"}], allowed=allowed)
        assert reasons(verdict) == ["admitted", "not-yours"]

    def test_rows_of_several_senders_are_judged_by_their_own(self) -> None:
        allowed = np.array([[o == OWNER for o in TABLE.owners], [o == OTHER for o in TABLE.owners]])
        offer = Offer(
            point=texts.of(["register", "theirs", "register", "theirs"]),
            at=texts.of(["2026-03-02T08:00:00Z"] * 4),
            value=texts.of(["1"] * 4),
            sender=np.array([0, 0, 1, 1], np.int32),
        )
        verdict = admit(offer, TABLE, allowed, NOW)
        assert reasons(verdict) == ["admitted", "not-yours", "not-yours", "admitted"]


class TestColumns:
    def test_admitted_rows_carry_what_was_said(self) -> None:
        verdict = judged(
            [
                {"value": "1.5", "at": "2026-03-02T08:00:00.000001Z"},
                {"value": "x"},
                {"point": "theirs", "value": "7", "quality": "estimated", "revision": "3"},
                {"value": None, "revision": "1", "quality": "bad"},
            ]
        )
        admitted = verdict.admitted
        assert admitted.point.tolist() == [11, 18, 11]
        eight = to_us(datetime(2026, 3, 2, 8, tzinfo=UTC))
        assert admitted.at.tolist() == [eight + 1, eight, eight]
        assert admitted.value.tolist() == [150, 700, 0]
        assert admitted.revision.tolist() == [0, 3, 1]
        assert admitted.flags.tolist() == [0, Mark.ESTIMATED, Mark.NULL | Mark.BAD]
        expected = [partition_of(owner, PARTITIONS) for owner in (OWNER, OTHER, OWNER)]
        assert verdict.partition.tolist() == expected

    def test_a_catalogue_without_points_knows_none(self) -> None:
        offer = offer_of([{"value": "1"}])
        verdict = admit(offer, table_of(), None, NOW)
        assert reasons(verdict) == ["unknown-point"]
        assert len(verdict.admitted) == 0

    def test_no_rows_are_no_trouble(self) -> None:
        assert len(judged([]).admitted) == 0


class TestMeterChanges:
    def test_both_rows_are_taken_or_none(self) -> None:
        marks = np.tile(np.array([Mark.CHANGE_END, Mark.CHANGE_START], np.uint8), 3)
        marks[3] |= np.uint8(Mark.UNSTATED)
        offer = Offer(
            point=texts.of(["register"] * 4 + ["interval"] * 2),
            at=texts.of(["2026-03-02T08:00:00Z"] * 6),
            value=texts.of(["1", "x", "5", None, "1", "2"]),
            marks=marks,
            rows_per_item=2,
        )
        verdict = admit(offer, TABLE, None, NOW)
        assert reasons(verdict) == [
            *["not-a-number"] * 2,
            *["admitted"] * 2,
            *["not-a-register"] * 2,
        ]
        assert verdict.admitted.flags.tolist() == [
            Mark.CHANGE_END,
            Mark.CHANGE_START | Mark.UNSTATED,
        ]


class TestDatedPoints:
    @given(st.lists(st.integers(0, 59), min_size=1, max_size=30))
    def test_the_segment_in_force_then_decides(self, quarters: list[int]) -> None:
        instants = [SPLIT - 8 * HOUR_US + quarter * 900 * SECOND_US for quarter in quarters]
        offer = offer_of(
            [
                {
                    "point": "dated" if quarter % 3 else "register",
                    "value": "1",
                    "at": datetime.fromtimestamp(instant / SECOND_US, UTC).isoformat(),
                }
                for quarter, instant in zip(quarters, instants, strict=True)
            ]
        )
        expected = [
            "off-grid" if quarter % 3 and instant < SPLIT and instant % HOUR_US else "admitted"
            for quarter, instant in zip(quarters, instants, strict=True)
        ]
        assert reasons(admit(offer, TABLE, None, NOW)) == expected


def test_forever_is_the_end_of_an_open_segment() -> None:
    assert TABLE.segments.end[0] == FOREVER_US
