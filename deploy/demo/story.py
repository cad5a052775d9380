"""What the demonstration does, step by step, and whether the books came out right."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console

from deploy.demo import package
from deploy.demo.checking import Checked, check
from deploy.demo.screen import arrived, books, heading, warned
from deploy.demo.site import Site, SiteError, import_catalogue, wait_for
from deploy.replay.screen import Door, play
from deploy.replay.tally import Tally
from shared.model.instants import hour_of, to_us

_BOOKS_S = 180.0
_JUDGED_S = 120.0
_STILL_S = 1.5

Document = Mapping[str, Any]


def tell(site: Site, console: Console) -> bool:
    """Do everything and show it; whether all sums are as published. Raises SiteError."""
    heading(console, "What there is")
    _set_up(site, console)
    heading(console, "What arrives")
    tallies = {title: _replay(site, title, console) for title in package.replays()}
    arrived(console, tallies)
    heading(console, "What the books say")
    checked = await_books(site)
    books(console, checked)
    heading(console, "Who is warned, of which hour")
    warned(console, await_warnings(site))
    refused = sum(tally.refused for tally in tallies.values())
    return refused == 0 and all(one.equal for one in checked)


def _set_up(site: Site, console: Console) -> None:
    report = import_catalogue(site, package.catalogue())
    known = site.get("ingest", "/v1/catalogue")["counts"]
    counted = ", ".join(f"{count} {kind}" for kind, count in known.items())
    change = "nothing new" if report["unchanged"] else f"version {report['version']}"
    console.print(f"[green]✓[/] catalogue: {counted} [dim]({change})[/]")
    found = package.budgets()
    site.post("evaluator", "/v1/budgets", found)
    console.print(f"[green]✓[/] {len(found)} budgets of enterprises, counties, cities, provinces")


def _replay(site: Site, title: str, console: Console) -> Tally:
    door = Door(url=site.url("ingest"), key=site.key, connections=2)
    begun = time.monotonic()
    tally = play(package.replays()[title], door, console)
    if tally.stopped:
        raise SiteError(f"the replay stopped: {tally.stopped}")
    tally.seconds = time.monotonic() - begun
    return tally


def await_books(site: Site) -> tuple[Checked, ...]:
    """Every published sum beside the books', as soon as all are equal or time is up."""
    found: tuple[Checked, ...] = ()

    def all_equal() -> bool:
        nonlocal found
        found = tuple(check(site, one) for one in package.published())
        return all(one.equal for one in found)

    try:
        wait_for(all_equal, seconds=_BOOKS_S)
    except SiteError:
        if not found:
            raise
    return found


def await_warnings(site: Site) -> Sequence[Document]:
    """All warnings of the demonstration once every budget is judged to its end."""
    wait_for(lambda: _judged(site), seconds=_JUDGED_S, what="the judgement of the budgets")
    newest = -1
    while True:
        page = site.get("alerts", "/v1/warnings", limit="200", full="true")
        if page["newest"] == newest:
            codes = {budget["code"] for budget in package.budgets()}
            return [one for one in page["items"] if one["budget"]["code"] in codes]
        newest = page["newest"]
        time.sleep(_STILL_S)


def _judged(site: Site) -> bool:
    states = {one["code"]: one for one in site.get("evaluator", "/v1/budgets")["items"]}
    return all(_to_the_end(states[budget["code"]]) for budget in package.budgets())


def _to_the_end(budget: Document) -> bool:
    state = budget.get("state") or {}
    watermark = state.get("watermark")
    if watermark is None:
        return False
    end = package.period_of(budget).end_hour
    return hour_of(to_us(datetime.fromisoformat(watermark))) >= end
