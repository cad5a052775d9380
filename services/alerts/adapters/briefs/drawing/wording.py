"""Labels broken into lines that fit: Chinese anywhere, other scripts between words."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from services.alerts.adapters.briefs.drawing.paper import width_of

_PIECE = re.compile(r"[\x21-\x7e\u00c0-\u024f]+\s*|.\s*")
_CUT = "…"


@lru_cache(maxsize=2048)
def wrapped(text: str, lines: int, size: float) -> tuple[str, ...] | None:
    """The text in so many lines of about the same width; None where it has too few pieces."""
    pieces = _PIECE.findall(text)
    if len(pieces) < lines:
        return None
    if lines <= 1:
        return (text,)
    ends = [0.0]
    for piece in pieces:
        ends.append(ends[-1] + width_of(piece.rstrip(), size) + 0.3 * size * piece.endswith(" "))
    cuts = (0, *_cuts(ends, lines), len(pieces))
    return tuple("".join(pieces[begin:end]).strip() for begin, end in pairwise(cuts))


def _cuts(ends: Sequence[float], lines: int) -> tuple[int, ...]:
    """Where to break so that the widest line is the narrowest; earlier lines the longer ones."""
    last = len(ends) - 1
    best: dict[int, tuple[float, tuple[int, ...]]] = {n: (ends[n], ()) for n in range(1, last + 1)}
    for _ in range(1, lines):
        best = {
            end: min(
                (
                    (max(wide, ends[end] - ends[cut]), (*cuts, cut))
                    for cut, (wide, cuts) in best.items()
                    if cut < end
                ),
                key=lambda choice: (choice[0], [-cut for cut in choice[1]]),
            )
            for end in range(min(best) + 1, last + 1)
        }
    return best[last][1]


@lru_cache(maxsize=2048)
def fitted(
    text: str, width: float, sizes: tuple[float, ...], most: int
) -> tuple[tuple[str, ...], float]:
    """The text in lines no wider than that (mm), as large as it goes; cut where nothing fits.

    sizes: in points, the best first. most: lines.
    """
    for size in sizes:
        for lines in range(1, most + 1):
            found = wrapped(text, lines, size)
            if found and max(width_of(line, size) for line in found) <= width:
                return found, size
    size = sizes[-1]
    return _cut(text, width, size, most), size


def _cut(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """As much of the text as goes into the lines, letter by letter."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        taken = next((n for n in range(len(rest), 1, -1) if width_of(rest[:n], size) <= width), 1)
        lines.append(rest[:taken].strip())
        rest = rest[taken:].lstrip()
    if rest:
        line = lines[-1]
        while len(line) > 1 and width_of(line + _CUT, size) > width:
            line = line[:-1]
        lines[-1] = line + _CUT
    return tuple(lines)
