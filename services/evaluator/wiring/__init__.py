"""The wiring of the evaluator's HTTP side: which routes there are, and what they stand on."""

from dataclasses import dataclass

from fastapi import APIRouter

from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.adapters.budgets_files import read_budgets
from services.evaluator.adapters.budgets_store import PostgresBudgetStore
from services.evaluator.adapters.commit_times import PostgresCommitTimes
from services.evaluator.adapters.conditions_store import PostgresConditions
from services.evaluator.adapters.factors_file import Shipped, load_shipped
from services.evaluator.adapters.forecast_store import PostgresForecastStore
from services.evaluator.adapters.forecasting.worker import WorkerForecaster
from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.outlooks_store import PostgresOutlooks
from services.evaluator.adapters.point_books import StoredPointBooks
from services.evaluator.adapters.point_readings import StoredReadings
from services.evaluator.adapters.publications_store import PostgresPublications
from services.evaluator.adapters.reading_store import PostgresReadingStore
from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.adapters.shipped import WithShipped, load_records
from services.evaluator.adapters.statement_subjects import PostgresStatementSubjects
from services.evaluator.domain.factors import table_of
from services.evaluator.entrypoints import (
    as_of,
    assessing_api,
    barometer_api,
    books_api,
    budgets_api,
    conditions_api,
    figures_api,
    forecast_api,
    points_api,
    publications_api,
    register_api,
    replays_api,
    situation_api,
    targets_api,
    targets_phasing_api,
    targets_read_api,
    tasks_api,
)
from services.evaluator.entrypoints.today import today
from services.evaluator.handlers.conditions.rounds import ConditionRounds
from services.evaluator.handlers.conditions.source import Source
from services.evaluator.handlers.factor_shelf import FactorShelf
from services.evaluator.handlers.forecast_rounds import DailyForecasts
from services.evaluator.handlers.forecaster import Forecasts
from services.evaluator.handlers.judge_books import Library
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.publishing import Publisher
from services.evaluator.handlers.reckoner.archive import Archive
from services.evaluator.handlers.reckoner.assessing import Assessor
from services.evaluator.handlers.reckoner.budgets import JudgedBudgets
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.recompute import Recompute, Run
from services.evaluator.handlers.records_checks import targets_check, tasks_check
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.target_book import TargetBook
from services.evaluator.handlers.target_phasing import Phaser
from services.evaluator.handlers.target_rater import ReckonedRater
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.handlers.trials.budgets import BudgetTrialDesk
from services.evaluator.handlers.trials.ratings import TargetTrialDesk
from services.evaluator.settings import EvaluatorSettings
from services.evaluator.wiring.conditions import Plans, plan_sources, rounds_of
from services.evaluator.wiring.situation import situations_on
from services.evaluator.wiring.watching import watching_sources
from shared.kit.clock import now_us
from shared.kit.postgres import Database

ROUTERS: tuple[APIRouter, ...] = (
    books_api.router,
    points_api.router,
    budgets_api.router,
    as_of.router,
    register_api.router,
    targets_api.router,
    targets_read_api.router,
    targets_phasing_api.router,
    tasks_api.router,
    figures_api.router,
    barometer_api.router,
    assessing_api.router,
    forecast_api.router,
    conditions_api.router,
    publications_api.router,
    replays_api.router,
    situation_api.router,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What people put on record, over what comes with the program or from an office's file."""

    register: WithShipped
    shipped: Shipped

    def shelf(self) -> FactorShelf:
        """The factors in use."""
        return FactorShelf(table_of(self.shipped.book(), self.shipped.version), self.register)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the routes share with the consumers. forecaster: ended by whoever made it."""

    db: Database
    readings: PostgresReadingStore
    budgets: PostgresBudgetStore
    rulebook: Rulebook
    recorded: Recorded
    factors: FactorShelf
    forecaster: WorkerForecaster
    conditions: PostgresConditions
    settings: EvaluatorSettings


def recorded_on(db: Database, settings: EvaluatorSettings) -> Recorded:
    """The register with the package's records below it."""
    shipped = load_shipped(settings.factors_file)
    register = WithShipped(PostgresRegister(db), load_records(shipped.records))
    return Recorded(register=register, shipped=shipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the routes stand on, by name; who looks after what was published; who looks ahead.

    conditions: who looks for conditions and tells of them.
    """

    of_routes: dict[str, object]
    publisher: Publisher
    daily: DailyForecasts
    conditions: ConditionRounds


def state_of(ground: Ground) -> State:
    """Everything for the routes. Their briefs are not the judge's, who must notice every change."""
    briefs, reader = Briefs(ground.rulebook, ground.factors), PostgresBooksReader(ground.db)
    points = StoredPointBooks(ground.db, ground.readings, ground.rulebook)
    gatherer, sums = _gatherer(ground)
    desk = BudgetDesk(ground.budgets, ground.rulebook, ground.factors)
    reckoner = Reckoner(gatherer, sums, JudgedBudgets(desk, briefs, reader))
    publications = PostgresPublications(ground.db)
    publisher = Publisher(reckoner, publications)
    forecasts, outlooks = _forecasts(ground, reader), PostgresOutlooks(ground.db)
    routes = {
        "rulebook": ground.rulebook,
        "briefs": briefs,
        "reader": reader,
        "points": points,
        "readings": StoredReadings(ground.readings, ground.rulebook),
        "library": Library(reader, points, ground.rulebook, briefs),
        "budgets": desk,
        "read_budgets": read_budgets,
        "forecasts": forecasts,
        "outlooks": outlooks,
        "conditions": ground.conditions,
        "reckoner": reckoner,
        "situations": situations_on(
            ground.db,
            gatherer,
            reckoner,
            desk,
            TasksDesk(ground.recorded.register, ground.rulebook),
        ),
        "assessor": Assessor(gatherer),
        "phaser": Phaser(reckoner),
        "publications": publications,
        "publisher": publisher,
        "budget_trials": BudgetTrialDesk(desk, briefs, reader),
        "target_trials": TargetTrialDesk(reckoner),
        "recompute": Run(Recompute(gatherer, publications, publications)),
        **_desks(ground, reckoner),
    }
    daily = DailyForecasts(
        forecasts=forecasts, desk=desk, reckoner=reckoner, outlooks=outlooks, now_us=now_us
    )
    return State(
        of_routes=routes,
        publisher=publisher,
        daily=daily,
        conditions=rounds_of(gatherer, ground.conditions, _sources(ground, gatherer, desk)),
    )


def _sources(ground: Ground, gatherer: Gatherer, budgets: BudgetDesk) -> tuple[Source, ...]:
    register, rulebook = ground.recorded.register, ground.rulebook
    plans = Plans(
        targets=TargetsDesk(register, rulebook),
        tasks=TasksDesk(register, rulebook),
        budgets=budgets,
        stating=PostgresStatementSubjects(ground.db),
    )
    return (
        *plan_sources(gatherer, plans, ground.settings),
        *watching_sources(ground.db, gatherer, ground.conditions, ground.settings),
    )


def _forecasts(ground: Ground, reader: PostgresBooksReader) -> Forecasts:
    return Forecasts(
        reader,
        Briefs(ground.rulebook, ground.factors),
        ground.forecaster,
        chinese_calendar,
        PostgresForecastStore(ground.db),
        now_us,
    )


def _gatherer(ground: Ground) -> tuple[Gatherer, PostgresBookSums]:
    register, sums = ground.recorded.register, PostgresBookSums(ground.db)
    archive = Archive(register, ground.recorded.shipped.conventions, TargetBook(register))
    gatherer = Gatherer(
        archive,
        sums,
        ground.rulebook,
        PostgresStatementSubjects(ground.db),
        StoredPointBooks(ground.db, ground.readings, ground.rulebook),
        PostgresCommitTimes(ground.db),
    )
    return gatherer, sums


def _desks(ground: Ground, reckoner: Reckoner) -> dict[str, object]:
    """Records and who takes them in."""
    register, rulebook = ground.recorded.register, ground.rulebook
    targets = TargetsDesk(register, rulebook, ReckonedRater(reckoner))
    tasks = TasksDesk(register, rulebook)
    checks = (targets_check(targets, today), tasks_check(tasks, today))
    return {
        "register": register,
        "targets": targets,
        "tasks": tasks,
        "records": RecordsDesk(register, rulebook, TYPES, checks),
        "read_records": read_records,
    }
