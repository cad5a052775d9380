"""What was handed down exceeds what the parent holds (分解之和超过上级): targets and budgets."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.evaluator.domain.budget import MeasureKind
from services.evaluator.domain.conditions.handed_down import Excess, Family, excess, families
from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.domain.conditions.seen import Seen
from services.evaluator.domain.figures.rendering import for_people
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.leaves import quoted
from services.evaluator.domain.subjects import regions_of
from services.evaluator.domain.targets.lifecycle import begins
from services.evaluator.domain.targets.tree import Division, Weights, divisions
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look, midnight_us
from services.evaluator.handlers.conditions.targets import measure_of
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.target_book import standing
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.register import Entry, RecordKind
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import FOREVER_US, HOUR_US

BUDGETS = "sum:budgets"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildrenSource:
    """Adds up what is in force, whenever a day begins or something was handed down."""

    targets: TargetsDesk
    budgets: BudgetDesk
    policy: Policy
    name: str = "children"
    kinds: Collection[ConditionKind] = (ConditionKind.CHILDREN,)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody or nobody: to add up takes little."""
        budgets = await self.budgets.budgets()
        newest = max((one.versions[-1].recorded_commit for one in budgets.values()), default=0)
        now = f"{look.days_text()} {len(budgets)} {newest}"
        is_new = any(kind is RecordKind.TARGET for kind, _ in news.records)
        return Due(subjects=None if is_new or now != mark else NOBODY, mark=now)

    async def subjects(self, look: Look) -> Collection[str]:
        """Who holds something of which others hold parts."""
        targets = look.world.records.targets
        parents = {entries[-1].body.parent for entries in targets.values()}
        holders = {targets[code][-1].body.holder for code in parents if code in targets}
        return holders | {str(family.parent.subject) for family in await self._families(look)}

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """A condition for each cut of a target, and for each budget, whose parts are too much."""
        wanted = frozenset(subjects)
        shared = [one for one in await self._families(look) if str(one.parent.subject) in wanted]
        return [
            *await self._divided(look, wanted),
            *(self._of_budget(one, found) for one in shared if (found := one.excess)),
        ]

    async def _divided(self, look: Look, wanted: frozenset[str]) -> list[Seen]:
        entries = _in_force(look, wanted)
        bodies = {code: entry.body for code, entry in entries.items()}
        parents = {code: one for code, one in bodies.items() if one.holder in wanted}
        cuts = list(divisions(bodies.values(), parents))
        gdp: Weights = await self.targets.weights(list(bodies.values())) if cuts else {}
        found = [(cut, excess(cut, _today(look, cut.parent).year, gdp)) for cut in cuts]
        return [self._of_target(look, cut, entries, one) for cut, one in found if one is not None]

    async def _families(self, look: Look) -> tuple[Family, ...]:
        budgets = await self.budgets.budgets()
        catalogue = look.world.catalogue
        return families(
            budgets.values(),
            lambda one: regions_of(catalogue, one.subject, FOREVER_US - 1),
            look.now_us // HOUR_US,
        )

    def _of_target(self, look: Look, cut: Division, entries: dict[str, Entry], one: Excess) -> Seen:
        parent = cut.parent
        family = [entries[code] for code in (parent.code, *(part.code for part in cut.parts))]
        return Seen(
            kind=ConditionKind.CHILDREN,
            subject=parent.holder,
            about=parent.code,
            about_name=parent.name,
            rule=f"sum:{cut.cut}",
            measure=measure_of(self.policy, parent),
            level=self.policy.excess(one.percent),
            at_us=max(_since(look, each) for each in family),
            facts={
                "label": {"zh": parent.name, "en": parent.name_en or parent.code},
                "parts": _parts((part.holder, part.code) for part in cut.parts),
                "undivided": for_people(cut.undivided, parent.unit),
                "year": one.year,
                "figure": f"/v1/targets/{quoted(parent.code)}/tree",
                **_shown(one, parent.unit),
            },
            **_numbers(one, parent.unit),
        )

    def _of_budget(self, family: Family, one: Excess) -> Seen:
        parent = family.parent
        is_carbon = parent.measure.kind is MeasureKind.CO2
        return Seen(
            kind=ConditionKind.CHILDREN,
            subject=str(parent.subject),
            about=parent.code,
            about_name=parent.name,
            rule=BUDGETS,
            measure=Measure.CARBON if is_carbon else Measure.ENERGY,
            level=self.policy.excess(one.percent),
            at_us=family.since_us,
            facts={
                "label": {"zh": parent.name, "en": parent.code},
                "parts": _parts((str(child.subject), child.code) for child in family.children),
                "period": parent.period_text,
                "figure": f"/v1/budgets/{quoted(parent.code)}",
                **_shown(one, parent.unit),
            },
            **_numbers(one, parent.unit),
        )


def _in_force(look: Look, wanted: frozenset[str]) -> dict[str, Entry]:
    """Targets of these holders and all parts of them, in the versions in force today."""
    targets = look.world.records.targets
    own = {code for code, entries in targets.items() if entries[-1].body.holder in wanted}
    mine = (
        (code, standing(entries, _today(look, entries[-1].body)))
        for code, entries in targets.items()
        if code in own or entries[-1].body.parent in own
    )
    return {code: entry for code, entry in mine if entry is not None}


def _today(look: Look, target: Target) -> date:
    """The day that it is for the target's holder."""
    return look.today(look.zone_of(target.holder))


def _since(look: Look, entry: Entry) -> int:
    """Since when the version is in force and known."""
    target: Target = entry.body
    return max(entry.at_us, midnight_us(begins(target), look.zone_of(target.holder)))


def _numbers(one: Excess, unit: str) -> dict[str, str]:
    ratio = 100 * one.held / one.limit if one.limit else None
    return {
        "value": for_people(one.held, unit) or "",
        "limit": for_people(one.limit, unit) or "",
        "ratio_percent": for_people(ratio, "%") or "",
        "unit": unit,
    }


def _shown(one: Excess, unit: str) -> dict[str, Any]:
    shown = {
        "value": for_people(one.held, unit),
        "limit": for_people(one.limit, unit),
        "beyond": for_people(abs(one.held - one.limit), unit),
        "percent": for_people(one.percent, "%"),
        "unit": unit,
    }
    return {"shown": shown}


def _parts(parts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """At most a hundred: a message has room for no more."""
    return [{"holder": holder, "code": code} for holder, code in sorted(parts)[:100]]
