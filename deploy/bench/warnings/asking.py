"""Questions to the desk with many warnings open: how long each answer takes and how large it is."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.bench.figures import percentile
from deploy.demo.site import SiteError

_TIMEOUT_S = 30.0
_WARM_UP = 5
_CHECK_AT_ONCE = 50_000
MOST_S = 0.050
"""The bar for a page, a group view and an acknowledgement, p95."""
MOST_BYTES = 200_000
"""The bar for a page and a group view."""

PAGE, GROUPS, OTHER, ACT = "first page", "group view", "other", "act"

QUESTIONS: Sequence[tuple[str, str, str]] = (
    (PAGE, "all", ""),
    (PAGE, "open", "?state=open"),
    (PAGE, "as the console asks", "?state=open&limit=50&suppression=true"),
    (PAGE, "a kind", "?state=open&kind=no-data&suppression=true"),
    (PAGE, "a rare kind", "?state=open&kind=children&suppression=true"),
    (PAGE, "a league", "?state=open&region=150700&suppression=true"),
    (PAGE, "a county", "?state=open&region=150701&suppression=true"),
    (PAGE, "red ones", "?state=open&level=red&suppression=true"),
    (PAGE, "raised ones", "?state=open&stage=raised&suppression=true"),
    (PAGE, "acknowledged ones", "?state=open&stage=acknowledged&suppression=true"),
    (PAGE, "a measure", "?state=open&measure=carbon&suppression=true"),
    (PAGE, "an enterprise", "?state=open&subject={subject}&suppression=true"),
    (PAGE, "kind, league, level", "?kind=limit&region=150700&level=orange&suppression=true"),
    (GROUPS, "by region", "/groups?by=region"),
    (GROUPS, "by kind", "/groups?by=kind"),
    (GROUPS, "by measure", "/groups?by=measure"),
    (GROUPS, "by level", "/groups?by=level"),
    (GROUPS, "by region, a league", "/groups?by=region&region=150700"),
    (OTHER, "summary", "/summary"),
)
"""Class, name, and what stands behind /v1/warnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How often one question was asked, by whom, seconds of the answers, bytes of the largest."""

    group: str
    name: str
    who: str
    count: int
    p50: float
    p95: float
    p99: float
    bytes: int

    @property
    def barred(self) -> bool:
        """Whether there is a bar for it."""
        return self.group != OTHER

    @property
    def passed(self) -> bool:
        """Whether it is within the bars."""
        return self.p95 < MOST_S and (self.group == ACT or self.bytes < MOST_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The journal worked out again: entries, seconds, and whether all hashes follow."""

    entries: int
    seconds: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a key, with one connection kept open."""

    who: str
    url: str
    key: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Open the connection."""
        headers = {"Authorization": f"Bearer {self.key}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=_TIMEOUT_S)
        object.__setattr__(self, "http", client)

    def close(self) -> None:
        """Give the connection back."""
        self.http.close()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """One answer; raises SiteError for a refusal."""
        answer = self.http.request(method, path, json=body)
        if answer.is_error:
            raise SiteError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer


def questions(caller: Caller, count: int, tell: Callable[[str], None]) -> tuple[Answered, ...]:
    """Every question so often, one after another."""
    subject = caller.ask("GET", "/v1/warnings?limit=1&level=red").json()["items"][0]["subject"]
    found = []
    for group, name, rest in QUESTIONS:
        tell(f"{caller.who}: {group}, {name}")
        path = f"/v1/warnings{rest.format(subject=subject)}"
        found.append(_measured(caller, group, name, count, itertools.repeat(("GET", path, None))))
    return tuple(found)


def acknowledgements(caller: Caller, count: int) -> Answered:
    """So many warnings acknowledged, one after another."""
    wanted = count + _WARM_UP
    page = caller.ask("GET", f"/v1/warnings?stage=raised&limit={min(wanted, 500)}").json()["items"]
    body = {"comment": "已联系企业，正在核实"}
    calls = (("POST", f"/v1/warnings/{one['id']}/acknowledge", body) for one in page)
    return _measured(caller, ACT, "acknowledge", min(count, len(page) - _WARM_UP), calls)


def check(caller: Caller) -> Checked:
    """Let the service work out its whole journal again."""
    began, after, entries = time.monotonic(), 0, 0
    while True:
        body = {"after": after, "limit": _CHECK_AT_ONCE}
        found = caller.ask("POST", "/v1/journal/check", body).json()
        entries, after = entries + found["checked"], found["upto"]
        if found["broken"] is not None or not found["more"]:
            seconds = time.monotonic() - began
            return Checked(entries=entries, seconds=seconds, whole=found["broken"] is None)


def _measured(caller: Caller, group: str, name: str, count: int, calls: Any) -> Answered:
    waits: list[float] = []
    largest = 0
    for number, (method, path, body) in enumerate(itertools.islice(calls, count + _WARM_UP)):
        began = time.perf_counter()
        answer = caller.ask(method, path, body)
        wait = time.perf_counter() - began
        if number >= _WARM_UP:
            waits.append(wait)
            largest = max(largest, len(answer.content))
    return Answered(
        group=group,
        name=name,
        who=caller.who,
        count=len(waits),
        p50=percentile(waits, 50),
        p95=percentile(waits, 95),
        p99=percentile(waits, 99),
        bytes=largest,
    )
