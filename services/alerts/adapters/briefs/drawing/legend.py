"""What the colours and patterns mean: a row of samples and words, in more lines where needed."""

from collections.abc import Sequence

from services.alerts.adapters.briefs.drawing.palette import INK, RULE, tone
from services.alerts.adapters.briefs.drawing.paper import ASCENT, POINT, Paper, clean, width_of
from services.alerts.domain.briefs.document import Colour

Entry = tuple[Colour, str]

SIZE = 8.0
_SAMPLE, _TALL = 5.0, 2.8
_GAP, _APART, _LINE = 1.4, 6.0, 5.2


def height(entries: Sequence[Entry], width: float) -> float:
    """How much the legend takes from below, in millimetres."""
    return _LINE * len(_rows(entries, width)) + 1.0 if entries else 0.0


def draw(paper: Paper, entries: Sequence[Entry], left: float, bottom: float, width: float) -> None:
    """Its lines centred in the width, above the bottom."""
    rows = _rows(entries, width)
    for number, row in enumerate(rows):
        y = bottom + (len(rows) - 1 - number) * _LINE + 0.8
        x = left + (width - _wide(row)) / 2
        for colour, word in row:
            paper.box(x, y, _SAMPLE, _TALL, tone(colour), linewidth=0.4, edgecolor=RULE)
            base = y + _TALL / 2 - (ASCENT - 0.5) * SIZE * POINT
            paper.text(x + _SAMPLE + _GAP, base, word, size=SIZE, colour=INK)
            x += _one(word) + _APART


def _rows(entries: Sequence[Entry], width: float) -> list[list[Entry]]:
    rows: list[list[Entry]] = []
    for colour, words in entries:
        entry = (colour, clean(words))
        if rows and _wide([*rows[-1], entry]) <= width:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def _wide(row: Sequence[Entry]) -> float:
    return sum(_one(word) for _, word in row) + _APART * (len(row) - 1)


def _one(word: str) -> float:
    return _SAMPLE + _GAP + width_of(word, SIZE)
