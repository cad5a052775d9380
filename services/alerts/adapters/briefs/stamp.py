"""The instant that a form says it was made at: the document's own date, never the clock."""

import re
from datetime import UTC, datetime

from services.alerts.domain.briefs.document import Document

_UNKNOWN = (2000, 1, 1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE = re.compile(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})")
_ENGLISH = re.compile(r"(\d{1,2})\s+([A-Za-z]{3})[A-Za-z]*\.?,?\s+(\d{4})")


def stamp(document: Document) -> datetime:
    """Midnight UTC of the date below the text; 2000-01-01 where none can be read from it."""
    year, month, day = _read(document.date)
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return datetime(*_UNKNOWN, tzinfo=UTC)


def _read(text: str) -> tuple[int, int, int]:
    if found := _CHINESE.search(text):
        year, month, day = found.groups()
        return int(year), int(month), int(day)
    if (found := _ENGLISH.search(text)) and found[2].lower() in _MONTHS:
        return int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1])
    return _UNKNOWN
