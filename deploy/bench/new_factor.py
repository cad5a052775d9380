"""A new version of a factor: how long it takes to compute the year of everybody anew, and exactly.

The new factor is put on record like any other; then all closed months of all subjects are computed
by the factors of before and of now. The sums are held against those worked out from scratch.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deploy.bench.province.reckoning import FactorFiles
from deploy.bench.stress import Province, Watcher, factors_of, wrong
from deploy.demo.site import Site, SiteError
from shared.model.exact import text

MOST_RECOMPUTE_S = 60.0
"""The bar: from the request to the news that everything is computed."""
_TOLD_EVERY_S = 2.0
_LOOK_S = 0.25
_PATIENCE_S = 600.0
_SERIES, _CARRIER = "tce-calorific", "raw-coal"
_KEY = f"{_SERIES}/{_CARRIER}//"
_MEASURE = "energy.calorific"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """What the recomputation came to. `wrong`: what is not as it must be, empty if all is."""

    seconds: float
    subjects: int
    months: int
    changed: int
    old: str
    new: str
    wrong: str

    @property
    def passed(self) -> bool:
        """Whether everything is right and in time."""
        return not self.wrong and self.seconds < MOST_RECOMPUTE_S


async def recompute(site: Site, province: Province, say: Say) -> Recomputed:
    """Record another factor of raw coal and compute the year anew. Raises SiteError."""
    before = factors_of(site)
    value, based_on = _new_value(site)
    say(f"a new factor is put on record: {value} kgce in a kilogram of raw coal")
    site.post("evaluator", "/v1/factors", _record(value))
    after = factors_of(site)
    path = f"/v1/recomputations?year={province.size.year}&old_as_of={based_on}"
    began = time.monotonic()
    site.post("evaluator", path, {})
    report = await _done(site, began, say)
    seconds = time.monotonic() - began
    tally = report["measures"][_MEASURE]
    return Recomputed(
        seconds=seconds,
        subjects=report["subjects"],
        months=report["cells"],
        changed=tally["changed"],
        old=str(tally["old"]),
        new=str(tally["new"]),
        wrong=await _wrong(site, province, before, after, report),
    )


async def _done(site: Site, began: float, say: Say) -> Mapping[str, Any]:
    """Tell how far it is until it is done; the report. Raises SiteError if it fails."""
    told = 0.0
    while True:
        state = await asyncio.to_thread(site.get, "evaluator", "/v1/recomputations")
        if state["state"] == "done":
            report: Mapping[str, Any] = state["report"]
            return report
        if state["state"] != "running":
            raise SiteError(f"the recomputation is {state['state']}: {state['problem']}")
        passed = time.monotonic() - began
        if passed > _PATIENCE_S:
            raise SiteError(f"the recomputation is not done after {passed:.0f} s")
        if passed - told >= _TOLD_EVERY_S:
            told = passed
            of = f" of {state['whole']:,}" if state["whole"] else ""
            say(f"{passed:.0f} s: {state['step']} {state['done']:,}{of}")
        await asyncio.sleep(_LOOK_S)


def _new_value(site: Site) -> tuple[str, int]:
    """A value that is not the one in use, and the last commit before it."""
    found = site.get("evaluator", "/v1/factors", key=_KEY)["items"]
    version = int(found[0]["version"]) if found else 0
    commit = int(site.get("evaluator", "/v1/commits")["commit"])
    return text(7144 + version, 4), commit


def _record(value: str) -> dict[str, object]:
    return {
        "series": _SERIES,
        "item": _CARRIER,
        "unit": "kgce/kg",
        "value": value,
        "version": f"bench {value}",
        "source": "bench",
        "confidence": "I",
    }


async def _wrong(
    site: Site,
    province: Province,
    before: FactorFiles,
    after: FactorFiles,
    report: Mapping[str, Any],
) -> str:
    """What differs from the sums worked out from scratch; empty if nothing does."""
    tally = report["measures"][_MEASURE]
    old, new = (_whole(province, factors) for factors in (before, after))
    if (Fraction(tally["old"]), Fraction(tally["new"])) != (old, new):
        return f"all enterprises: {tally['old']} and {tally['new']} should be {old} and {new}"
    if tally["changed"] != report["cells"]:
        return f"{tally['changed']} months changed of {report['cells']} with raw coal"
    watcher = Watcher(site)
    try:
        for code in province.estate.provinces:
            wanted = province.reckoning.measures(code, after)
            found = await watcher.four(f"region:{code}", province.period)
            if found != wanted:
                return wrong(f"region:{code}", found, wanted)
    except SiteError as error:
        return str(error)
    finally:
        await watcher.close()
    return ""


def _whole(province: Province, factors: FactorFiles) -> Fraction:
    """Standard coal of everybody."""
    totals = (
        province.reckoning.measures(code, factors)["energy-total"]
        for code in province.estate.provinces
    )
    return sum(totals, Fraction(0))
