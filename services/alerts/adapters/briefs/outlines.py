"""Outlines of regions: ECharts' map files, decoded into rings of longitude and latitude.

ECharts packs a ring into a string: each two characters are the zigzag-coded difference to the point
before, in 1/1024 of a degree (`UTF8Encoding`, `encodeOffsets`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.alerts.adapters.briefs import assets

Ring: TypeAlias = NDArray[np.float64]
"""n × 2: longitude and latitude in degrees, or millimetres on paper; ends where it begins."""

_SCALE = 1024
_ZERO = 64
_FEWEST = 4
"""Points of a ring that encloses something, the last being the first."""

COUNTRY = "100000"
_FILES: Mapping[str, str] = {
    COUNTRY: "china",
    "110000": "province/beijing",
    "120000": "province/tianjin",
    "130000": "province/hebei",
    "140000": "province/shanxi",
    "150000": "province/neimenggu",
    "210000": "province/liaoning",
    "220000": "province/jilin",
    "230000": "province/heilongjiang",
    "310000": "province/shanghai",
    "320000": "province/jiangsu",
    "330000": "province/zhejiang",
    "340000": "province/anhui",
    "350000": "province/fujian",
    "360000": "province/jiangxi",
    "370000": "province/shandong",
    "410000": "province/henan",
    "420000": "province/hubei",
    "430000": "province/hunan",
    "440000": "province/guangdong",
    "450000": "province/guangxi",
    "460000": "province/hainan",
    "500000": "province/chongqing",
    "510000": "province/sichuan",
    "520000": "province/guizhou",
    "530000": "province/yunnan",
    "540000": "province/xizang",
    "610000": "province/shanxi1",
    "620000": "province/gansu",
    "630000": "province/qinghai",
    "640000": "province/ningxia",
    "650000": "province/xinjiang",
    "710000": "province/taiwan",
    "810000": "province/xianggang",
    "820000": "province/aomen",
}
"""Codes of GB/T 2260 and what ECharts calls their files."""

_CODES_NOW: Mapping[str, str] = {
    "371200": "370100",  # 莱芜, part of 济南 since 2019
    "500228": "500155",  # 梁平
    "500232": "500156",  # 武隆
    "542400": "540600",  # 那曲
    "652200": "650500",  # 哈密
    "山南市": "540500",
    "崇明区": "310151",
}
"""Of regions that the files give an older code or none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """One region: its six-digit code ("" where the file gives none), name and closed rings.

    Rings of holes are among the rings: a point is inside when an odd number of rings holds it.
    """

    code: str
    name: str
    rings: tuple[Ring, ...]


def parts_of(region: str) -> tuple[Outline, ...]:
    """The outlines of the parts of a province, or of the country; none where no map is known.

    Raises AssetMissing where the maps are not installed, ValueError where a map is not readable.
    """
    name = _FILES.get(region)
    return _read(assets.outline(f"{name}.json")) if name else ()


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Outline, ...]:
    try:
        return _as_of_today(decode(msgspec.json.decode(path.read_bytes())))
    except (KeyError, TypeError, IndexError, msgspec.MsgspecError) as error:
        raise ValueError(f"{path} is not a map as ECharts writes them: {error!r}") from error


def _as_of_today(outlines: Sequence[Outline]) -> tuple[Outline, ...]:
    """With today's codes; what has been joined since is one region."""
    found: dict[str, Outline] = {}
    for number, outline in enumerate(outlines):
        code = _CODES_NOW.get(outline.code or outline.name, outline.code)
        key = code or f"without a code {number}"
        before = found.get(key)
        name, rings = (before.name, before.rings) if before else (outline.name, ())
        found[key] = Outline(code=code, name=name, rings=(*rings, *outline.rings))
    return tuple(found.values())


def decode(collection: Mapping[str, Any]) -> tuple[Outline, ...]:
    """A collection of features, packed or plain GeoJSON, as outlines."""
    packed = bool(collection.get("UTF8Encoding"))
    features = (feature for feature in collection["features"] if feature.get("geometry"))
    found = (_outline(feature, packed) for feature in features)
    return tuple(outline for outline in found if outline.rings)


def _outline(feature: Mapping[str, Any], packed: bool) -> Outline:
    geometry = feature["geometry"]
    polygons = geometry["coordinates"]
    offsets = geometry.get("encodeOffsets")
    if geometry["type"] == "Polygon":
        polygons, offsets = [polygons], [offsets]
    properties = feature.get("properties") or {}
    rings = (
        unpack(ring, offsets[number][place]) if packed else np.array(ring, dtype=np.float64)
        for number, polygon in enumerate(polygons)
        for place, ring in enumerate(polygon)
    )
    return Outline(
        code=str(feature.get("id") or properties.get("id") or ""),
        name=str(properties.get("name") or ""),
        rings=tuple(ring for ring in map(_closed, rings) if len(ring) >= _FEWEST),
    )


def unpack(text: str, offset: Sequence[int]) -> Ring:
    """A packed ring's points in degrees; offset is the point before the first, packed likewise."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    numbers = units.astype(np.int64) - _ZERO
    steps = (numbers >> 1) ^ -(numbers & 1)
    points = np.cumsum(steps.reshape(-1, 2), axis=0) + np.array(offset, dtype=np.int64)
    return np.asarray(points / _SCALE, dtype=np.float64)


def _closed(ring: Ring) -> Ring:
    return ring if np.array_equal(ring[0], ring[-1]) else np.vstack((ring, ring[:1]))
