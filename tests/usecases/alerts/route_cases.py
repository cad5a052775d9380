"""What protects each route of alerts, and how it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from services.alerts.domain.briefs.flow import brief_id

ENTERPRISE = "enterprise:91150203SECRET001G"
REGIONS = ("150203", "150200", "150000")
SECRET = "SECRET"
LADDER = "inner-mongolia-14fyp"

BRIEF = str(brief_id("150203", "2026Q1"))
OTHER_BRIEF = str(brief_id("650000", "2026Q1"))
ADDRESS = "650000-2026-1"


class Guard(StrEnum):
    """What protects a route."""

    OPEN = "open"
    """Anybody may ask: it tells nothing of anybody."""
    KEY = "key"
    """Any key may ask: rules and calendars, nothing of anybody."""
    OPERATOR = "operator"
    """Operators only."""
    FILTERED = "filtered"
    """Any key may ask, and is told only of what it may see."""
    HIDDEN = "hidden"
    """For whoever may not see it, it is not there."""
    SEEN = "seen"
    """Whoever may not see it is refused: there is nothing to hide in that it exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How a route is asked. `adds`: whoever may do it somewhere may add something of their own.

    `reader`: what somebody is answered who may see everything of the region and do nothing.
    `other`: what another measure's department of the same region is answered, where the thing is
    of both departments.
    """

    guard: Guard
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False
    reader: tuple[int, ...] = (200,)
    other: tuple[int, ...] = ()
    stream: bool = False


READS = Case(guard=Guard.HIDDEN)
LIST = Case(guard=Guard.FILTERED)
OPERATORS = Case(guard=Guard.OPERATOR, reader=(403,))
HIDES = {"matchers": ['region=~"15.*"'], "reason": "quiet"}
AM_MATCHER = {"name": "region", "value": "15.*", "isRegex": True, "isEqual": True}
AM_SILENCE = {
    "matchers": [AM_MATCHER],
    "startsAt": "2026-05-01T00:00:00Z",
    "endsAt": "2199-01-01T00:00:00Z",
    "createdBy": "stranger",
    "comment": "quiet",
}
AM_ALERT = [{"labels": {"alertname": "x", "region": "150203", "measure": "energy"}}]


def does(body: Any, **more: Any) -> Case:
    """Something done about one thing: not there for strangers, refused to readers."""
    return Case(guard=Guard.HIDDEN, body=body, reader=(403,), **more)


def briefs(*reader: int, body: Any = None, **more: Any) -> Case:
    """About a brief that is stopped: not there for strangers, both departments may see it."""
    path = {"brief": BRIEF, **more.pop("path", {})}
    wanted = {"reader": reader, "other": reader, **more}
    return Case(guard=Guard.HIDDEN, body=body, path=path, **wanted)


BRIEFS: Mapping[tuple[str, str], Case] = {
    ("GET", "/v1/briefs"): LIST,
    ("POST", "/v1/briefs"): does({"region": "150203", "period": "2026Q2"}, other=(202,), adds=True),
    ("GET", "/v1/briefs/compare"): briefs(409, query=f"a={BRIEF}&b={BRIEF}"),
    ("GET", "/v1/briefs/{brief}"): briefs(200),
    ("GET", "/v1/briefs/{brief}/errata"): briefs(200),
    ("GET", "/v1/briefs/{brief}/history"): briefs(200),
    ("GET", "/v1/briefs/{brief}/facts"): briefs(409),
    ("GET", "/v1/briefs/{brief}/document"): briefs(409),
    ("GET", "/v1/briefs/{brief}/files/{name}"): briefs(404, path={"name": "brief.zh.pdf"}),
    ("POST", "/v1/briefs/{brief}/remake"): briefs(403, other=(409,)),
    ("PUT", "/v1/briefs/{brief}/remarks"): briefs(403, other=(409,), body={"overall": "x"}),
    ("POST", "/v1/briefs/{brief}/approve"): briefs(403, other=(409,), body={}),
    ("POST", "/v1/briefs/{brief}/return"): briefs(403, other=(409,), body={"reason": "x"}),
    ("POST", "/v1/briefs/{brief}/publish"): briefs(403, other=(409,), body={}),
    ("GET", "/v1/briefs/settings/{region}"): briefs(200, path={"region": "150203"}),
    ("PUT", "/v1/briefs/settings/{region}"): briefs(
        403, other=(200,), adds=True, body={"name": "default"}, path={"region": "150203"}
    ),
    ("GET", "/v1/public/briefs"): Case(guard=Guard.OPEN),
    ("GET", "/v1/public/briefs/{number}/files/{name}"): Case(
        guard=Guard.OPEN, path={"number": ADDRESS, "name": "public.zh.pdf"}
    ),
}
"""Of situation briefs: a stopped one of a county, and one for the public of elsewhere."""

OURS: Mapping[tuple[str, str], Case] = {
    ("GET", "/healthz"): Case(guard=Guard.OPEN),
    ("GET", "/readyz"): Case(guard=Guard.OPEN),
    ("GET", "/metrics"): Case(guard=Guard.OPEN),
    ("GET", "/openapi/alerts.json"): Case(guard=Guard.OPEN),
    ("GET", "/v1/heartbeat"): Case(guard=Guard.OPEN, reader=(200, 503)),
    ("GET", "/v1/me"): Case(guard=Guard.KEY),
    ("GET", "/v1/workdays"): Case(guard=Guard.KEY, query="from=2026-02-13&days=3"),
    ("GET", "/v1/warnings"): LIST,
    ("GET", "/v1/warnings/summary"): LIST,
    ("GET", "/v1/warnings/groups"): replace(LIST, query="by=subject"),
    ("GET", "/v1/warnings/stream"): replace(LIST, query="after=0", stream=True),
    ("GET", "/v1/warnings/{warning}"): READS,
    ("GET", "/v1/warnings/{warning}/history"): READS,
    ("GET", "/v1/warnings/{warning}/suppression"): READS,
    ("GET", "/v1/warnings/{warning}/attachments"): READS,
    ("GET", "/v1/warnings/{warning}/attachments/{sha256}"): READS,
    ("POST", "/v1/warnings/{warning}/attachments"): Case(
        guard=Guard.HIDDEN,
        content=b"%PDF-1",
        headers={"content-type": "application/pdf"},
        query="name=a.pdf",
        reader=(403,),
    ),
    ("POST", "/v1/warnings/{warning}/acknowledge"): does({"comment": "x"}),
    ("POST", "/v1/warnings/{warning}/comment"): does({"comment": "x"}),
    ("POST", "/v1/warnings/{warning}/assign"): does({"assignee": "x"}),
    ("POST", "/v1/warnings/{warning}/respond"): does({"text": "x"}),
    ("POST", "/v1/warnings/{warning}/return"): does({"comment": "x"}),
    ("POST", "/v1/warnings/{warning}/close"): does({"reason": "false"}),
    ("POST", "/v1/warnings/{warning}/reopen"): does({"comment": "x"}),
    ("GET", "/v1/journal"): LIST,
    ("GET", "/v1/journal/head"): Case(guard=Guard.KEY),
    ("POST", "/v1/journal/check"): replace(OPERATORS, body={}),
    ("GET", "/v1/steps"): LIST,
    ("GET", "/v1/steps/{step}"): READS,
    ("GET", "/v1/steps/{step}/letter.docx"): replace(READS, reader=(200, 409, 503)),
    ("POST", "/v1/steps/{step}/issue"): does({"document": "x"}),
    ("POST", "/v1/steps/{step}/answer"): does({"text": "x"}),
    ("POST", "/v1/steps/{step}/done"): does({"remark": "x"}),
    ("POST", "/v1/steps/{step}/withdraw"): does({"reason": "x"}),
    ("GET", "/v1/gates"): LIST,
    ("GET", "/v1/gates/{region}"): replace(READS, path={"region": "150203"}, other=(200,)),
    ("POST", "/v1/gates/{region}/decisions"): does(
        {"state": "restricted", "reason": "x", "document": "x"},
        path={"region": "150203"},
        other=(201,),
        adds=True,
    ),
    ("GET", "/v1/consultations"): LIST,
    ("POST", "/v1/consultations"): does(
        {
            "title": "x",
            "region": "150203",
            "measure": "energy",
            "held_on": "2026-05-01",
            "participants": ["x"],
        }
    ),
    ("GET", "/v1/consultations/{consultation}"): READS,
    ("POST", "/v1/consultations/{consultation}/tasks/{number}"): does(
        {"state": "done"}, path={"number": "1"}
    ),
    ("GET", "/v1/ladders"): Case(guard=Guard.KEY),
    ("GET", "/v1/ladders/{name}"): Case(guard=Guard.KEY, path={"name": LADDER}),
    ("PUT", "/v1/ladders/{name}"): replace(
        OPERATORS,
        content=b"{}",
        headers={"content-type": "application/yaml"},
        path={"name": LADDER},
    ),
    ("PUT", "/v1/ladders/assignments/{region}"): replace(
        OPERATORS, body={"ladder": "x"}, path={"region": "150203"}
    ),
    ("GET", "/v1/notices"): LIST,
    ("GET", "/v1/notices/stream"): replace(LIST, query="after=0", stream=True),
    ("GET", "/v1/notices/{number}"): replace(READS, path={"number": "7"}),
    ("GET", "/v1/routes"): Case(guard=Guard.KEY),
    ("PUT", "/v1/routes"): replace(OPERATORS, body={"receiver": "x"}),
    ("POST", "/v1/routes/test"): Case(guard=Guard.KEY, body={"labels": {"region": "150203"}}),
    ("GET", "/v1/contacts"): OPERATORS,
    ("GET", "/v1/contacts/{name}"): replace(OPERATORS, path={"name": "SECRET-contact"}),
    ("PUT", "/v1/contacts/{name}"): replace(
        OPERATORS, path={"name": "SECRET-contact"}, body={"scope": ["*"]}
    ),
    ("DELETE", "/v1/contacts/{name}"): replace(OPERATORS, path={"name": "SECRET-contact"}),
    ("POST", "/v1/contacts/{name}/test"): replace(OPERATORS, path={"name": "SECRET-contact"}),
    ("GET", "/v1/silences"): LIST,
    ("POST", "/v1/silences"): Case(guard=Guard.FILTERED, body=HIDES, adds=True, reader=(403,)),
    ("POST", "/v1/silences/preview"): Case(
        guard=Guard.FILTERED, body={"matchers": ['region=~"15.*"']}, reader=(403,)
    ),
    ("GET", "/v1/silences/{silence}"): replace(READS, reader=(404,)),
    ("PUT", "/v1/silences/{silence}"): replace(does(HIDES), reader=(404,)),
    ("POST", "/v1/silences/{silence}/approve"): replace(does({}), reader=(404,)),
    ("POST", "/v1/silences/{silence}/expire"): replace(does({}), reader=(404,)),
    ("GET", "/v1/quiet-times"): Case(guard=Guard.KEY),
    ("PUT", "/v1/quiet-times"): Case(
        guard=Guard.FILTERED, body={"items": []}, adds=True, reader=(403,)
    ),
    ("GET", "/v1/quality"): LIST,
    ("POST", "/v1/quality/replay"): Case(
        guard=Guard.FILTERED, body={"kind": "used", "year": 2025}, reader=(503,)
    ),
    ("GET", "/v1/webhooks"): OPERATORS,
    ("POST", "/v1/webhooks"): replace(OPERATORS, body={"url": "https://example.org/"}),
    ("DELETE", "/v1/webhooks/{endpoint}"): OPERATORS,
    ("GET", "/v1/webhooks/{endpoint}/deliveries"): OPERATORS,
}

ALERTMANAGER: Mapping[tuple[str, str], Case] = {
    ("GET", "/status"): Case(guard=Guard.KEY),
    ("GET", "/receivers"): Case(guard=Guard.KEY),
    ("GET", "/alerts"): LIST,
    ("POST", "/alerts"): Case(guard=Guard.FILTERED, body=AM_ALERT, adds=True, reader=(400, 403)),
    ("GET", "/alerts/groups"): LIST,
    ("GET", "/silences"): LIST,
    ("POST", "/silences"): Case(
        guard=Guard.FILTERED, body=AM_SILENCE, adds=True, reader=(400, 403)
    ),
    ("GET", "/silence/{silence}"): replace(READS, reader=(404,)),
    ("DELETE", "/silence/{silence}"): replace(does(None), reader=(404,)),
}

CASES = {
    **OURS,
    **BRIEFS,
    **{
        (method, prefix + path): case
        for prefix in ("/api/v2", "/alertmanager/api/v2")
        for (method, path), case in ALERTMANAGER.items()
    },
}

OWN_PLACES = (
    ("region:540000", ("540000",), "energy"),
    ("region:150299", ("150299", "150200", "150000"), "carbon"),
    ("enterprise:91540000STRANGER1", ("540000",), "data"),
)
"""What each of the strangers may see."""
OWN = tuple(subject.encode() for subject, _, _ in OWN_PLACES)

OTHER_MEASURE = "another measure's regulator"
STRANGERS = {
    "another region's regulator": ("regulator", ["region:540000"], ["energy", "carbon"]),
    OTHER_MEASURE: ("regulator", ["region:150000"], ["carbon"]),
    "another enterprise": ("sender", ["enterprise:91540000STRANGER1"], ["energy", "carbon"]),
    "another region's reader": ("reader", ["region:540000"], ["energy", "carbon"]),
}
ANSWERS = {
    Guard.OPEN: (200, 503),
    Guard.KEY: (200,),
    Guard.OPERATOR: (403,),
    Guard.FILTERED: (200, 201, 400, 403, 404, 422, 503),
    Guard.HIDDEN: (404,),
    Guard.SEEN: (403,),
}
