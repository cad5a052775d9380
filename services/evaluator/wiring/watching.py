"""The wiring of conditions of data and outlooks: their sources, and what these stand on."""

from functools import partial

from services.evaluator.adapters.intake import KafkaEnds, PostgresIntake
from services.evaluator.adapters.outlooks_store import PostgresOutlooks
from services.evaluator.adapters.statement_subjects import PostgresStatementSubjects
from services.evaluator.adapters.watch_policy import load_watch_policy
from services.evaluator.handlers.conditions.cross_check import CrossSource
from services.evaluator.handlers.conditions.forecast import OutlookSource
from services.evaluator.handlers.conditions.no_data import SilenceSource
from services.evaluator.handlers.conditions.quality import QualitySource
from services.evaluator.handlers.conditions.source import Source
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.ports.conditions import Conditions
from services.evaluator.settings import EvaluatorSettings
from shared.contracts.readings import partition_of
from shared.kit.postgres import Database


def watching_sources(
    db: Database, gatherer: Gatherer, conditions: Conditions, settings: EvaluatorSettings
) -> tuple[Source, ...]:
    """All four. Raises PolicyError for a policy that cannot be used."""
    policy, intake = load_watch_policy(settings.watch_file), PostgresIntake(db)
    return (
        OutlookSource(outlooks=PostgresOutlooks(db), policy=policy),
        SilenceSource(
            intake=intake,
            ends=KafkaEnds(settings.kafka, settings.readings_partitions),
            policy=policy,
            partition_of=partial(partition_of, partitions=settings.readings_partitions),
        ),
        QualitySource(intake=intake, sums=gatherer.sums, policy=policy),
        CrossSource(
            gatherer=gatherer,
            stating=PostgresStatementSubjects(db),
            told=conditions,
            policy=policy,
        ),
    )
