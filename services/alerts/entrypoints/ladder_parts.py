"""What the doors of steps, gates and consultations share: people, refusals, what they stand on."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.alerts.domain.ladder.documents import By
from services.alerts.domain.ladder.review import WorkingDays
from services.alerts.handlers.ladder_acts import LadderActs
from services.alerts.ports.ladder import (
    Confirmations,
    LadderReader,
    LadderShelf,
    LadderStore,
    Letters,
)
from shared.kit.web import Problem
from shared.model.access import Act, Principal, may_act, may_see
from shared.model.condition import Measure


class LadderParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the doors of the ladder stand on."""

    store: LadderStore
    shelf: LadderShelf
    acts: LadderActs
    confirmations: Confirmations
    letters: Letters
    read: LadderReader
    days: WorkingDays


def parts_of(request: Request) -> LadderParts:
    """The parts, as the service was put together."""
    parts: LadderParts = request.state.ladder
    return parts


def by_of(caller: Principal) -> By:
    """Who it is, as entries say it."""
    return {"name": caller.name, "key_id": caller.key_id, "role": caller.role.value}


def key_of(request: Request) -> str:
    """The caller's own key, to be shown to another service."""
    return request.headers.get("authorization", "").partition(" ")[2]


def answered(body: object, status: int = 200) -> Response:
    """A document as JSON."""
    content = msgspec.json.encode(body)
    return Response(content, status_code=status, media_type="application/json")


def check_seen(
    caller: Principal, subject: str, regions: Collection[str], measure: Measure, what: str
) -> None:
    """Raises 404 for what the caller may not see, as if it were not there."""
    if not may_see(caller, subject, regions, measure):
        raise unknown(what)


def check_act(
    caller: Principal,
    acts: Sequence[Act],
    place: tuple[str, Collection[str], Measure],
    words: str,
) -> None:
    """Raises 403 unless the caller may do one of these about the subject, regions and measure."""
    subject, regions, measure = place
    if not any(may_act(caller, act, subject, regions, measure) for act in acts):
        raise Problem(
            403,
            "Not allowed",
            f"The key {caller.name!r} is a {caller.role.value}'s and may not {words} about "
            f"{subject} ({measure.value}). A regulator of that region or above may, for its "
            "measures; ask whoever runs the service for such a key.",
            kind="not-yours",
        )


def unknown(what: str) -> Problem:
    """Not there, or not for this key."""
    return Problem(
        404,
        "Not found",
        f"There is no {what} that this key may see; the list shows those there are.",
        kind="no-such-item",
    )


def refused(detail: str, kind: str, warnings: Sequence[str] = ()) -> Problem:
    """It cannot be done as things stand; `warnings` are those in the way."""
    title = "In conflict with what is there"
    if warnings:
        return Problem(409, title, detail, kind=kind, warnings=list(warnings))
    return Problem(409, title, detail, kind=kind)


def unacceptable(name: str, detail: str, kind: str = "bad-value") -> Problem:
    """A value that cannot be taken."""
    return Problem(422, "Some values are not acceptable", f"{name}: {detail}", kind=kind)


def busy(what: str) -> Problem:
    """Something this depends on is away."""
    return Problem(
        503,
        "Not available now",
        f"{what}. Nothing was changed; please try again in a few seconds.",
        kind="busy",
        headers={"Retry-After": "5"},
    )


def named(keys: Sequence[UUID]) -> str:
    """Ids in a sentence."""
    return ", ".join(map(str, keys))
