"""A changed reading in a country of 17,000 enterprises: how soon its province's measures show it.

Each change is sent over HTTP like any other reading, and counts as arrived when all four measures
of the province have exactly the value that they must have, worked out from scratch.
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
from shared.model.exact import text
from shared.model.instants import iso

_PATIENCE_S = 30.0
_LOOK_S = 0.01
_TIMEOUT_S = 60.0
MOST_CHANGE_S = 2.0
"""The bar: from the answer of ingest to all four measures."""

Say = Callable[[str], None]


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

    async def value(self, subject: str, measure: str, period: str) -> Fraction | None:
        """The exact value of a figure; None if it has none. Raises SiteError."""
        found = await self.figure(subject, measure, period)
        shown = found.get("value")
        return None if shown is None else Fraction(shown)

    async def figure(self, subject: str, measure: str, period: str) -> Mapping[str, Any]:
        """A figure as the evaluator gives it. Raises SiteError."""
        path = f"/v1/figures/{subject}/{measure}/{period}"
        answer = await self._http.get(self._base + path)
        if answer.is_error:
            raise SiteError(f"GET {path}: {answer.status_code} {answer.text[:500]}")
        body: Mapping[str, Any] = answer.json()
        return body

    async def until(self, subject: str, measure: str, period: str, wanted: Fraction) -> float:
        """The instant (steady clock) at which the figure was right. Raises SiteError in the end."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            found = await self.value(subject, measure, period)
            now = time.monotonic()
            if found == wanted:
                return now
            if now > deadline:
                raise SiteError(f"{measure} of {subject} is {found}, and should be {wanted}")
            await asyncio.sleep(_LOOK_S)


async def change_readings(site: Site, province: Province, count: int, say: Say) -> Changes:
    """Change so many readings one after another. Raises SiteError when a figure is wrong."""
    watcher = Watcher(site)
    chance = random.Random(province.size.seed)
    factors = FactorFiles()
    found: list[Changed] = []
    try:
        for nth in range(count):
            place = chance.randrange(province.size.enterprises)
            changed = await _change(site, watcher, province, factors, place, chance, nth)
            say(
                f"{nth + 1}/{count}: {changed.enterprise} in {changed.province}: "
                f"{changed.all_s * 1000:.0f} ms"
            )
            found.append(changed)
    finally:
        await watcher.close()
    return Changes(each=tuple(found))


async def _change(
    site: Site,
    watcher: Watcher,
    province: Province,
    factors: FactorFiles,
    place: int,
    chance: random.Random,
    nth: int,
) -> Changed:
    estate, size = province.estate, province.size
    code = estate.county_of(place).above[1]
    subject, period = f"region:{code}", str(size.year)
    before = province.reckoning.measures(code, factors)
    await _all_right(watcher, subject, period, before)
    _, name, lane = list(estate.points(place))[chance.randrange(estate.points_each)]
    point = [one for _, one, _ in estate.points(place)].index(name)
    reading = chance.randrange(size.hours // size.interval_h)
    more = 1 + chance.randrange(10 * lane.most)
    row = _row(province, place, point, reading, name, lane, more, nth)
    began = time.monotonic()
    await asyncio.to_thread(site.post, "ingest", "/v1/readings", [row])
    answered = time.monotonic()
    province.reckoning.sums(code)[lane.carrier] += more
    wanted = province.reckoning.measures(code, factors)
    ends = await asyncio.gather(*(watcher.until(subject, m, period, wanted[m]) for m in FOUR))
    return Changed(
        enterprise=estate.enterprise(place),
        province=code,
        answered_s=answered - began,
        measures_s={m: end - answered for m, end in zip(FOUR, ends, strict=True)},
    )


async def _all_right(
    watcher: Watcher, subject: str, period: str, wanted: Mapping[str, Fraction]
) -> None:
    """Look once whether the measures are what they must be. Raises SiteError if not."""
    found = await asyncio.gather(*(watcher.value(subject, m, period) for m in FOUR))
    for measure, value in zip(FOUR, found, strict=True):
        if value != wanted[measure]:
            raise SiteError(f"{measure} of {subject} is {value}, and should be {wanted[measure]}")


def _row(
    province: Province,
    place: int,
    point: int,
    reading: int,
    name: str,
    lane: Metered,
    more: int,
    revision: int,
) -> dict[str, object]:
    """A reading with so many quanta more than it had, as a revision."""
    was = province.shelves.reading(place, point, reading)
    return {
        "point": name,
        "at": iso(was.at_us),
        "value": text(was.value + more, lane.decimals),
        "revision": revision + 1,
    }


def sum_of(values: Sequence[Fraction]) -> Fraction:
    """All together."""
    return sum(values, Fraction(0))
