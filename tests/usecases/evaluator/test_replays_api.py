"""Rules tried on the past through the route: what they raise, for whom, and what is refused."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.budget import STANDARD
from services.evaluator.domain.records.target import Form
from services.evaluator.entrypoints import replays_api
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.trials.ratings import TargetTrialDesk
from services.evaluator.ports.register import RecordKind
from shared.model.instants import HOUR_US, hour_iso
from tests.usecases.evaluator.api import FACTORS, Site
from tests.usecases.evaluator.api_world import COUNTY, E0, FIRST, catalogue, site, wanted
from tests.usecases.evaluator.court import totals
from tests.usecases.evaluator.reckoning import CITY, PROVINCE, Province, target

__all__ = ["site"]

TIME = {"from": "2026-03-01", "to": "2026-03-10"}
E1 = "enterprise:E1"
YEAR = {"rule": "barometer", "rule_set": "MET", "from": "2025-01-01", "to": "2025-10-01"}
STRICT = {"rule": "used", "thresholds": {"yellow": "50", "red": "100"}, **TIME}


async def used(made: Site, hundredths: Sequence[int], subject: str = E0, commit: int = 1) -> None:
    """So much power (in hundredths of a kWh) in each hour from the period's first on."""
    rows = [(subject, FIRST + nr, amount) for nr, amount in enumerate(hundredths)]
    booked = (FIRST + len(hundredths)) * HOUR_US
    await made.court.hear(totals(commit, rows, {1: booked, 2: booked}))
    await made.court.settle()


async def tried(made: Site, body: dict[str, Any], key: str = "operator") -> dict[str, Any]:
    answer = await made.post("/v1/replays", body, key)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def moves(item: dict[str, Any]) -> dict[str, tuple[str, int | None]]:
    return {one["level"]: (one["moved"], one["hours"]) for one in item["differences"]}


async def test_a_stricter_rule_warns_earlier_and_one_level_is_later(site: Site) -> None:
    """Ten kWh in 48 hours, a quarter of one each hour: half is used up after 20 hours."""
    await site.post("/v1/budgets", wanted())
    await used(site, [25] * 48)
    found = await tried(site, STRICT)
    (item,) = found["items"]
    assert (item["subject"], item["code"], item["period"]) == (E0, "B1", wanted()["period"])
    assert [(s["at"], s["level"]) for s in item["tried"]] == [
        (hour_iso(FIRST + 19), "yellow"),
        (hour_iso(FIRST + 39), "red"),
    ]
    assert [s["level"] for s in item["in_force"]] == ["notice", "yellow", "orange", "red"]
    assert item["tried"][0]["used_percent"] == "50.0000"
    assert moves(item) == {
        "notice": ("earlier", -12),
        "yellow": ("earlier", -16),
        "orange": ("later", 2),
        "red": ("same", 0),
    }
    assert (found["raised_in_force"], found["raised_tried"]) == (4, 2)
    assert found["counts"] == {"gained": 0, "lost": 0, "earlier": 2, "later": 1, "same": 1}
    assert (found["selected"], found["tried"], found["silent"], found["next"]) == (1, 1, 0, None)


async def test_what_is_gained_and_what_is_lost(site: Site) -> None:
    await site.post("/v1/budgets", wanted())
    await used(site, [25] * 34)
    (lost,) = (await tried(site, STRICT | {"thresholds": {"red": "99"}}))["items"]
    assert moves(lost) == {"notice": ("lost", None)}
    (gained,) = (await tried(site, STRICT))["items"]
    assert moves(gained)["yellow"] == ("gained", None)


async def test_pace_by_other_numbers(site: Site) -> None:
    """A fifth above the line from the beginning: red by the rule in force, here only at 15."""
    await site.post("/v1/budgets", wanted())
    await used(site, [24] * 48)
    body = {"rule": "pace", "thresholds": {"yellow": "14"}, "from_percent": "50", **TIME}
    (item,) = (await tried(site, body))["items"]
    assert [(s["at"], s["level"]) for s in item["tried"]] == [(hour_iso(FIRST + 23), "yellow")]
    assert [s["level"] for s in item["in_force"]] == ["orange"]
    assert moves(item)["orange"] == ("lost", None)
    assert moves(item)["yellow"][0] == "later"


async def test_only_the_time_asked_for_counts(site: Site) -> None:
    await site.post("/v1/budgets", wanted())
    await used(site, [25] * 48)
    half = STRICT | {"from": hour_iso(FIRST + 24), "to": hour_iso(FIRST + 36)}
    (item,) = (await tried(site, half))["items"]
    assert [s["level"] for s in item["tried"]] == ["yellow"]
    assert [s["level"] for s in item["in_force"]] == ["notice", "yellow"]
    assert moves(item)["yellow"] == ("earlier", -11)
    assert (await tried(site, STRICT | {"from": "2026-04-01", "to": "2026-05-01"}))["selected"] == 0


async def test_pages_in_the_order_of_codes_and_who_is_not_judged(site: Site) -> None:
    budgets = [wanted(code=f"B{nr}") for nr in range(5)]
    await site.post("/v1/budgets", [*budgets, wanted(code="C", subject=E1)])
    await used(site, [25] * 48)
    first = await tried(site, STRICT | {"limit": 2})
    assert [item["code"] for item in first["items"]] == ["B0", "B1"]
    assert (first["selected"], first["next"]) == (6, "B1")
    rest = await tried(site, STRICT | {"cursor": "B1"})
    assert [item["code"] for item in rest["items"]] == ["B2", "B3", "B4"]
    assert (rest["next"], rest["silent"]) == (None, 1)
    await site.post("/v1/budgets", wanted(code="D"))
    assert (await tried(site, STRICT | {"budget": "D"}))["unjudged"] == ["D"]


async def test_nobody_sees_more_than_they_may(site: Site) -> None:
    await site.post("/v1/budgets", [wanted(), wanted(code="B2", subject=E1), wanted(
        code="B3", subject=COUNTY)])  # fmt: skip
    await used(site, [25] * 48)
    assert (await tried(site, STRICT, "operator"))["selected"] == 3
    assert (await tried(site, STRICT, "county"))["selected"] == 3
    assert (await tried(site, STRICT, "sender"))["selected"] == 1
    assert (await tried(site, STRICT, "elsewhere"))["selected"] == 0
    for hidden in ({"subject": E1}, {"budget": "B2"}, {"region": "150203"}):
        answer = await site.post("/v1/replays", STRICT | hidden, "elsewhere")
        assert answer.status_code == 404, hidden


async def test_chosen_by_region_subject_or_budget(site: Site) -> None:
    await site.post("/v1/budgets", [wanted(), wanted(code="B2", subject=E1)])
    for choice, count in (
        ({"region": "150200"}, 2),
        ({"region": "region:150203"}, 2),
        ({"subject": E1}, 1),
        ({"budget": "B1"}, 1),
        ({"budget": "B1", "subject": E1}, 0),
    ):
        assert (await tried(site, STRICT | choice))["selected"] == count, choice


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"thresholds": {"pink": "5"}}, "unknown level"),
        ({"thresholds": {"yellow": "95", "orange": "90"}}, "thresholds.orange"),
        ({"fall_points": "1"}, "fall_points"),
        ({"from": "2026-03-20"}, "to: lies before"),
        ({"from": "yesterday"}, "from: 'yesterday'"),
        ({"subject": "somebody"}, "somebody"),
        ({"rule": "barometer"}, "rule_set"),
        ({"rule": "louder"}, ""),
        ({"colour": "red"}, ""),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    site: Site, change: dict[str, Any], said: str
) -> None:
    answer = await site.post("/v1/replays", STRICT | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.text


async def test_too_much_at_once_is_refused_with_what_to_narrow(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.post("/v1/budgets", wanted())
    await used(site, [25] * 48)
    monkeypatch.setattr("services.evaluator.handlers.trials.budgets.MOST_HOURS", 47)
    answer = await site.post("/v1/replays", STRICT)
    assert answer.status_code == 422
    assert "ask for fewer at once" in answer.json()["detail"]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=48), st.sampled_from(["used", "pace"]))
async def test_the_rule_in_force_tried_on_itself_changes_nothing_and_is_what_was_judged(
    hundredths: list[int], rule: str
) -> None:
    made = Site(catalogue())
    await made.court.open()
    await made.post("/v1/budgets", wanted())
    await used(made, hundredths)
    levels = STANDARD.used if rule == "used" else STANDARD.pace
    body = {"rule": rule, "thresholds": {level.word: str(value) for level, value in levels}}
    found = await tried(made, body | TIME)
    assert {name for name, count in found["counts"].items() if count} <= {"same"}
    stored = (await made.store.judged(["B1"]))["B1"]
    steps = stored.used if rule == "used" else stored.pace
    items = found["items"]
    told = [(s["at"], s["level"]) for item in items for s in item["in_force"]]
    assert told == [(hour_iso(step.hour), step.level.word) for step in steps]
    assert items == [] or items[0]["tried"] == items[0]["in_force"]


class TestRuleSets:
    """A total of 100 tce of 2025: 30, 60 and 80 used at the ends of its first quarters."""

    @pytest.fixture
    async def place(self) -> Province:
        made = Province()
        made.client = made.client_of(
            replays_api.router,
            budgets=BudgetDesk(Site(catalogue()).budgets, made.rulebook, FACTORS),
            target_trials=TargetTrialDesk(made.reckoner),
        )
        total = {"form": Form.TOTAL, "unit": "tce", "yearly": {"2025": Decimal(100)}}
        await made.put(
            RecordKind.TARGET,
            target("T", PROVINCE, "energy-total", "100", **total),
            target("S", CITY, "energy-total", "100", **total),
        )
        for period, tce in (("2025Q1", "26"), ("2025Q2", "60"), ("2025Q3", "76")):
            await made.state(PROVINCE, "energy-whole", period, tce, "tce")
        return made

    async def test_levels_by_quarter_by_both_rule_sets(self, place: Province) -> None:
        answer = await place.post("/v1/replays", YEAR)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        (item,) = found["items"]
        assert (item["subject"], item["code"]) == (PROVINCE, "T")
        assert [s["period"] for s in item["in_force"]] == ["2025Q1", "2025Q2", "2025Q3"]
        assert [s["level"] for s in item["in_force"]] == ["yellow", "red", "yellow"]
        assert len(item["tried"]) == 3
        assert (found["selected"], found["tried"], found["silent"]) == (2, 2, 1)

    async def test_a_rule_set_that_is_none_names_those_there_are(self, place: Province) -> None:
        answer = await place.post("/v1/replays", YEAR | {"rule_set": "N1999"})
        assert answer.status_code == 422
        assert "N2020" in answer.json()["detail"]

    async def test_a_county_sees_only_its_own(self, place: Province) -> None:
        answer = await place.post("/v1/replays", YEAR, "county")
        assert answer.json()["selected"] == 0

    async def test_pages_by_holder_and_too_long_a_time(self, place: Province) -> None:
        first = (await place.post("/v1/replays", YEAR | {"limit": 1})).json()
        assert (first["next"], first["selected"]) == (PROVINCE, 2)
        rest = (await place.post("/v1/replays", YEAR | {"cursor": PROVINCE})).json()
        assert (rest["tried"], rest["next"]) == (1, None)
        long = await place.post("/v1/replays", YEAR | {"from": "2010-01-01"})
        assert long.status_code == 422
        assert "shorter time" in long.json()["detail"]
