"""One brief made over HTTP: how long each phase took, what it cost, and what came of it."""

import hashlib
import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from deploy.bench import machine
from deploy.demo.site import Site, SiteError

MOST_S = 10.0
"""The bar: from the question until the brief is a draft with all its files."""
_LOOK_S = 0.1
_PATIENCE_S = 300.0
_MAKING, _DRAFT = "making", "draft"
_COST = "qingyu_alerts_brief_form_cpu_seconds_total"
Document = Mapping[str, Any]
Seen = tuple[float, str, int]
"""When (seconds after the question) which step was going on, and how much of a hundred was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A brief as it came out.

    phases_s: seconds by step. forms_cpu_s: processor time by form. cpu_s: by part of the system;
    others_s: of everything else on the machine meanwhile. progress: how often it was seen to move.
    wrong: what is not as it must be.
    """

    name: str
    languages: tuple[str, ...]
    seconds: float
    phases_s: Mapping[str, float]
    forms_cpu_s: Mapping[str, float]
    cpu_s: Mapping[str, float]
    others_s: float
    progress: int
    files: Mapping[str, int]
    wrong: tuple[str, ...] = ()

    @property
    def in_time(self) -> bool:
        """Whether the bar was met."""
        return self.seconds < MOST_S

    @property
    def passed(self) -> bool:
        """Whether it is right, was in time, and could be seen to get on."""
        return self.in_time and not self.wrong and self.progress > 1

    @property
    def others(self) -> float:
        """How many cores others kept busy meanwhile."""
        return self.others_s / self.seconds


def make(
    site: Site,
    name: str,
    asked: Mapping[str, str],
    languages: Sequence[str],
    check: Callable[[Document], Sequence[str]],
) -> Made:
    """Ask for the brief and wait for it; `check` reads all its figures. Raises SiteError."""
    cost, busy, forms = machine.costs(site.state), _busy_s(), _forms(site)
    began = time.monotonic()
    first = site.post("alerts", "/v1/briefs", {**asked, "languages": list(languages)})
    brief, seen = _followed(site, first, began)
    seconds = time.monotonic() - began
    cpu = machine.cpu_between(cost, machine.costs(site.state))
    others = max(0.0, _busy_s() - busy - sum(cpu.values()))
    after = _forms(site)
    return Made(
        name=name,
        languages=tuple(languages),
        seconds=seconds,
        phases_s=phases(seen, seconds),
        forms_cpu_s={form: after[form] - forms.get(form, 0.0) for form in sorted(after)},
        cpu_s=cpu,
        others_s=others,
        progress=len(seen),
        files={file["name"]: file["bytes"] for file in brief["files"]},
        wrong=tuple(_checked(site, brief, check)),
    )


def phases(seen: Sequence[Seen], seconds: float) -> dict[str, float]:
    """Seconds by step, from what was seen when; the last one goes on to the end."""
    found: dict[str, float] = {}
    ends = [*(at for at, _, _ in seen[1:]), seconds]
    for (at, step, _), end in zip(seen, ends, strict=True):
        found[step] = found.get(step, 0.0) + end - at
    return found


def costs_of(metrics: str) -> dict[str, float]:
    """Processor time by form, from a service's metrics."""
    head = f'{_COST}{{form="'
    found = {}
    for line in metrics.splitlines():
        if line.startswith(head):
            form, _, value = line.removeprefix(head).partition('"} ')
            found[form] = float(value)
    return found


def _followed(site: Site, brief: Document, began: float) -> tuple[Document, list[Seen]]:
    seen: list[Seen] = [(0.0, "queued", 0)]
    while brief["state"] == _MAKING:
        at = time.monotonic() - began
        progress = brief.get("progress") or {}
        now = (str(progress.get("step") or "queued"), int(progress.get("done") or 0))
        if now != seen[-1][1:]:
            seen.append((at, *now))
        if at > _PATIENCE_S:
            raise SiteError(f"the brief is still being made after {_PATIENCE_S:.0f} s")
        time.sleep(_LOOK_S)
        brief = site.get("alerts", f"/v1/briefs/{brief['id']}")
    return brief, seen


def _checked(
    site: Site, brief: Document, check: Callable[[Document], Sequence[str]]
) -> Iterable[str]:
    if brief["state"] != _DRAFT:
        why = brief.get("findings") or brief.get("waiting_for") or ()
        return (f"the brief is {brief['state']}", *(str(one["en"]) for one in why))
    return itertools.chain(
        check(site.get("alerts", f"/v1/briefs/{brief['id']}/facts")),
        (
            f"{file['name']} is not what its sha256 says"
            for file in brief["files"]
            if _digest(site, brief, file["name"]) != file["sha256"]
        ),
    )


def _digest(site: Site, brief: Document, name: str) -> str:
    data = site.content("alerts", f"/v1/briefs/{brief['id']}/files/{name}")
    return hashlib.sha256(data).hexdigest()


def _forms(site: Site) -> dict[str, float]:
    return costs_of(site.content("alerts", "/metrics").decode())


def _busy_s() -> float:
    """CPU seconds that the whole machine has worked."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)
