"""`/v1/targets`, read: what was set for whom, how it is shared out, and what is due by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from services.evaluator.domain.records.target import Target
from services.evaluator.domain.targets.branches import below, standings
from services.evaluator.domain.targets.lifecycle import all_in_force
from services.evaluator.entrypoints import targets_views as views
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.desks import available, catalogue_of, targets_desk, visible
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.targets_shapes import (
    PathView,
    TargetItem,
    TargetPage,
    TargetView,
    TreeView,
)
from services.evaluator.entrypoints.today import On
from services.evaluator.handlers.target_book import Shelf
from services.evaluator.ports.register import Entry
from shared.kit.web import Problem
from shared.model.access import Principal

router = APIRouter(prefix="/v1/targets", tags=["targets"])

_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"description": "there is none, or the key may not see it"}
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Which targets are asked for; None: any."""

    holder: str | None
    region: str | None
    measure: str | None
    state: str | None
    parent: str | None

    def fits(self, target: Target) -> bool:
        """Whether the target is one of them, its region and state aside."""
        asked = (
            (self.holder, target.holder),
            (self.measure, target.measure),
            (self.parent, target.parent),
        )
        return all(wanted in (None, found) for wanted, found in asked)


def _chosen(
    holder: Annotated[str | None, Query(examples=["region:150000"])] = None,
    region: Annotated[str | None, Query(description="holders in this region or below it")] = None,
    measure: Annotated[str | None, Query(examples=["energy-intensity"])] = None,
    state: Annotated[str | None, Query(examples=["in-force"])] = None,
    parent: Annotated[str | None, Query(description="parts of this target")] = None,
) -> _Chosen:
    return _Chosen(
        holder=holder or None,
        region=region or None,
        measure=measure or None,
        state=state or None,
        parent=parent or None,
    )


Chosen = Annotated[_Chosen, Depends(_chosen)]


@router.get("", summary="Targets as they stand on a day")
async def find(
    request: Request,
    caller: Caller,
    on: On,
    as_of: AsOf,
    wanted: Chosen,
    key: Annotated[
        str | None, Query(description="only this code: the newest version, as it was written")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    after: Annotated[str, Query(description="`next` of the page before")] = "",
) -> TargetPage:
    """In the order of their codes; only those that the caller may see.

    With `key` the newest version (with `as_of` the newest then) comes with its `body`.
    """
    shelf = await available(targets_desk(request).book.shelf(as_of))
    if key is not None:
        return _written(request, caller, shelf.get(key, ()), on)
    chosen: list[TargetItem] = []
    for code, entries in sorted(shelf.items()):
        entry = views.shown_of(entries, on)
        if code <= after or not wanted.fits(entry.body):
            continue
        if not visible(request, caller, entry.body.holder, wanted.region):
            continue
        if wanted.state not in (None, views.state_of(entries, entry, on)):
            continue
        chosen.append(TargetItem(**views.item(entries, entry, on, catalogue_of(request))))
        if len(chosen) > limit:
            return TargetPage(items=chosen[:limit], next=chosen[limit - 1].code)
    return TargetPage(items=chosen, next=None)


@router.get("/{code}", summary="One target with its versions", responses=_NOT_FOUND)
async def one(
    request: Request,
    caller: Caller,
    code: str,
    on: On,
    as_of: AsOf,
    version: Annotated[
        int | None, Query(ge=1, description="this version; else the one in force, or the newest")
    ] = None,
) -> TargetView:
    """Every number stands where a figure made from it says that it was read."""
    shelf = await available(targets_desk(request).book.shelf(as_of))
    entries = _seen(request, caller, shelf, code)
    entry = _version(entries, version, on)
    parts = sorted(other for other, listed in shelf.items() if listed[-1].body.parent == code)
    return TargetView(
        **views.item(entries, entry, on, catalogue_of(request)),
        versions=views.versions(entries, on),
        parts=[part for part in parts if visible(request, caller, shelf[part][-1].body.holder)],
    )


@router.get(
    "/{code}/tree", summary="A target with all below it, and its sums", responses=_NOT_FOUND
)
async def tree(
    request: Request,
    caller: Caller,
    code: str,
    on: On,
    as_of: AsOf,
    view: Annotated[
        str,
        Query(description="newest: with drafts; in-force: on the day", pattern="newest|in-force"),
    ] = "newest",
) -> TreeView:
    """Each part follows its whole; in each cut parts + reserve + unmonitored are the whole."""
    shelf = await available(targets_desk(request).book.shelf(as_of))
    _seen(request, caller, shelf, code)
    bodies = {key: [entry.body for entry in entries] for key, entries in shelf.items()}
    newest = {key: versions[-1] for key, versions in bodies.items()}
    chosen = newest if view == "newest" else all_in_force(bodies, on)
    nodes = below(code, chosen)
    weights = await available(targets_desk(request).weights([node.target for node in nodes]))
    seen = {n.target.code for n in nodes if visible(request, caller, n.target.holder)}
    catalogue = catalogue_of(request)
    return TreeView(
        code=code,
        view=view,
        nodes=[
            views.node(node, shelf[node.target.code], on, catalogue)
            for node in nodes
            if node.target.code in seen
        ],
        sums=[
            views.summed(division, sums)
            for division, sums in standings(nodes, weights)
            if seen.issuperset(part.code for part in division.parts)
        ],
    )


@router.get(
    "/{code}/path",
    summary="Quarter by quarter what a target asks for",
    responses=_NOT_FOUND,
)
async def path(
    request: Request,
    caller: Caller,
    code: str,
    on: On,
    as_of: AsOf,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> PathView:
    """Five years, years, quarters; reductions and increments linear, totals by their phasing.

    A total in a year that has none of its own is on the straight line from the base year's amount.
    """
    desk = targets_desk(request)
    shelf = await available(desk.book.shelf(as_of))
    entry = _version(_seen(request, caller, shelf, code), version, on)
    return views.path(entry, await available(desk.base_of(entry.body, as_of)))


def _written(request: Request, caller: Principal, entries: Sequence[Entry], on: date) -> TargetPage:
    if not entries or not visible(request, caller, entries[-1].body.holder):
        return TargetPage(items=[], next=None)
    newest = entries[-1]
    fields = views.item(entries, newest, on, catalogue_of(request))
    body = views.body_of(newest)
    return TargetPage(items=[TargetItem(**fields, body=body)], next=None)


def _seen(request: Request, caller: Principal, shelf: Shelf, code: str) -> tuple[Entry, ...]:
    entries = shelf.get(code)
    if not entries or not visible(request, caller, entries[-1].body.holder):
        raise Problem(
            404,
            "Not found",
            f"There is no target {code} that this key may see; GET /v1/targets lists those there "
            "are.",
            kind="no-such-target",
        )
    return entries


def _version(entries: Sequence[Entry], version: int | None, on: date) -> Entry:
    if version is None:
        return views.shown_of(entries, on)
    for entry in entries:
        if entry.version == version:
            return entry
    raise Problem(
        404,
        "Not found",
        f"{entries[-1].key} has no version {version}; its newest is {entries[-1].version}.",
        kind="no-such-version",
    )
