"""statsmodels behind our two ways to continue weeks, the worker, and accuracy on a few meters."""

from collections.abc import AsyncGenerator
from datetime import date
from itertools import islice

import numpy as np
import pytest

from deploy.bench.forecast_data import (
    CUTS,
    ELECTRICITY,
    Meter,
    calendar,
    cases,
    day_of,
    read_meters,
)
from services.evaluator.adapters.forecasting.weeks import library, reverting, smoothed
from services.evaluator.adapters.forecasting.worker import WorkerForecaster
from services.evaluator.domain.forecast.history import view_of
from services.evaluator.domain.forecast.methods import Name, all_paths
from services.evaluator.domain.forecast.outlook import Outlook
from services.evaluator.ports.forecast import Job
from tests.unit.evaluator.forecast.histories import FIRST, made_up, seen


def test_a_lasting_difference_fades_slowly_and_noise_at_once() -> None:
    rng = np.random.default_rng(1)
    noise = 0.1 * rng.standard_normal(52)
    lasting = np.full(52, 0.2) + 0.02 * rng.standard_normal(52)
    assert abs(reverting(noise, 20)).max() < 0.05
    path = reverting(lasting, 20)
    assert path[0] > 0.15
    assert np.all(np.diff(path) <= 0)


def test_gaps_in_the_weeks_are_let_be() -> None:
    weeks = np.full(40, 0.1) + 0.01 * np.random.default_rng(2).standard_normal(40)
    weeks[5:20:3] = np.nan
    assert np.isfinite(reverting(weeks, 10)).all()
    assert smoothed(np.where(np.isnan(weeks), np.nan, 5.0), 3) == pytest.approx([5.0] * 3, rel=0.01)


@pytest.fixture
async def worker() -> AsyncGenerator[WorkerForecaster]:
    made = WorkerForecaster()
    yield made
    await made.close()


async def test_a_process_beside_computes_and_its_death_is_survived(
    worker: WorkerForecaster,
) -> None:
    view = seen(made_up(480), cut=FIRST + 480, start=FIRST + 365, end=FIRST + 540)
    job = Job(view=view, peers=(), so_far=10.0, budget=30_000.0)
    first = await worker.look_ahead(job)
    assert isinstance(first, Outlook)
    pool = vars(worker)["_pool"]
    for process in list(pool._processes.values()):
        process.kill()
    again = await worker.look_ahead(job)
    assert isinstance(again, Outlook)
    assert (again.at_end, again.method) == (first.at_end, first.method)


@pytest.fixture(scope="module")
def meters() -> tuple[Meter, ...]:
    return read_meters()


def test_the_bench_reads_what_its_readme_counts(meters: tuple[Meter, ...]) -> None:
    totals = {
        carrier: float(
            sum(
                np.nansum(meter.history.between(day_of(date(2018, 1, 1)), day_of(date(2019, 1, 1))))
                for meter in meters
                if meter.carrier == carrier
            )
        )
        for carrier in (ELECTRICITY, "gas")
    }
    assert totals == pytest.approx({ELECTRICITY: 87_146_508.8, "gas": 12_069_935.8}, abs=0.5)
    listed = list(cases(meters))
    found = [(case.meter.carrier, case.year) for case in listed]
    counts = {one: found.count(one) / len(CUTS) for one in sorted(set(found))}
    assert counts == {
        (ELECTRICITY, 2018): 67.0,
        (ELECTRICITY, 2019): 65.0,
        ("gas", 2018): 18.0,
        ("gas", 2019): 58.0,
    }


def _electric(meters: tuple[Meter, ...], count: int) -> tuple[Meter, ...]:
    return tuple(islice((meter for meter in meters if meter.carrier == ELECTRICITY), count))


def test_real_meters_are_forecast_far_better_than_by_the_run_rate(
    meters: tuple[Meter, ...],
) -> None:
    """A rough look at few; `qingyu bench forecast` measures all of them against all references."""
    errors: dict[Name, list[float]] = {}
    year = calendar("england")
    for case in cases(_electric(meters, 10)):
        view = view_of(case.meter.history, year, start=case.start, cut=case.cut, end=case.end)
        known = np.isfinite(case.came)
        came = case.came[known].sum()
        for name, path in all_paths(view, library()).items():
            errors.setdefault(name, []).append(abs(path[known].sum() / came - 1))
    middle = {name: float(np.median(found)) for name, found in errors.items()}
    assert middle[Name.BLEND] < 0.8 * min(middle[Name.RUN_RATE], middle[Name.LAST_28])
    assert middle[Name.BLEND] < 0.06
