"""What was read, as leaves: each says the address and the place in its answer that holds it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote, urlencode

from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, Source, leaf
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.ports.book_sums import BookSum
from shared.model.catalogue import Attributes, Flow
from shared.model.instants import hour_iso
from shared.model.period import Period

ESTIMATED = Label("含估算数据", "partly estimated")
PRELIMINARY = Label("初步核算数", "preliminary")

_FLOWS: Mapping[str, tuple[str, str]] = {
    Flow.IMPORT: ("购入", "in"),
    Flow.EXPORT: ("外供", "out"),
    Flow.CONVERSION_OUTPUT: ("加工转换产出", "given out by conversion"),
    Flow.CONVERSION_INPUT: ("加工转换投入", "put into conversion"),
    Flow.FEEDSTOCK: ("用作原料", "as feedstock"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where books of one subject are read: what addresses and labels are made of."""

    subject: str
    period: Period
    as_of: int
    carriers: Mapping[str, Attributes]

    def label(self, carrier: str, flow: str) -> Label:
        """The carrier's name with the way it goes."""
        attributes = self.carriers.get(carrier, {})
        zh, en = _FLOWS.get(flow, (flow, flow))
        name = attributes.get("name") or carrier
        english = str(attributes.get("name_en") or carrier).replace("-", " ")
        return Label(f"{name}{zh}量", f"{english} {en}")

    def unit(self, carrier: str) -> str:
        """The unit in which the carrier is kept."""
        return str(self.carriers.get(carrier, {}).get("unit") or "")


def book_leaf(shelf: Shelf, carrier: str, flow: str, rows: Iterable[BookSum]) -> Figure:
    """A quantity of the books. The address answers with this one book, summed over the period."""
    listed = tuple(rows)
    estimated = amount(listed, "estimated")
    source = Source(
        kind=LeafKind.BOOK,
        href=book_href(shelf, carrier, flow),
        pointer="/items/0/total/quantity",
        notes={"estimated": exact(estimated) or ""} if estimated else {},
    )
    return leaf(
        shelf.label(carrier, flow),
        amount(listed),
        shelf.unit(carrier),
        source,
        flags=(ESTIMATED,) if estimated else (),
    )


def book_href(shelf: Shelf, carrier: str, flow: str) -> str:
    """The address of one book over one period as of one commit."""
    query = {
        "carrier": carrier,
        "flow": flow,
        "from": hour_iso(shelf.period.first_hour),
        "to": hour_iso(shelf.period.end_hour),
        "step": "total",
        "as_of": f"commit:{shelf.as_of}",
    }
    return f"/v1/books/{quote(shelf.subject, safe=':')}?{urlencode(query, safe=':')}"


def amount(rows: Iterable[BookSum], column: str = "quantity") -> Fraction:
    """The sum of lanes of whatever scales."""
    return sum(
        (Fraction(getattr(row, column), 10**row.lane.scale) for row in rows), start=Fraction(0)
    )


def grouped(rows: Sequence[BookSum]) -> dict[tuple[str, str], list[BookSum]]:
    """Rows by carrier and flow."""
    found: dict[tuple[str, str], list[BookSum]] = {}
    for row in rows:
        found.setdefault((row.lane.carrier, row.lane.flow), []).append(row)
    return found
