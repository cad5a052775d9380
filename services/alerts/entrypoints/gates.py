"""`/v1/gates`: how far a region is open to projects, and the decisions about it."""

from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from services.alerts.domain.documents import with_id
from services.alerts.domain.ladder.documents import (
    Document,
    decision_document,
    gate_document,
)
from services.alerts.domain.ladder.gates import (
    Decision,
    Gate,
    Restriction,
    StillActiveError,
    gate_key,
    gate_of,
)
from services.alerts.domain.ladder.places import ancestors
from services.alerts.domain.ladder.words import GateState
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.ladder_parts import (
    LadderParts,
    answered,
    by_of,
    check_act,
    check_seen,
    named,
    parts_of,
    refused,
)
from services.alerts.entrypoints.ladder_shapes import (
    Decide,
    GateShape,
    GatesPage,
    GateWithHistory,
)
from shared.model.access import Act, Principal, may_act, may_see
from shared.model.condition import Measure

router = APIRouter(prefix="/v1/gates", tags=["gates"])

Region = Annotated[str, Path(max_length=64, examples=["150200"])]


@router.get("", summary="Regions whose gate is not open", response_model=GatesPage)
async def find(
    request: Request,
    caller: Caller,
    region: Annotated[str | None, Query(description="the region and all below it")] = None,
) -> Response:
    """The strictest first. What only inherits a restriction is not listed; ask for it by code."""
    standing = await parts_of(request).store.standing(None)
    chains = {one.region: ancestors(one.region, one.regions) for one in standing}
    gates = [
        gate_of(chain, standing)
        for code, chain in sorted(chains.items())
        if may_see(caller, f"region:{code}", chain, Measure.DATA)
        and (region is None or region in chain)
    ]
    gates.sort(key=lambda gate: -gate.state)
    return answered({"items": [_document(caller, gate, chains[gate.region]) for gate in gates]})


@router.get("/{region}", summary="How far a region is open", response_model=GateWithHistory)
async def one(request: Request, caller: Caller, region: Region) -> Response:
    """The strictest of its own restrictions and those of the regions above it.

    Which kinds of projects are slowed or restricted, which offset is due, since when, because of
    which warning, by which clause. Below: the decisions, and all that happened to the gate.
    """
    parts = parts_of(request)
    chain = await _chain(parts, region)
    check_seen(caller, f"region:{region}", chain, Measure.DATA, f"region {region}")
    gate = gate_of(chain, await parts.store.standing(chain))
    history = [
        msgspec.Raw(with_id(number, data))
        for number, data in await parts.store.history(gate_key(region))
    ]
    decisions = [decision_document(each) for each in await parts.store.decisions(region)]
    body = {**_document(caller, gate, chain), "decisions": decisions, "history": history}
    return answered(body)


@router.post(
    "/{region}/decisions",
    status_code=201,
    summary="Decide on a gate",
    response_model=GateShape,
)
async def decide(request: Request, caller: Caller, region: Region, wanted: Decide) -> Response:
    """A gate opens by nothing else. Warnings that are still active must be named.

    What a warning holds up is eased by the administration above the region. It goes up again when
    its warning is raised anew, judges another period, or becomes worse. What a region above holds
    up is decided there.
    """
    parts = parts_of(request)
    chain = await _chain(parts, region)
    check_seen(caller, f"region:{region}", chain, Measure.DATA, f"region {region}")
    own = [one for one in await parts.store.standing([region]) if one.region == region]
    state = GateState.of(wanted.state)
    for measure in _concerned(own, state):
        place = (*_authority(chain, own, state), measure)
        check_act(caller, (Act.DECIDE,), place, "decide on a gate")
    decision = Decision(
        id=uuid4(),
        region=region,
        state=state,
        reason=wanted.reason,
        document=wanted.document,
        warnings=tuple(wanted.warnings),
        projects=tuple(wanted.projects),
        by=caller.name,
        at=request.state.clock(),
    )
    try:
        await parts.acts.decide(decision, chain, by_of(caller))
    except StillActiveError as error:
        raise refused(
            f"These warnings are still active: {named(error.missing)}. Name them in `warnings` to "
            "decide knowing of them; what they hold up is put up again when they are raised anew.",
            "still-active",
            warnings=[str(key) for key in error.missing],
        ) from error
    request.state.ladder_word()
    gate = gate_of(chain, await parts.store.standing(chain))
    return answered(_document(caller, gate, chain), status=201)


def _concerned(own: Sequence[Restriction], state: GateState) -> set[Measure]:
    """The measures whose restrictions a decision eases; both departments' where it eases none."""
    return {one.measure for one in own if one.state > state} or {Measure.DATA}


def _authority(
    chain: tuple[str, ...], own: Sequence[Restriction], state: GateState
) -> tuple[str, tuple[str, ...]]:
    """Who decides: the administration above eases what a warning put up, the region's all else."""
    eases = any(one.warning and one.region == chain[0] and one.state > state for one in own)
    deciding = chain[1:] if eases and len(chain) > 1 else chain
    return f"region:{deciding[0]}", deciding


async def _chain(parts: LadderParts, region: str) -> tuple[str, ...]:
    return ancestors(region, await parts.store.known_chain(region))


def _document(caller: Principal, gate: Gate, chain: tuple[str, ...]) -> Document:
    body = gate_document(gate)
    place = _authority(chain, gate.restrictions, GateState.OPEN)
    if gate.by and not _sees(caller, gate.by):
        body |= _WITHHELD
    shown = body["restrictions"]
    if isinstance(shown, list):
        body["restrictions"] = [
            document if _sees(caller, one) else {**document, **_WITHHELD}
            for document, one in zip(shown, gate.restrictions, strict=True)
        ]
    named_by = next((one for one in gate.restrictions if one.region == gate.region), None)
    name = named_by.subject_name if named_by else ""
    may = ["decide"] if may_act(caller, Act.DECIDE, *place, Measure.DATA) else []
    return {**body, "region_name": name or gate.region, "may": may}


_WITHHELD: Document = {"warning": None, "why": ""}


def _sees(caller: Principal, one: Restriction) -> bool:
    return may_see(caller, f"region:{one.region}", one.regions, one.measure)
