"""The wiring of conditions: which sources there are, and what they stand on."""

from dataclasses import dataclass

from services.evaluator.adapters.conditions_meter import PrometheusConditionMeter
from services.evaluator.adapters.conditions_policy import load_policy
from services.evaluator.adapters.conditions_store import PostgresConditions
from services.evaluator.handlers.conditions.children import ChildrenSource
from services.evaluator.handlers.conditions.limits import LimitSource
from services.evaluator.handlers.conditions.rounds import ConditionRounds
from services.evaluator.handlers.conditions.source import Source
from services.evaluator.handlers.conditions.targets import TargetSource
from services.evaluator.handlers.conditions.tasks import TaskSource
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.ports.statement_subjects import StatementSubjects
from services.evaluator.settings import EvaluatorSettings
from shared.kit.clock import now_us
from shared.kit.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What sources read of plans beside figures."""

    targets: TargetsDesk
    tasks: TasksDesk
    budgets: BudgetDesk
    stating: StatementSubjects


def rounds_of(
    gatherer: Gatherer, store: PostgresConditions, sources: tuple[Source, ...]
) -> ConditionRounds:
    """The rounds over all sources."""
    return ConditionRounds(
        gatherer=gatherer,
        store=store,
        sources=sources,
        now_us=now_us,
        away=Unavailable,
        meter=PrometheusConditionMeter(),
    )


def plan_sources(
    gatherer: Gatherer, plans: Plans, settings: EvaluatorSettings
) -> tuple[Source, ...]:
    """Targets, limits, what was handed down, tasks. Raises PolicyError for an unusable policy."""
    policy = load_policy(settings.conditions_file)
    return (
        TargetSource(gatherer=gatherer, policy=policy),
        LimitSource(gatherer=gatherer, stating=plans.stating, policy=policy),
        ChildrenSource(targets=plans.targets, budgets=plans.budgets, policy=policy),
        TaskSource(desk=plans.tasks, policy=policy),
    )
