"""What the store of forecasts promises, in memory and on PostgreSQL alike."""

from dataclasses import replace

import pytest

from services.evaluator.adapters.forecast_store import PostgresForecastStore
from services.evaluator.domain.forecast.accuracy import Said
from services.evaluator.domain.forecast.backtest import Trial
from services.evaluator.domain.forecast.methods import Name
from services.evaluator.domain.forecast.outlook import Range
from services.evaluator.ports.forecast import ForecastStore, Kept
from shared.kit.postgres import Database
from tests.usecases.evaluator.forecasts import MemoryForecastStore

SAID = Said(
    period="2026",
    cut=20_600,
    days_left=184,
    method="blend",
    so_far=4344.5,
    at_end=Range(low=8000.25, middle=8760.0, high=9100.125),
)
KEPT = Kept(
    subject="enterprise:E0",
    measure="electricity",
    made_at_us=1_790_000_000_000_000,
    cut_hour=494_400,
    said=SAID,
    body={"名": "值"},
)
TRIALS = (
    Trial(cut=20_572, days=28, errors={Name.BLEND: 0.125, Name.LIKE_DAYS: -0.5}),
    Trial(cut=20_544, days=56, errors={Name.BLEND: -0.0625}),
)


@pytest.fixture
def in_memory() -> ForecastStore:
    return MemoryForecastStore()


@pytest.fixture
def on_postgres(database: Database) -> ForecastStore:
    return PostgresForecastStore(database)


@pytest.fixture(params=["in_memory", pytest.param("on_postgres", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> ForecastStore:
    found: ForecastStore = request.getfixturevalue(request.param)
    return found


async def test_what_was_said_comes_back_the_newest_first(store: ForecastStore) -> None:
    later = replace(KEPT, made_at_us=KEPT.made_at_us + 1, said=replace(SAID, cut=20_601))
    other = replace(KEPT, measure="energy-total")
    for kept in (KEPT, later, other):
        await store.keep(kept, TRIALS)
    assert list(await store.said("enterprise:E0", "electricity", 10)) == [later, KEPT]
    assert list(await store.said("enterprise:E0", "electricity", 1)) == [later]
    assert list(await store.said("enterprise:E1", "electricity", 10)) == []


async def test_the_same_instant_is_kept_once(store: ForecastStore) -> None:
    again = replace(KEPT, said=replace(SAID, method="run-rate"))
    for kept in (KEPT, again):
        await store.keep(kept, ())
    assert list(await store.said("enterprise:E0", "electricity", 10)) == [again]


async def test_peers_are_others_of_the_same_kind_and_measure(store: ForecastStore) -> None:
    for subject in ("enterprise:E2", "enterprise:E0", "region:150000", "enterprise:E1"):
        await store.keep(replace(KEPT, subject=subject), TRIALS)
    await store.keep(replace(KEPT, subject="enterprise:E3", measure="heat"), TRIALS)
    found = await store.trials_of_peers("enterprise:E0", "electricity", 10)
    assert {peer: tuple(tried) for peer, tried in found.items()} == {
        "enterprise:E1": TRIALS,
        "enterprise:E2": TRIALS,
    }
    first = await store.trials_of_peers("enterprise:E0", "electricity", 1)
    assert set(first) == {"enterprise:E1"}


async def test_newer_trials_take_the_place_of_the_older(store: ForecastStore) -> None:
    await store.keep(replace(KEPT, subject="enterprise:E1"), TRIALS)
    await store.keep(replace(KEPT, subject="enterprise:E1"), TRIALS[:1])
    found = await store.trials_of_peers("enterprise:E0", "electricity", 10)
    assert {peer: tuple(tried) for peer, tried in found.items()} == {"enterprise:E1": TRIALS[:1]}
