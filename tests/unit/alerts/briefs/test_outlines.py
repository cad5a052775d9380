"""Outlines: what ECharts packed comes out as the same points; every region is closed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Outer

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.outlines import COUNTRY, Outline, decode, parts_of, unpack

PROVINCES = (
    *("110000", "120000", "130000", "140000", "150000", "210000", "220000", "230000"),
    *("310000", "320000", "330000", "340000", "350000", "360000", "370000", "410000"),
    *("420000", "430000", "440000", "450000", "460000", "500000", "510000", "520000"),
    *("530000", "540000", "610000", "620000", "630000", "640000", "650000", "710000"),
    *("810000", "820000"),
)
WITHOUT_CODES = "710000"


def as_echarts_does(text: str, offset: list[int]) -> list[tuple[float, float]]:
    """decodePolygon of ECharts 4.9.0, line by line."""
    points = []
    previous_x, previous_y = offset
    for number in range(0, len(text), 2):
        x = ord(text[number]) - 64
        y = ord(text[number + 1]) - 64
        x = (x >> 1) ^ (-(x & 1))
        y = (y >> 1) ^ (-(y & 1))
        x += previous_x
        y += previous_y
        previous_x, previous_y = x, y
        points.append((x / 1024, y / 1024))
    return points


def packed(points: list[tuple[int, int]], offset: tuple[int, int]) -> str:
    text = ""
    before = offset
    for point in points:
        for now, then in zip(point, before, strict=True):
            step = now - then
            text += chr((step * 2 if step >= 0 else -step * 2 - 1) + 64)
        before = point
    return text


def holds(outline: Outline, point: tuple[float, float]) -> bool:
    return sum(Outer(ring).contains_point(point) for ring in outline.rings) % 2 == 1


def file_of(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(assets.outline(name).read_text(encoding="utf-8"))
    return read


class TestUnpack:
    @given(
        st.lists(st.tuples(st.integers(-2000, 2000), st.integers(-2000, 2000)), min_size=1),
        st.tuples(st.integers(70_000, 72_000), st.integers(15_000, 17_000)),
    )
    def test_gives_back_what_was_packed(
        self, steps: list[tuple[int, int]], offset: tuple[int, int]
    ) -> None:
        points = [(offset[0] + x, offset[1] + y) for x, y in steps]
        found = unpack(packed(points, offset), offset)
        assert [tuple(point) for point in found * 1024] == points

    @pytest.mark.parametrize("name", ["neimenggu", "qinghai", "hunan", "gansu"])
    def test_agrees_with_echarts(self, name: str) -> None:
        collection = file_of(f"province/{name}.json")
        for feature, outline in zip(collection["features"], decode(collection), strict=True):
            geometry = feature["geometry"]
            multi = geometry["type"] == "MultiPolygon"
            texts = geometry["coordinates"] if multi else [geometry["coordinates"]]
            offsets = geometry["encodeOffsets"] if multi else [geometry["encodeOffsets"]]
            theirs = [
                as_echarts_does(text, offset)
                for polygon, starts in zip(texts, offsets, strict=True)
                for text, offset in zip(polygon, starts, strict=True)
            ]
            assert len(theirs) == len(outline.rings)
            for ring, points in zip(outline.rings, theirs, strict=True):
                assert np.array_equal(ring[: len(points)], np.array(points))


class TestPartsOf:
    @pytest.mark.parametrize("region", [COUNTRY, *PROVINCES])
    def test_every_region_is_closed(self, region: str) -> None:
        outlines = parts_of(region)
        assert outlines
        for outline in outlines:
            assert outline.name
            for ring in outline.rings:
                assert len(ring) >= 4
                assert np.array_equal(ring[0], ring[-1])
                assert np.isfinite(ring).all()

    @pytest.mark.parametrize("region", [code for code in PROVINCES if code != WITHOUT_CODES])
    def test_parts_have_codes_of_their_province(self, region: str) -> None:
        codes = [outline.code for outline in parts_of(region)]
        assert len(codes) == len(set(codes))
        assert all(len(code) == 6 and code[:2] == region[:2] for code in codes)

    def test_the_country_has_its_provinces(self) -> None:
        assert {outline.code for outline in parts_of(COUNTRY)} == set(PROVINCES)

    @pytest.mark.parametrize(("region", "count"), [("150000", 12), ("630000", 8), ("430000", 14)])
    def test_provinces_have_their_parts(self, region: str, count: int) -> None:
        assert len(parts_of(region)) == count

    @pytest.mark.parametrize("name", ["neimenggu", "qinghai", "hunan"])
    def test_each_seat_lies_in_its_own_region_only(self, name: str) -> None:
        collection = file_of(f"province/{name}.json")
        outlines = decode(collection)
        for number, feature in enumerate(collection["features"]):
            seat = feature["properties"]["cp"]
            inside = [place for place, outline in enumerate(outlines) if holds(outline, seat)]
            assert inside == [number]

    def test_regions_have_the_codes_of_today(self) -> None:
        codes = {outline.code: outline.name for region in PROVINCES for outline in parts_of(region)}
        assert codes["540500"] == "山南市"
        assert codes["310151"] == "崇明区"
        assert not {"371200", "542400", "652200"} & codes.keys()
        (jinan,) = (outline for outline in parts_of("370000") if outline.code == "370100")
        assert holds(jinan, (117.68, 36.21))  # 莱芜

    @pytest.mark.parametrize("region", ["150200", "150203", "MADE-UP", ""])
    def test_others_have_no_map(self, region: str) -> None:
        assert parts_of(region) == ()

    def test_a_map_that_is_none_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "outlines/province").mkdir(parents=True)
        (tmp_path / "outlines/province/qinghai.json").write_text('{"type": "Topology"}')
        monkeypatch.setenv("QINGYU_ASSETS", str(tmp_path))
        with pytest.raises(ValueError, match=r"qinghai\.json is not a map as ECharts writes them"):
            parts_of("630000")


class TestDecode:
    def test_reads_plain_geojson_too(self) -> None:
        square = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
        hole = [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5]]
        collection = {
            "features": [
                {
                    "properties": {"id": "990100", "name": "甲"},
                    "geometry": {"type": "Polygon", "coordinates": [square, hole]},
                },
                {"properties": {"name": "乙"}, "geometry": None},
            ]
        }
        (found,) = decode(collection)
        assert (found.code, found.name) == ("990100", "甲")
        assert [len(ring) for ring in found.rings] == [5, 4]
        assert holds(found, (0.2, 0.2))
        assert not holds(found, (1.2, 0.8))
