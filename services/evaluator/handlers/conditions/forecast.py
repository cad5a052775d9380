"""Sees what the daily forecasts expect to be exceeded: budgets and targets (预测将超)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from urllib.parse import quote, urlencode

from services.evaluator.domain.budget import shown
from services.evaluator.domain.conditions.seen import Seen
from services.evaluator.domain.watching.policy import WatchPolicy, outlook_level
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.outlooks import BUDGET, Outlooks, Standing
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US
from shared.model.level import Level
from shared.model.period import reporting_period

RULE = "forecast"
_STALE = timedelta(days=7)
"""A forecast that nobody has renewed for so long says nothing any more."""


@dataclass(slots=True)
class OutlookSource:
    """The Source of what will be exceeded; forecasts are made elsewhere, once a day."""

    outlooks: Outlooks
    policy: WatchPolicy
    name: str = "forecast"
    kinds: Collection[ConditionKind] = (ConditionKind.FORECAST,)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody whenever a forecast has said otherwise than before, or a day has begun."""
        del news
        said = [one for one in await self.outlooks.exceeding() if _counts(one, look)]
        now = (
            f"{look.today().isoformat()} {len(said)} {max((s.made_at_us for s in said), default=0)}"
        )
        return Due(subjects=NOBODY, mark=mark) if now == mark else Due(subjects=None, mark=now)

    async def subjects(self, look: Look) -> Collection[str]:
        """Whose budgets or targets will be exceeded."""
        return {one.subject for one in await self.outlooks.exceeding() if _counts(one, look)}

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """One condition a budget or target."""
        wanted = frozenset(subjects)
        found = [one for one in await self.outlooks.exceeding() if one.subject in wanted]
        seen = [_seen(one, self.policy, look) for one in found if _counts(one, look)]
        return [one for one in seen if one.level is not Level.NONE]


def measure_of(measure: str) -> Measure:
    """Whose concern a forecast's measure is: CO2 the ecology department's, all else energy."""
    is_carbon = measure.startswith(("carbon", "co2"))
    return Measure.CARBON if is_carbon else Measure.ENERGY


def _counts(one: Standing, look: Look) -> bool:
    """Whether its period still runs and somebody has looked lately."""
    return one.looked_on > look.today() - _STALE and not _is_over(one, look)


def _is_over(one: Standing, look: Look) -> bool:
    who = look.world.who(one.subject)
    if who is None:
        return True
    try:
        period = reporting_period(one.period, who.zone)
    except ValueError:
        return False
    return period.end_hour * HOUR_US <= look.now_us


def _seen(one: Standing, policy: WatchPolicy, look: Look) -> Seen:
    probability = Fraction(one.probability or 0)
    level, row = outlook_level(policy.forecast, probability, one.lead_days)
    return Seen(
        kind=ConditionKind.FORECAST,
        subject=one.subject,
        about=one.code,
        about_name=_name(one, look),
        rule=RULE,
        measure=measure_of(one.measure),
        level=level,
        at_us=one.made_at_us,
        period=one.period,
        value=shown(probability * 100, 1),
        limit=shown(Fraction(row.probability) * 100, 1) if row else "",
        unit="%",
        facts={
            "limited_by": one.limited_by,
            "measure": one.measure,
            "probability": shown(probability, 3),
            "lead_days": one.lead_days,
            "run_out": _day(one.run_out),
            "forecast_on": _day(one.looked_on),
            "policy": policy.version,
            **_links(one),
        },
    )


def _name(one: Standing, look: Look) -> str:
    entries = look.world.records.targets.get(one.code, ()) if one.limited_by != BUDGET else ()
    return str(entries[-1].body.name) if entries else one.code


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _links(one: Standing) -> Mapping[str, object]:
    if one.limited_by == BUDGET:
        figure = f"/v1/forecasts?{urlencode({'budget': one.code})}"
        return {"figure": figure, "links": {"budget": f"/v1/budgets/{quote(one.code)}"}}
    query = urlencode({"measure": one.measure, "period": one.period})
    figure = f"/v1/forecasts/{quote(one.subject, safe=':')}?{query}"
    return {"figure": figure, "links": {"target": f"/v1/targets/{quote(one.code)}"}}
