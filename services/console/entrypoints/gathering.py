"""What several pages ask for alike: the catalogue as far as the key may see it, and parts."""

import asyncio
from typing import Any

from services.console.entrypoints.places import Places, places_of
from services.console.entrypoints.visit import Found, Visit
from services.console.entrypoints.words import ENGLISH

_MOST_ENTITIES = 5_000


def items_of(found: Found) -> list[dict[str, Any]]:
    """The items of an answer; none where there was no answer."""
    return found.data["items"] if found.data else []


async def places_for(visit: Visit, *, enterprises: bool = True) -> Places:
    """What the key may see of the catalogue; a page without it shows codes instead of names."""
    kinds = ("regions", "enterprises") if enterprises else ("regions",)
    found = await asyncio.gather(*(_entities(visit, kind) for kind in kinds))
    english = visit.language == ENGLISH
    return places_of(found[0], found[1] if enterprises else [], english=english)


async def _entities(visit: Visit, kind: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None and len(items) < _MOST_ENTITIES:
        params = {"limit": "1000", **({"after": after} if after else {})}
        found = await visit.ask_for_part("ingest", f"/v1/catalogue/{kind}", params)
        items += items_of(found)
        after = found.data["next"] if found.data else None
    return items
