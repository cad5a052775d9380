"""From longitude and latitude to millimetres: Albers' equal-area cone, as printed maps have it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.alerts.adapters.briefs.outlines import Outline, Ring

_FINENESS = 0.1
"""Millimetres: points closer than that are one on paper; neighbours' borders stay together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A rectangle of the paper, in millimetres."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """One region on paper: its code and its rings in millimetres."""

    code: str
    rings: tuple[Ring, ...]


def shape_of(outlines: Sequence[Outline]) -> float:
    """The height of a map for a width of one."""
    low, high = _corners(_projected(outlines))
    wide, tall = np.maximum(high - low, 1e-9)
    return float(tall / wide)


def laid_out(outlines: Sequence[Outline], frame: Frame) -> tuple[Place, ...]:
    """The regions in a frame, as large as they fit, in its middle."""
    flat = _projected(outlines)
    low, high = _corners(flat)
    extent = np.maximum(high - low, 1e-9)
    scale = min(frame.width / extent[0], frame.height / extent[1])
    centre = np.array((frame.left + frame.width / 2, frame.bottom + frame.height / 2))
    middle = (low + high) / 2
    return tuple(
        Place(
            code=outline.code,
            rings=tuple(_coarse((ring - middle) * scale + centre) for ring in rings),
        )
        for outline, rings in zip(outlines, flat, strict=True)
    )


def _projected(outlines: Sequence[Outline]) -> list[tuple[Ring, ...]]:
    low, high = _corners([outline.rings for outline in outlines])
    cone = _Cone(middle=float(low[0] + high[0]) / 2, south=float(low[1]), north=float(high[1]))
    return [tuple(cone.flat(ring) for ring in outline.rings) for outline in outlines]


def _corners(shapes: Sequence[tuple[Ring, ...]]) -> tuple[Ring, Ring]:
    points = np.concatenate([ring for rings in shapes for ring in rings])
    return points.min(axis=0), points.max(axis=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cone:
    """Albers: two parallels a sixth from the edges keep their length."""

    middle: float
    south: float
    north: float

    def flat(self, ring: Ring) -> Ring:
        sixth = (self.north - self.south) / 6
        first, second = np.sin(np.radians((self.south + sixth, self.north - sixth)))
        n = (first + second) / 2
        constant = 1 - first**2 + 2 * n * first
        angle = n * np.radians(ring[:, 0] - self.middle)
        radius = np.sqrt(constant - 2 * n * np.sin(np.radians(ring[:, 1]))) / n
        return np.column_stack((radius * np.sin(angle), -radius * np.cos(angle)))


def _coarse(ring: Ring) -> Ring:
    """Points rounded to the fineness of print; a point said twice is said once."""
    points = np.round(ring / _FINENESS) * _FINENESS
    new = np.append(True, np.any(points[1:] != points[:-1], axis=1))
    kept = points[new]
    return kept if len(kept) > 2 else points
