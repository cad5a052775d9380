"""The inset with the islands of the South China Sea (南海诸岛) that a map of China has."""

import numpy as np
from matplotlib.patches import Polygon

from services.alerts.adapters.briefs.drawing.palette import MUTED
from services.alerts.adapters.briefs.drawing.paper import Paper
from services.alerts.adapters.briefs.drawing.projection import Frame

# From ECharts 4.9.0 (Apache-2.0), lib/coord/geo/fix/nanhai.js: x to the right, y down, 64 by 93.
_SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    (
        *((0, 3.5), (7, 11.2), (15, 11.9), (30, 7), (42, 0.7), (52, 0.7), (56, 7.7)),
        *((59, 0.7), (64, 0.7), (64, 0), (5, 0), (0, 3.5)),
    ),
    ((13, 16.1), (19, 14.7), (16, 21.7), (11, 23.1), (13, 16.1)),
    ((12, 32.2), (14, 38.5), (15, 38.5), (13, 32.2), (12, 32.2)),
    ((16, 47.6), (12, 53.2), (13, 53.2), (18, 47.6), (16, 47.6)),
    ((6, 64.4), (8, 70), (9, 70), (8, 64.4), (6, 64.4)),
    ((23, 82.6), (29, 79.8), (30, 79.8), (25, 82.6), (23, 82.6)),
    ((37, 70.7), (43, 62.3), (44, 62.3), (39, 70.7), (37, 70.7)),
    ((48, 51.1), (51, 45.5), (53, 45.5), (50, 51.1), (48, 51.1)),
    ((51, 35), (51, 28.7), (53, 28.7), (53, 35), (51, 35)),
    ((52, 22.4), (55, 17.5), (56, 17.5), (53, 22.4), (52, 22.4)),
    ((58, 12.6), (62, 7), (63, 7), (60, 12.6), (58, 12.6)),
    (
        *((0, 3.5), (0, 93.1), (64, 93.1), (64, 0), (63, 0), (63, 92.4), (1, 92.4)),
        *((1, 3.5), (0, 3.5)),
    ),
)
_WIDE, _TALL = 64.0, 93.1
_HEIGHT_MM = 22.0


def draw(paper: Paper, frame: Frame) -> None:
    """The inset in the lower right corner of a map's frame."""
    scale = _HEIGHT_MM / _TALL
    corner = np.array((frame.left + frame.width - _WIDE * scale, frame.bottom + _HEIGHT_MM))
    for shape in _SHAPES:
        points = np.array(shape) * (scale, -scale) + corner
        paper.shape(Polygon(points, facecolor=MUTED, edgecolor="none", linewidth=0, zorder=3))


def room(frame: Frame) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of the inset, which labels leave free."""
    wide = _WIDE * _HEIGHT_MM / _TALL
    return frame.left + frame.width - wide, frame.bottom, wide, _HEIGHT_MM
