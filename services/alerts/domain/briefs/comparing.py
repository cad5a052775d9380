"""Two briefs side by side: the figures that they print otherwise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.alerts.domain.briefs.document import Document, Language
from services.alerts.domain.briefs.errata import changes
from services.alerts.domain.briefs.facts import Label

_NUMBER = re.compile(r"^[+−-]?[0-9][0-9,]*(?:\.[0-9]+)?%?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure that differs. change: b less a; None where that has no sense."""

    name: str
    label: Label
    where: Label
    a: str | None
    b: str | None
    change: str | None = None


def compare(a: Mapping[Language, Document], b: Mapping[Language, Document]) -> tuple[Compared, ...]:
    """Cells of tables, marks and sentences that differ, in the order of the briefs.

    Only languages that both have are looked at; without any there is nothing to compare.
    """
    shared = [language for language in Language if language in a and language in b]
    found = changes({one: a[one] for one in shared}, {one: b[one] for one in shared})
    return tuple(
        Compared(
            name=one.figure,
            label=one.label,
            where=one.where,
            a=one.old,
            b=one.new,
            change=_change(one.old, one.new),
        )
        for one in found
    )


def _change(a: str | None, b: str | None) -> str | None:
    if a is None or b is None or not _NUMBER.match(a) or not _NUMBER.match(b):
        return None
    change = _value(b) - _value(a)
    return f"{change:+f}" if change else f"{change:f}"


def _value(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-").rstrip("%"))
