"""The wiring of conditions: which sources there are, and what they stand on."""

from services.evaluator.adapters.conditions_policy import load_policy
from services.evaluator.adapters.conditions_store import PostgresConditions
from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.handlers.conditions.rounds import ConditionRounds
from services.evaluator.handlers.conditions.source import Source
from services.evaluator.handlers.conditions.targets import TargetSource
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.settings import EvaluatorSettings
from shared.kit.clock import now_us


def rounds_of(
    gatherer: Gatherer,
    store: PostgresConditions,
    settings: EvaluatorSettings,
    further: tuple[Source, ...] = (),
) -> ConditionRounds:
    """The rounds over all sources; raises PolicyError for a policy that cannot be used."""
    policy = load_policy(settings.conditions_file)
    return ConditionRounds(
        gatherer=gatherer,
        store=store,
        sources=(*_sources(gatherer, policy), *further),
        now_us=now_us,
    )


def _sources(gatherer: Gatherer, policy: Policy) -> tuple[Source, ...]:
    return (TargetSource(gatherer=gatherer, policy=policy),)
