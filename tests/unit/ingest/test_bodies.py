"""Bodies: the quick way gives what the plain way gives, however the JSON is written."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.adapters.bodies import changes, plain
from services.ingest.adapters.bodies.reader import BodyReader
from services.ingest.adapters.bodies.shape import shape_of
from services.ingest.domain.admission.admission import Offer
from services.ingest.ports import Body, Format, UnreadableBody
from shared.model.readings import Mark

ROW = {"point": "p1", "at": "2026-03-02T00:05:00+08:00", "value": "12.5"}
COLUMNS = ("point", "at", "value", "unit", "quality", "revision")


def rows_of(offer: Offer) -> list[tuple[str | None, ...]]:
    columns = [getattr(offer, name) for name in COLUMNS]
    return [
        tuple(None if column is None else column.text(index) for column in columns)
        for index in range(len(offer))
    ]


def decoded(bodies: Sequence[Body]) -> dict[int, list[tuple[str | None, ...]] | None]:
    """The rows of each body, None for an unreadable one."""
    result = BodyReader()(bodies)
    found: dict[int, list[tuple[str | None, ...]] | None] = dict.fromkeys(result.unreadable)
    for part in result.parts:
        rows = rows_of(part.offer)
        for body, count in zip(part.bodies, part.rows, strict=True):
            found[body], rows = rows[:count], rows[count:]
    return found


def plainly(body: Body) -> list[tuple[str | None, ...]] | None:
    try:
        return rows_of(plain.read(body).offer())
    except UnreadableBody:
        return None


def json_body(value: Any, **how: Any) -> Body:
    return Body(format=Format.JSON, data=json.dumps(value, ensure_ascii=False, **how).encode())


CODES = st.sampled_from(["p1", "meter-000017", "边界 1", "", 'q"uote', "back\\slash", "{[,]}"])
VALUES = st.sampled_from(["1", "12.50", "", None, "x", 5, 1.25, 0])
AT = st.sampled_from(["2026-03-02T00:05:00Z", "2026-03-02T00:05:00+08:00", "nonsense"])
EXTRA: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"unit": "kWh"},
        {"quality": "bad", "revision": 3},
        {"revision": "2", "note": "seen"},
        {"revision": None, "unit": None},
    ]
)


@st.composite
def readings(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows that mostly have one shape."""
    extra = draw(EXTRA)
    value = draw(st.sampled_from([VALUES, st.sampled_from(["1", "22.75"]), st.integers(0, 99)]))
    rows = draw(
        st.lists(st.fixed_dictionaries({"point": CODES, "at": AT, "value": value}), max_size=6)
    )
    return [{**row, **extra} for row in rows]


HOW = st.sampled_from(
    [{"separators": (",", ":")}, {}, {"indent": 2}, {"separators": (" , ", " : ")}]
)


class TestJson:
    @given(st.lists(st.tuples(readings(), HOW), min_size=1, max_size=5))
    def test_groups_of_bodies_are_read_as_each_alone(
        self, wanted: list[tuple[list[dict[str, Any]], dict[str, Any]]]
    ) -> None:
        bodies = [json_body(rows, **how) for rows, how in wanted]
        assert decoded(bodies) == {place: plainly(body) for place, body in enumerate(bodies)}

    @given(st.lists(readings(), min_size=1, max_size=4))
    def test_lines_are_read_as_each_alone(self, wanted: list[list[dict[str, Any]]]) -> None:
        bodies = [
            Body(format=Format.NDJSON, data="\n".join(map(json.dumps, rows)).encode())
            for rows in wanted
        ]
        assert decoded(bodies) == {place: plainly(body) for place, body in enumerate(bodies)}

    @given(readings(), st.integers(0, 400), st.sampled_from([*b'"{}[],:\\ 0n', None]))
    def test_a_damaged_body_is_read_as_plainly_and_harms_no_other(
        self, rows: list[dict[str, Any]], place: int, octet: int | None
    ) -> None:
        whole = json_body([ROW, *rows, ROW], separators=(",", ":"))
        place %= len(whole.data)
        middle = b"" if octet is None else bytes([octet])
        damaged = Body(
            format=Format.JSON, data=whole.data[:place] + middle + whole.data[place + 1 :]
        )
        good = json_body([ROW, ROW], separators=(",", ":"))
        found = decoded([good, damaged, good])
        assert found[0] == found[2] == plainly(good)
        assert found[1] == plainly(damaged)

    def test_usual_bodies_have_a_shape(self) -> None:
        for how in ({"separators": (",", ":")}, {}, {"indent": 1}):
            assert shape_of(Format.JSON, json_body([ROW, ROW], **how).data) is not None

    def test_numbers_keep_their_own_digits(self) -> None:
        data = b'[{"point":"p","at":"t","value":0.10000000000000000001,"revision":2}]'
        expected = [("p", "t", "0.10000000000000000001", None, None, "2")]
        assert decoded([Body(format=Format.JSON, data=data)]) == {0: expected}

    def test_an_object_with_readings_is_a_list_of_them(self) -> None:
        assert decoded([json_body({"readings": [ROW]})]) == decoded([json_body([ROW])])

    def test_columns_are_rows_point_by_point_without_nulls(self) -> None:
        body = json_body(
            {"points": ["a", "b"], "at": ["t", "u"], "values": [["1", None], [2, 3.5]]}
        )
        assert decoded([body]) == {
            0: [
                ("a", "t", "1", None, None, None),
                ("b", "t", "2", None, None, None),
                ("b", "u", "3.5", None, None, None),
            ]
        }

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"nonsense",
            b"[",
            b"[1]",
            b'[{"point":"p"}]',
            b'{"points":["a"],"at":["t"],"values":[]}',
            b'{"something":1}',
            b'[{"point":"p","at":"t","value":"1"},]',
            b'[{"point":"p","at":"t","value":"1"} {"point":"p","at":"t","value":"1"}]',
            b"[" * 100_000,
            b'[{"point":1,"at":"t","value":"1"}]',
        ],
    )
    def test_what_is_not_readings_is_unreadable(self, data: bytes) -> None:
        assert decoded([Body(format=Format.JSON, data=data)]) == {0: None}

    def test_too_many_are_not_read(self) -> None:
        for body in (json_body([ROW] * 3), json_body([ROW, {**ROW, "unit": "x"}, ROW])):
            result = BodyReader(most_items=2)([body])
            assert "at most 2" in str(result.unreadable[0])


class TestCsv:
    @given(
        st.lists(st.tuples(CODES, AT, st.sampled_from(["1", "2.5", ""])), max_size=5),
        st.sampled_from(["\n", "\r\n"]),
        st.booleans(),
    )
    def test_simple_tables_are_read_as_plainly(
        self, rows: list[tuple[str, str, str]], newline: str, last: bool
    ) -> None:
        simple = [row for row in rows if not set(row[0]) & set('",')]
        lines = ["point,at,value", *(",".join(row) for row in simple)]
        text = newline.join(lines) + (newline if last else "")
        body = Body(format=Format.CSV, data=text.encode())
        other = Body(format=Format.CSV, data=b"point,at,value\np,t,1\n")
        assert decoded([body, other]) == {0: plainly(body), 1: plainly(other)}

    def test_columns_may_stand_in_any_order(self) -> None:
        data = "\ufeffvalue,revision,at,point\n1,,t,p\n".encode()
        expected = [("p", "t", "1", None, None, None)]
        assert decoded([Body(format=Format.CSV, data=data)]) == {0: expected}

    @pytest.mark.parametrize(
        "text",
        ["", "point,at\np,t\n", "point,at,value,more\n", "point,at,value\np,t\n", "a,a\n", "\n\n"],
    )
    def test_what_is_no_table_of_readings_is_unreadable(self, text: str) -> None:
        assert decoded([Body(format=Format.CSV, data=text.encode())]) == {0: None}


class TestMeterChanges:
    def test_one_change_is_two_rows(self) -> None:
        data = b"""[{"point":"p","at":"t","old_end":9.5,"new_start":"0"},
                    {"point":"q","at":"t","new_start":null},
                    {"point":"r","at":"t","revision":2,"withdraw":true}]"""
        rows = changes.read(Body(format=Format.JSON, data=data, changes=True))
        assert rows.rows_per_item == 2
        assert rows.point == ["p", "p", "q", "q", "r", "r"]
        assert rows.value == ["9.5", "0", None, None, None, None]
        assert rows.marks is not None
        end, start = Mark.CHANGE_END, Mark.CHANGE_START
        assert rows.marks.tolist() == [
            end,
            start,
            end | Mark.UNSTATED,
            start | Mark.UNSTATED,
            end | Mark.NULL,
            start | Mark.NULL,
        ]

    def test_tables_and_lines_say_the_same(self) -> None:
        table = b"point,at,old_end,new_start,revision,withdraw\np,t,9.5,,2,\nr,t,,,3,true\n"
        lines = (
            b'{"point":"p","at":"t","old_end":"9.5","revision":2}\n'
            b'{"point":"r","at":"t","revision":3,"withdraw":true}\n'
        )
        one = changes.read(Body(format=Format.CSV, data=table, changes=True))
        other = changes.read(Body(format=Format.NDJSON, data=lines, changes=True))
        assert (one.point, one.value, one.revision) == (other.point, other.value, other.revision)
        assert one.marks is not None
        assert other.marks is not None
        assert one.marks.tolist() == other.marks.tolist()

    @pytest.mark.parametrize("data", [b"{}", b"[1]", b'[{"point":"p","at":"t","withdraw":1}]'])
    def test_what_is_no_change_is_unreadable(self, data: bytes) -> None:
        with pytest.raises(UnreadableBody):
            changes.read(Body(format=Format.JSON, data=data, changes=True))
