"""All bodies of a group as columns: those of one shape together, the others one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.ingest.adapters.bodies import changes, plain
from services.ingest.ports import Body, Decoded, Part, UnreadableBody


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReader:
    """See Decode; a body of more than `most_items` is not read."""

    most_items: int = 20_000

    def __call__(self, bodies: Sequence[Body]) -> Decoded:
        """Every body is in one part or unreadable."""
        parts: list[Part] = []
        unreadable: dict[int, UnreadableBody] = {}
        for place, body in enumerate(bodies):
            try:
                parts.append(self._part(place, body))
            except UnreadableBody as error:
                unreadable[place] = error
        return Decoded(tuple(parts), unreadable)

    def _part(self, place: int, body: Body) -> Part:
        rows = (changes if body.changes else plain).read(body)
        items = len(rows) // rows.rows_per_item
        if items > self.most_items:
            raise UnreadableBody(
                f"{items} items are too many: send at most {self.most_items} in one request"
            )
        return Part((place,), (len(rows),), rows.offer())
