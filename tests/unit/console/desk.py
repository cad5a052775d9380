"""What alerts answers about handled warnings and all that hangs on them: made up."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from tests.unit.console.brief import MADE
from tests.unit.console.told import (
    ATTEMPTS,
    CONTACTS,
    EVIL,
    GROUPS,
    NOTICE,
    PREVIEW,
    QUALITY,
    QUIET_TIMES,
    REPLAY,
    ROUTES,
    TARGET_WARNING,
    TESTED,
)

Json = Mapping[str, Any]

STEP = "11111111-5c56-5cc8-aa25-f782f3530001"
ISSUED = "11111111-5c56-5cc8-aa25-f782f3530002"
SILENCE = "22222222-5c56-5cc8-aa25-f782f3530001"
CONSULTATION = "33333333-5c56-5cc8-aa25-f782f3530001"
DIGEST = "ab" * 32

ALL_ACTS = (
    *("acknowledge", "comment", "respond", "assign", "return", "close", "reopen"),
    *("silence", "approve", "issue", "consult", "decide", "brief"),
)
ME = {
    "name": "内蒙古节能处 王工",
    "key_id": "operator1",
    "role": "regulator",
    "scope": ["region:150000"],
    "measures": ["energy"],
    "may": list(ALL_ACTS),
}


def condition(**changes: object) -> dict[str, Any]:
    """A warning about a target: no budget, but facts with the figure behind them."""
    step = {
        "hour": "2018-06-30T16:00:00Z",
        "level": "red",
        "quantity": "0.2458",
        "line": "0.2400",
        "used_percent": "102.4",
        "period": "2018Q2",
        "unit": "tce/10^4 yuan",
    }
    return {
        "id": TARGET_WARNING,
        "subject": "region:150000",
        "subject_name": "内蒙古自治区",
        "regions": ["150000"],
        "kind": "intensity",
        "measure": "energy",
        "rule": "barometer-intensity",
        "about": "NM-INTENSITY",
        "about_name": f"能耗强度 {EVIL}",
        "state": "open",
        "stage": "raised",
        "level": "red",
        "highest": "red",
        "period": "2018Q2",
        "since": "2018-06-30T16:00:00Z",
        "opened_at": "2018-06-30T16:00:04Z",
        "changed_at": "2018-06-30T16:00:04Z",
        "watermark": "2018-06-30T16:00:00Z",
        "entries": 3,
        "latest": 46,
        "assignee": "",
        "sequence": [{**step, "level": "yellow", "period": "2018Q1"}, step],
        "facts": {
            "progress_percent": "38.2",
            "required_percent": "50",
            "reason": {"zh": "进度落后", "en": "behind schedule"},
            "figure": "/v1/explain/region:150000/energy-intensity/2018Q2",
        },
        **changes,
    }


def _entry(position: int, kind: str, **more: object) -> dict[str, Any]:
    return {
        "id": 50 + position,
        "warning": TARGET_WARNING,
        "position": position,
        "type": f"warning.{kind}",
        "subject": "region:150000",
        "subject_name": "内蒙古自治区",
        "regions": ["150000"],
        "measure": "energy",
        "kind": "intensity",
        "rule": "barometer-intensity",
        "about": "NM-INTENSITY",
        "level_before": "none",
        "level": "red",
        "period": "2018Q2",
        "hour": None,
        "noticed_at": "2018-06-30T17:00:00Z",
        "figures": None,
        "gone": [],
        "instead": [],
        **more,
    }


HISTORY = (
    _entry(1, "raised", hour="2018-06-30T16:00:00Z", figures=condition()["sequence"][1]),
    _entry(
        2,
        "acknowledged",
        by={"name": "王工", "key_id": "operator1", "role": "regulator"},
        comment=f"看到 {EVIL}",
        expires_at="2018-07-01T17:00:00Z",
    ),
    _entry(
        3,
        "responded",
        by={"name": "李工", "key_id": "steel01", "role": "sender"},
        text="已停两台炉",
        measures=["停炉", "错峰"],
        attachments=[
            {"sha256": DIGEST, "name": "方案.pdf", "content_type": "application/pdf", "size": 20480}
        ],
    ),
)


_STEP: Json = {
    "warning": TARGET_WARNING,
    "ladder": "neimenggu",
    "code": "circular",
    "step": "circular",
    "step_name": "通报",
    "title": "通报批评",
    "title_en": "Circular of criticism",
    "clause": "第三章第二条",
    "formal": True,
    "rests_on": "statistics",
    "reasons": ["强度连续两期红色"],
    "state": "proposed",
    "subject": "region:150000",
    "subject_name": "内蒙古自治区",
    "regions": ["150000"],
    "measure": "energy",
    "kind": "intensity",
    "about": "NM-INTENSITY",
    "about_name": "能耗强度",
    "rule": "barometer-intensity",
    "level": "red",
    "period": "2018Q2",
    "office": "150000",
    "department": "节能主管部门",
    "answers": "盟市人民政府",
    "demands": ["整改方案"],
    "days": 5,
    "proposed_at": "2018-06-30T17:00:00Z",
    "issue_by": "2018-07-04",
    "issued_at": None,
    "issued_by": "",
    "issued_on": None,
    "document": "",
    "due": None,
    "provisional": False,
    "answer": "",
    "answered_at": None,
    "answered_by": "",
    "ended_at": None,
    "ended_by": "",
    "remark": "",
    "follows": None,
    "followed_by": None,
    "entries": 1,
    "may": ["issue", "withdraw"],
}


def step(key: str = STEP, **changes: object) -> dict[str, Any]:
    """A step of the ladder as alerts lists it."""
    return {**_STEP, "id": key, **changes}


STEPS = (
    step(),
    step(
        ISSUED,
        step="talk",
        title="约谈",
        title_en="Talk",
        state="overdue",
        may=["answer", "withdraw"],
        due="2018-06-29",
        provisional=True,
        document="〔2018〕3号",
        issued_at="2018-06-20T01:00:00Z",
        issued_by="王工",
    ),
)
FIGURES = {
    "monitored": {
        "value": "0.2458",
        "unit": "tce",
        "period": "2018Q2",
        "source": "/v1/explain/region:150000/energy-intensity/2018Q2?scope=monitored",
        "level": "red",
        "remarks": [],
    },
    "confirmed": None,
    "missing": "缺少统计确认数据",
    "same_level": None,
    "required": True,
}
_OPEN_GATE: Json = {
    "region": "",
    "state": "slowed",
    "projects": ["two_high"],
    "exempt": [],
    "offset": [],
    "since": "2018-06-30T17:00:00Z",
    "of": "150600",
    "inherited": False,
    "warning": TARGET_WARNING,
    "clause": "",
    "why": "总量橙色",
    "restrictions": [{"warning": TARGET_WARNING, "state": "slowed", "why": "", "since": None}],
    "may": ["decide"],
}
GATES = (
    {
        "region": "150200",
        "state": "restricted",
        "state_name": "限批",
        "projects": ["two_high"],
        "exempt": ["renewable"],
        "offset": ["energy"],
        "offset_required": True,
        "since": "2018-06-30T17:00:00Z",
        "of": "150000",
        "inherited": True,
        "warning": TARGET_WARNING,
        "clause": "第四章",
        "why": "强度红色",
        "restrictions": [
            {
                "warning": TARGET_WARNING,
                "state": "restricted",
                "why": "强度红色",
                "since": "2018-06-30T17:00:00Z",
            }
        ],
        "may": ["decide"],
    },
    {**_OPEN_GATE, "region": "150600"},
)
CONSULTATIONS = (
    {
        "id": CONSULTATION,
        "title": "二季度会商",
        "held_at": "2018-07-01T01:00:00Z",
        "region": "150000",
        "regions": ["150000"],
        "measure": "energy",
        "state": "open",
        "participants": ["王工", "李工"],
        "decisions": ["错峰用电"],
        "tasks": [
            {
                "number": 1,
                "title": "报送整改方案",
                "assignee": "包头市",
                "due": "2018-07-10",
                "provisional": False,
                "state": "overdue",
                "note": "",
                "changed_at": None,
                "changed_by": "",
            }
        ],
        "warnings": [TARGET_WARNING],
        "steps": [],
        "note": "",
        "recorded_at": "2018-07-01T02:00:00Z",
        "recorded_by": "王工",
        "entries": 1,
    },
)


def silence(**changes: object) -> dict[str, Any]:
    """A silence as alerts lists it."""
    return {
        "id": SILENCE,
        "state": "pending_approval",
        "matchers": ['region=~"1502.*"', f'about="{EVIL}"'],
        "owner": {"name": "王工", "key_id": "operator1", "role": "regulator"},
        "reason": "检修",
        "starts_at": "2018-07-01T00:00:00Z",
        "ends_at": "2018-07-01T04:00:00Z",
        "reach": {"count": 60, "grave": 1, "at": "2018-07-01T00:00:00Z"},
        "may": ["edit", "approve", "expire"],
        "approval": None,
        **changes,
    }


_REASON: Json = {
    "by": "silence",
    "id": SILENCE,
    "owner": "王工",
    "reason": "检修",
    "until": "2018-07-01T04:00:00Z",
}
SUPPRESSED: Json = {"suppressed": True, "reasons": [_REASON], **_REASON}


class Desk:
    """What alerts knows; `may` replaces what the visitor may do, `refusals` answers to requests."""

    def __init__(self) -> None:
        self.me: dict[str, Any] = dict(ME)
        self.warning = condition()
        self.steps: Sequence[Json] = STEPS
        self.silence = silence()
        self.gates: Sequence[Json] = GATES
        self.suppression: Json = {"suppressed": False, "reasons": [], "by": None}
        self.refusals: dict[str, tuple[int, str]] = {}
        self.refused_as = ""
        self.sent: list[tuple[str, str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """The answer to a request that is the desk's; None for others."""
        path = request.url.path
        if path in self.refusals:
            status, detail = self.refusals[path]
            body = {"type": self.refused_as, "title": "Refused", "detail": detail}
            return httpx.Response(status, json=body)
        if request.method != "GET":
            self.sent.append((request.method, path, _body(request)))
            return httpx.Response(200, json=self._told(path))
        if path.endswith((".docx", DIGEST)):
            return httpx.Response(
                200,
                content=b"<script>file</script>",
                headers={"Content-Type": "text/html", "Content-Disposition": "inline"},
            )
        found = self._answers().get(path)
        return None if found is None else httpx.Response(200, content=json.dumps(found()))

    def _told(self, path: str) -> Json:
        if path.endswith("/attachments"):
            return {"sha256": DIGEST}
        told: dict[str, Json] = {
            "/v1/silences/preview": PREVIEW,
            "/v1/routes/test": TESTED,
            "/v1/quality/replay": REPLAY,
            "/v1/briefs": MADE,
        }
        return told.get(path, {})

    def _answers(self) -> Mapping[str, Callable[[], object]]:
        warning = f"/v1/warnings/{TARGET_WARNING}"
        return {
            "/v1/me": lambda: self.me,
            warning: lambda: {**self.warning, "history": HISTORY},
            f"{warning}/suppression": lambda: self.suppression,
            "/v1/warnings/groups": lambda: {"items": GROUPS, "next": None},
            "/v1/steps": lambda: {"items": self.steps, "next": None},
            f"/v1/steps/{STEP}": lambda: {**STEPS[0], "figures": FIGURES},
            "/v1/gates": lambda: {"items": self.gates},
            "/v1/gates/150200": lambda: {**GATES[0], "decisions": []},
            "/v1/consultations": lambda: {"items": CONSULTATIONS, "next": None},
            f"/v1/consultations/{CONSULTATION}": lambda: CONSULTATIONS[0],
            "/v1/silences": lambda: {"items": [self.silence]},
            "/v1/quiet-times": lambda: {"items": QUIET_TIMES},
            "/v1/notices": lambda: {"items": [NOTICE], "next": None},
            "/v1/notices/7": lambda: {**NOTICE, "log": ATTEMPTS},
            "/v1/routes": lambda: ROUTES,
            "/v1/contacts": lambda: {"items": CONTACTS},
            "/v1/quality": lambda: {
                "from": "2017-07-01T00:00:00Z",
                "to": "2018-07-01T00:00:00Z",
                "items": QUALITY,
            },
        }


def _body(request: httpx.Request) -> Any:
    if request.headers.get("content-type") == "application/json":
        return json.loads(request.content)
    return request.content
