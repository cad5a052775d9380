"""Makes a running system that of a place: catalogue, plan, and a year of demonstration data."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import typer
from rich.markup import escape

from deploy.cli.client import Api, show_problem
from deploy.cli.terminal import fail, out
from deploy.profiles import documents, places
from deploy.profiles.model import Profile
from deploy.profiles.year import Meter, Plant, Year, everything, load_year
from shared.model.catalogue import Flow

_PATIENCE_S = 120.0
_LOOK_S = 0.5
_BATCH = 2_000
_IMPORT_S = 600.0
_TRAVELLING = "in the catalogue"
"""What the evaluator says of a subject that the catalogue's topic has not told it of yet."""
_UNKNOWN_REGION = "brief-region"
"""The type of alerts' 404 for a region that the evaluator has not heard of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an application changed."""

    catalogue: int
    records: Mapping[str, int]
    readings: int
    ladder: bool = False
    briefs: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether the system said all of that already."""
        return not (self.catalogue or self.records or self.ladder or self.briefs)


def apply(api: Api, profile: Profile, *, with_year: bool) -> Applied:
    """Bring everything into the system; a refusal is shown and ends the command."""
    year = load_year(profile.demonstration) if with_year else None
    changed = _catalogue(api, profile, year)
    ladder, briefs = _ladder(api, profile), _briefs(api, profile)
    records = _recorded(api, "plan", documents.of_profile(profile))
    readings = 0
    if year is not None:
        known = everything(profile, year)
        for kind, count in _recorded(api, "year", documents.of_year(known)).items():
            records[kind] = records.get(kind, 0) + count
        readings = _readings(api, year)
        _await_books(api, year)
    return Applied(
        catalogue=changed, records=records, readings=readings, ladder=ladder, briefs=briefs
    )


def _catalogue(api: Api, profile: Profile, year: Year | None) -> int:
    files = places.catalogue(profile, year)
    listed = [{"filename": name, "text": text} for name, text in files.items()]
    report = api.post("ingest", "/v1/catalogue/imports", json={"files": listed}, timeout=_IMPORT_S)
    changed: int = report["added"] + report["changed"]
    _tell("catalogue", f"{report['rows']} regions, tags, plants and meters", changed)
    return changed


def _ladder(api: Api, profile: Profile) -> bool:
    """Assign the place its response ladder; whether it was new to it."""
    place = profile.place
    found = _patiently(api, "GET", "/v1/ladders")
    if found["assignments"].get(place.region) == place.ladder:
        _tell("ladder", place.ladder, 0)
        return False
    path = f"/v1/ladders/assignments/{place.region}"
    _patiently(api, "PUT", path, json={"ladder": place.ladder})
    _tell("ladder", place.ladder, 1)
    return True


def _briefs(api: Api, profile: Profile) -> bool:
    """Give the place its settings of situation briefs; whether they were new to it."""
    place = profile.place
    path = f"/v1/briefs/settings/{place.region}"
    found = _patiently(api, "GET", path)
    is_new = not found["own"] or found["name"] != place.briefs
    if is_new:
        _patiently(api, "PUT", path, json={"name": place.briefs})
    _tell("briefs", place.briefs, int(is_new))
    return is_new


def _patiently(api: Api, method: str, path: str, **more: Any) -> Any:
    """What alerts answers, once it has heard of the key and the evaluator of the region."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        answer = api.send(method, "alerts", path, **more)
        if not answer.is_error:
            return answer.json()
        is_early = answer.status_code in {401, 503} or _kind(answer) == _UNKNOWN_REGION
        if not is_early or time.monotonic() > deadline:
            show_problem(answer)
            raise typer.Exit(1)
        time.sleep(_LOOK_S)


def _kind(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return ""
    return str(problem.get("type") or "") if isinstance(problem, dict) else ""


def _recorded(api: Api, name: str, text: str) -> dict[str, int]:
    """Import records, again and again until the evaluator knows the catalogue that they name."""
    body = {"files": [{"filename": f"{name}.yaml", "text": text}], "dry_run": False}
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        answer = api.send("POST", "evaluator", "/v1/records/imports", json=body, timeout=_IMPORT_S)
        if not answer.is_error:
            break
        if not _will_pass(answer) or time.monotonic() > deadline:
            show_problem(answer)
            raise typer.Exit(1)
        time.sleep(_LOOK_S)
    report = answer.json()
    found: dict[str, int] = {}
    for fate in ("added", "changed"):
        for kind, count in report[fate].items():
            found[kind] = found.get(kind, 0) + count
    _tell(name, _counted(found) or f"{report['records']} records", sum(found.values()))
    return found


def _will_pass(answer: httpx.Response) -> bool:
    """Whether it was refused only because the catalogue is still on its way, or is busy."""
    if answer.status_code in {401, 503}:
        return True
    try:
        errors: list[dict[str, Any]] = answer.json().get("errors") or []
    except ValueError:
        return False
    return bool(errors) and all(_TRAVELLING in str(error) for error in errors)


def _readings(api: Api, year: Year) -> int:
    rows = places.readings(year)
    for first in range(0, len(rows), _BATCH):
        batch = rows[first : first + _BATCH]
        report = api.post("ingest", "/v1/readings", json=batch, timeout=_IMPORT_S)
        if report["items"]:
            fail(f"readings of the demonstration were refused: {report['items'][:3]}")
    if rows:
        out.print(f"[green]✓[/] readings: {len(rows)} of {len(year.plants)} demonstration plants")
    return len(rows)


def _await_books(api: Api, year: Year) -> None:
    """Until the books of every plant hold what its meters counted."""
    meters = [(plant, meter) for plant in year.plants for meter in plant.meters]
    if not meters:
        return
    _until(lambda: all(_booked(api, year, plant, meter) for plant, meter in meters))
    out.print("[green]✓[/] books: every plant's year is in them, to the last unit")


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not done():
        if time.monotonic() > deadline:
            fail(f"after {_PATIENCE_S:.0f} s the books are still behind; see qingyu status")
        time.sleep(_LOOK_S)


def _booked(api: Api, year: Year, plant: Plant, meter: Meter) -> bool:
    params = {
        "carrier": meter.carrier,
        "flow": Flow.IMPORT.value,
        "from": f"{year.first}-01-01T00:00:00+08:00",
        "to": f"{year.year + 1}-01-01T00:00:00+08:00",
        "step": "total",
    }
    subject = f"enterprise:{places.code_of(plant)}"
    answer = api.send("GET", "evaluator", f"/v1/books/{subject}", params=params)
    items = answer.json().get("items") if not answer.is_error else None
    if not items:
        return False
    return Decimal(items[0]["total"]["quantity"]) == places.counted(year, meter)


def _counted(found: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))


def _tell(name: str, what: str, changed: int) -> None:
    note = f"{changed} new or changed" if changed else "all known already"
    out.print(f"[green]✓[/] {escape(name)}: {escape(what)} [dim]({note})[/]")


def farewell(api: Api, profile: Profile, applied: Applied, *, with_year: bool) -> None:
    """What may be looked at now."""
    if applied.is_nothing:
        out.print("\nNothing was new: the system is that of this place already.")
    if profile.plan.draft:
        out.print("[yellow]The plan is a draft for comment; its targets stand as a trial.[/]")
    for line in _invitations(api, profile, with_year=with_year):
        out.print(f"  [bold]{escape(line)}[/]")


def _invitations(api: Api, profile: Profile, *, with_year: bool) -> Iterable[str]:
    code = profile.place.region
    yield f"qingyu profile show {profile.name}"
    yield f"qingyu target list --region {code}"
    yield f"qingyu ladder show {profile.place.ladder}"
    if with_year:
        period = f"{load_year(profile.demonstration).year}Q3"
        yield f"qingyu brief make --region {code} --period {period}"
        yield f"{api.target.urls['console']}/barometer?region={code}&period={period}"
