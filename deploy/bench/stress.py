"""A changed reading in a country of 17,000 enterprises: how soon its province's measures show it.

Each change is sent over HTTP like any other reading, and counts as arrived when all four measures
of the province have exactly the value that they must have, worked out from scratch. A second
change takes every one back, so that the books end as they began.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import httpx

from deploy.bench.figures import Spread, spread
from deploy.bench.province.estate import Estate
from deploy.bench.province.quantities import Quantities
from deploy.bench.province.reckoning import FOUR, FactorFiles, Reckoning
from deploy.bench.province.shelves import Shelves
from deploy.bench.province.size import Metered, Size
from deploy.demo.site import Site, SiteError
from shared.kit.clock import now
from shared.model.exact import text
from shared.model.instants import iso

_PATIENCE_S = 30.0
_CATALOGUE_S = 240.0
_LOOK_S = 0.005
_TIMEOUT_S = 60.0
MOST_CHANGE_S = 2.0
"""The bar: from the answer of ingest to all four measures."""

Say = Callable[[str], None]
Moments = Mapping[str, float]
"""Measure -> when, on the machine's steady clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change: whose province, how long the answer took, and when each measure was right."""

    enterprise: str
    province: str
    answered_s: float
    measures_s: Mapping[str, float]

    @property
    def all_s(self) -> float:
        """From the answer until the last of the measures was right."""
        return max(self.measures_s.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All changes of a run."""

    each: tuple[Changed, ...]

    @property
    def arrived(self) -> Spread | None:
        """How long the slowest measure took, over all changes."""
        return spread([one.all_s for one in self.each])

    @property
    def passed(self) -> bool:
        """Whether every change arrived within the bar."""
        found = self.arrived
        return found is not None and found.longest < MOST_CHANGE_S


@dataclass(slots=True)
class Province:
    """The made-up province as the bench knows it: what it must all come to."""

    size: Size
    estate: Estate = field(init=False)
    shelves: Shelves = field(init=False)
    reckoning: Reckoning = field(init=False)

    def __post_init__(self) -> None:
        """The same people and quantities as the generator's."""
        self.estate = Estate(self.size)
        quantities = Quantities(self.estate)
        self.shelves = Shelves(self.estate, quantities)
        self.reckoning = Reckoning(self.estate, quantities)

    def region(self, place: int) -> str:
        """The province of an enterprise."""
        return self.estate.county_of(place).above[1]

    @property
    def period(self) -> str:
        """The year of the books."""
        return str(self.size.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A reading to change: of whom, which lane, when, what it was and by how many quanta."""

    place: int
    point: str
    lane: Metered
    at_us: int
    was: int
    more: int

    def row(self, quanta: int, revision: int) -> dict[str, object]:
        """The reading with so many quanta, for ingest."""
        value = text(quanta, self.lane.decimals)
        return {"point": self.point, "at": iso(self.at_us), "value": value, "revision": revision}


class Watcher:
    """Asks for figures of a running system, several at once."""

    def __init__(self, site: Site) -> None:
        """With the operator's key."""
        self._base = site.url("evaluator")
        headers = {"Authorization": f"Bearer {site.key}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=_TIMEOUT_S)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def four(self, subject: str, period: str) -> dict[str, Fraction | None]:
        """The exact values of the four measures; None for one that has none. Raises SiteError."""
        path = f"/v1/figures?subject={subject}&period={period}"
        answer = await self._http.get(self._base + path)
        if answer.is_error:
            raise SiteError(f"GET {path}: {answer.status_code} {answer.text[:500]}")
        items: Sequence[Mapping[str, Any]] = answer.json()["items"]
        values = {str(item["measure"]): item["value"] for item in items}
        return {m: None if values[m] is None else Fraction(values[m]) for m in FOUR}

    async def until(self, subject: str, period: str, wanted: Mapping[str, Fraction]) -> Moments:
        """When (steady clock) each measure was first seen right. Raises SiteError in the end."""
        deadline = time.monotonic() + _PATIENCE_S
        right: dict[str, float] = {}
        while True:
            found = await self.four(subject, period)
            moment = time.monotonic()
            right = {m: right.get(m, moment) for m in FOUR if found[m] == wanted[m]}
            if len(right) == len(FOUR):
                return right
            if moment > deadline:
                raise SiteError(wrong(subject, found, wanted))
            await asyncio.sleep(_LOOK_S)


def wrong(
    subject: str, found: Mapping[str, Fraction | None], wanted: Mapping[str, Fraction]
) -> str:
    """Which measures are not what they must be, and what they are instead."""
    listed = [f"{m} is {found[m]} and should be {wanted[m]}" for m in FOUR if found[m] != wanted[m]]
    return f"{subject}: {'; '.join(listed)}"


def factors_of(site: Site) -> FactorFiles:
    """The factors in use: those of the files, with those on record laid over them."""
    found = site.get("evaluator", "/v1/factors", limit="5000")["items"]
    return FactorFiles(row_of(item["body"]) for item in found if item["version"])


def row_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A factor on record as the files have them."""
    names = ("series", "item", "place", "unit", "value")
    span = [body.get("valid_from") or "", body.get("valid_to") or ""]
    return {**{name: body[name] for name in names}, "valid": span if any(span) else None}


async def change_readings(site: Site, province: Province, count: int, say: Say) -> Changes:
    """Change so many readings one after another, and back. Raises SiteError for a wrong figure."""
    watcher = Watcher(site)
    chance = random.Random(int(now().timestamp()))
    # A run's revisions are above those of every run before it.
    revision = int(now().timestamp()) - 1_700_000_000
    factors = factors_of(site)
    found: list[Changed] = []
    try:
        for nth in range(count):
            change = _drawn(province, chance)
            await _check(watcher, province, factors, province.region(change.place))
            for more in (change.more, 0):
                revision += 1
                row = change.row(change.was + more, revision)
                step = more or -change.more
                found.append(await _sent(site, watcher, province, factors, change, step, row))
            one = found[-2]
            say(
                f"{nth + 1} of {count}: {change.point} in {one.province}: "
                f"{one.all_s:.3f} s, and back {found[-1].all_s:.3f} s"
            )
    finally:
        await watcher.close()
    return Changes(each=tuple(found))


def _drawn(province: Province, chance: random.Random) -> Change:
    """Any reading of any point of any enterprise."""
    size = province.size
    place = chance.randrange(size.enterprises)
    nth = chance.randrange(province.estate.points_each)
    _, code, lane = list(province.estate.points(place))[nth]
    was = province.shelves.reading(place, nth, chance.randrange(size.hours // size.interval_h))
    more = 1 + chance.randrange(10 * lane.most)
    return Change(place=place, point=code, lane=lane, at_us=was.at_us, was=was.value, more=more)


async def _sent(
    site: Site,
    watcher: Watcher,
    province: Province,
    factors: FactorFiles,
    change: Change,
    step: int,
    row: Mapping[str, object],
) -> Changed:
    """Send one change and wait until all four measures have moved by exactly what they must."""
    code = province.region(change.place)
    province.reckoning.sums(code)[change.lane.carrier] += step
    wanted = province.reckoning.measures(code, factors)
    began = time.monotonic()
    await asyncio.to_thread(site.post, "ingest", "/v1/readings", [row])
    answered = time.monotonic()
    ends = await watcher.until(f"region:{code}", province.period, wanted)
    return Changed(
        enterprise=province.estate.enterprise(change.place),
        province=code,
        answered_s=answered - began,
        measures_s={measure: end - answered for measure, end in ends.items()},
    )


async def _check(watcher: Watcher, province: Province, factors: FactorFiles, code: str) -> None:
    """Look once whether the measures are what they must be. Raises SiteError if not."""
    wanted = province.reckoning.measures(code, factors)
    found = await watcher.four(f"region:{code}", province.period)
    if found != wanted:
        raise SiteError(wrong(f"region:{code}", found, wanted))


def await_catalogue(site: Site, province: Province) -> float:
    """Wait until the services know everybody; how many seconds it took. Raises SiteError."""
    began = time.monotonic()
    last = f"enterprise:{province.estate.enterprise(province.size.enterprises - 1)}"
    while True:
        try:
            site.get("evaluator", f"/v1/books/{last}", step="month")
        except SiteError as error:
            if time.monotonic() - began > _CATALOGUE_S:
                raise SiteError(f"the services do not know the catalogue: {error}") from error
            time.sleep(0.25)
        else:
            return time.monotonic() - began
