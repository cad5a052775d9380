"""What the doors of briefs share: what they stand on, who may see what, views and refusals."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.flow import Approval, Brief, RefusedError
from services.alerts.domain.briefs.telling import file_document, label, labels
from services.alerts.domain.handling import By
from services.alerts.entrypoints.ladder_parts import check_act, unknown
from services.alerts.handlers.briefs.acts import BriefActs
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.handlers.briefs.remaking import Remaker
from services.alerts.ports.briefs import AskedInVainError, CannotPrintError, Listed, Progress
from shared.kit.web import Problem
from shared.model.access import Act, Principal, Role, may_see
from shared.model.condition import Measure
from shared.model.instants import iso, to_us


class BriefDoors(msgspec.Struct, frozen=True, kw_only=True):
    """What the doors of briefs stand on.

    `wake` is said when there is something to make, `word` when there is a new entry.
    """

    parts: BriefParts
    acts: BriefActs
    remaker: Remaker
    wake: Callable[[], None]
    word: Callable[[], None]


STEPS = {
    "queued": Label("排队等候", "waiting for its turn"),
    "figures": Label("汇集数据", "gathering figures"),
    "desk": Label("汇集预警处置情况", "gathering warnings and what was done"),
    "writing": Label("撰写并核对", "writing and checking"),
    "printing": Label("排版制图", "printing"),
    "keeping": Label("存档", "keeping"),
    "away": Label("评估服务暂不可用，稍后重试", "the evaluator is away; trying again"),
    "failed": Label("未完成，稍后重试", "did not work out; trying again"),
}
_CONFLICTS = "In conflict with what is there"
_STATUS = {
    "changed": (412, "The brief has changed"),
    "second-person": (403, "Not allowed"),
    "findings": (422, "Some values are not acceptable"),
    "no-reason": (422, "Some values are not acceptable"),
    "sections": (422, "Some values are not acceptable"),
}


def doors_of(request: Request) -> BriefDoors:
    """The parts, as the service was put together."""
    doors: BriefDoors = request.state.briefs
    return doors


def may_see_brief(caller: Principal, brief: Brief) -> bool:
    """Those who look after the region; enterprises do not."""
    return may_see_region(caller, brief.region, brief.regions)


def may_see_region(caller: Principal, region: str, chain: tuple[str, ...]) -> bool:
    """Whether the caller looks after the region; `chain`: it and those above it."""
    if caller.role is Role.SENDER:
        return False
    return may_see(caller, f"region:{region}", chain, Measure.DATA)


def check_may(caller: Principal, brief: Brief, words: str) -> None:
    """Raises 403 unless the caller may have it made, edit and publish it."""
    place = (f"region:{brief.region}", brief.regions, Measure.DATA)
    check_act(caller, (Act.BRIEF,), place, words)


def person(caller: Principal) -> By:
    """Who it is, as briefs keep it."""
    return By(name=caller.name, key_id=caller.key_id, role=caller.role.value)


async def seen(request: Request, caller: Principal, key: UUID) -> Listed:
    """The brief; raises 404 for what the caller may not see."""
    found = await doors_of(request).parts.store.one(key)
    if found is None or not may_see_brief(caller, found.brief):
        raise unknown(f"brief {key}")
    return found


async def answered_with(request: Request, key: UUID, status: int = 200) -> Response:
    """The brief as it stands now."""
    found = await doors_of(request).parts.store.one(key)
    if found is None:
        raise unknown(f"brief {key}")
    return view_answer(found, status)


def view_answer(found: Listed, status: int = 200) -> Response:
    """A brief as JSON; its ETag is the revision."""
    return Response(
        msgspec.json.encode(brief_view(found)),
        status_code=status,
        media_type="application/json",
        headers={"ETag": f'"{found.brief.revision}"'},
    )


def brief_view(found: Listed) -> dict[str, object]:
    """A brief as lists and answers show it."""
    one = found.brief
    return {
        "id": str(one.id),
        "region": one.region,
        "name": one.name,
        "period": one.period,
        "kind": one.kind,
        "title": label(one.title),
        "state": one.state.value,
        "revision": one.revision,
        "number": one.number.text if one.number else "",
        "address": one.number.address if one.number else "",
        "languages": [language.value for language in one.languages],
        "settings": one.settings,
        "made_at": _instant(one.made_at),
        "as_of": {"commit": one.commit, "journal": one.journal},
        "digest": one.digest,
        "progress": _progress(found.progress) if found.progress else None,
        "waiting_for": labels(one.waiting_for),
        "findings": labels(one.findings),
        "remarks": dict(one.remarks),
        "editor": one.editor.name if one.editor else "",
        "approvals": [_approval(each) for each in one.approvals],
        "second_person": one.second_person,
        "publish_on_approval": one.publish_on_approval,
        "published_at": _instant(one.published_at),
        "published_by": one.published_by,
        "public": one.public,
        "files": [file_document(file) for file in one.files],
        "errata": [str(key) for key, _ in found.sheets],
        "corrected": found.corrected,
        "preliminary": one.preliminary,
        "corrects": str(one.corrects) if one.corrects else None,
        "changes": [
            {
                "figure": each.figure,
                "label": label(each.label),
                "where": label(each.where),
                "old": each.old,
                "new": each.new,
                "old_en": each.old_en,
                "new_en": each.new_en,
            }
            for each in one.changes
        ],
    }


def _approval(one: Approval) -> dict[str, object]:
    return {"by": one.by.name, "at": _instant(one.at), "comment": one.comment}


def _instant(at: datetime | None) -> str | None:
    return iso(to_us(at)) if at else None


def _progress(progress: Progress) -> dict[str, object]:
    words = STEPS.get(progress.step, Label(progress.step, progress.step))
    return {
        "step": progress.step,
        "done": progress.done,
        "whole": progress.whole,
        "label": label(words),
    }


def refusal(key: UUID, error: RefusedError) -> Problem:
    """Why it cannot be treated like that."""
    if error.kind == "not-found":
        return unknown(f"brief {key}")
    status, title = _STATUS.get(error.kind, (409, _CONFLICTS))
    return Problem(status, title, f"Brief {key}: {error}.", kind=f"brief-{error.kind}")


def unprintable(key: UUID, error: CannotPrintError | AskedInVainError) -> Problem:
    """It cannot be written or printed as things are."""
    said = f"Brief {key} cannot be made: {error.label.en}. Nothing was changed."
    return Problem(409, _CONFLICTS, said, kind="brief-not-made", zh=error.label.zh)


def expected(if_match: str | None) -> int | None:
    """The revision that the caller has looked at; None where it does not say."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    # What was never given out matches nothing.
    return int(text) if text.isdecimal() and len(text) < 10 else -1
