"""The use of a budget can be made again from what the routes of budgets answer."""

from fractions import Fraction
from typing import Any

from services.evaluator.domain.budget import STANDARD
from services.evaluator.domain.figures.names import parse_figure
from services.evaluator.domain.figures.rendering import document
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.reckoner.budgets import JudgedBudgets
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from shared.model.instants import HOUR_US
from shared.model.period import parse_period
from tests.usecases.evaluator.api import FACTORS, Site
from tests.usecases.evaluator.api_world import E0, FIRST, catalogue, wanted
from tests.usecases.evaluator.court import totals
from tests.usecases.evaluator.reckoning import Province
from tests.usecases.evaluator.test_explain_api import again, at, parts_of


async def made_of(site: Site, figure: str) -> list[Any]:
    """The figure and those beside it, as documents."""
    desk = BudgetDesk(site.budgets, site.court.rulebook, FACTORS)
    budgets = JudgedBudgets(desk, Briefs(site.court.rulebook, FACTORS), site.store)
    place = Province(catalogue())
    (made,) = await Reckoner(place.gatherer, place.books, budgets).figures([parse_figure(figure)])
    return [document(one) for one in (made.figure, *made.beside)]


async def test_what_is_used_of_a_budget() -> None:
    site = Site(catalogue())
    await site.court.open()
    assert (await site.post("/v1/budgets", wanted())).status_code == 200
    await site.court.settle()
    await site.court.hear(
        totals(1, [(E0, FIRST, 250), (E0, FIRST + 1, 150)], {1: (FIRST + 40) * HOUR_US})
    )
    found, line, over = await made_of(site, f"{E0}/budget:B1/2026")
    assert found["value"] == "40"
    assert again(found) == Fraction(40)
    answer = (await site.get("/v1/budgets/B1")).json()
    read = [one for one in parts_of(found) if one["source"] and one["source"]["href"]]
    assert len(read) == 2
    for one in read:
        assert one["source"]["href"] == "/v1/budgets/B1"
        assert Fraction(at(answer, one["source"]["pointer"])) == Fraction(one["value"])
    hours = answer["state"]["hours_judged"]
    assert again(line) == Fraction(line["value"]) == Fraction(10 * hours, 48)
    assert abs(Fraction(answer["state"]["line"]) - again(line)) < Fraction(1, 1000)
    assert again(over) == 100 * (4 - again(line)) / again(line)


async def test_the_line_of_a_budget_by_months() -> None:
    site = Site(catalogue())
    await site.court.open()
    body = wanted(period="2026-03-01/2026-05-01", phasing="months 60 40")
    taken = await site.post("/v1/budgets", body)
    assert taken.status_code == 200, taken.text
    await site.court.settle()
    hours = 31 * 24 + 72
    first = parse_period("2026-03", "Asia/Shanghai").first_hour
    await site.court.hear(
        totals(1, [(E0, first, 250)], {1: (first + hours) * HOUR_US + STANDARD.grace_us})
    )
    _, line, _ = await made_of(site, f"{E0}/budget:B1/2026")
    answer = (await site.get("/v1/budgets/B1")).json()
    judged = answer["state"]["hours_judged"]
    assert judged > 31 * 24
    wanted_line = 10 * (60 + 40 * Fraction(judged - 31 * 24, 30 * 24)) / 100
    assert again(line) == Fraction(line["value"]) == wanted_line
    assert abs(Fraction(answer["state"]["line"]) - wanted_line) < Fraction(1, 1000)


async def test_a_budget_that_nobody_judged_says_so() -> None:
    site = Site(catalogue())
    await site.court.open()
    (found,) = await made_of(site, f"{E0}/budget:B9/2026")
    assert found["missing"][0]["en"] == "enterprise:E0 has no budget B9"
