"""The wiring of the evaluator's HTTP side: which routes there are, and what they stand on."""

from dataclasses import dataclass

from fastapi import APIRouter

from services.evaluator.adapters.book_sums import PostgresBookSums
from services.evaluator.adapters.budgets_files import read_budgets
from services.evaluator.adapters.budgets_store import PostgresBudgetStore
from services.evaluator.adapters.factors_file import Shipped, load_shipped
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.point_books import StoredPointBooks
from services.evaluator.adapters.point_readings import StoredReadings
from services.evaluator.adapters.reading_store import PostgresReadingStore
from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.adapters.shipped import WithShipped, load_records
from services.evaluator.domain.factors import table_of
from services.evaluator.entrypoints import (
    as_of,
    barometer_api,
    books_api,
    budgets_api,
    figures_api,
    points_api,
    register_api,
    targets_api,
    targets_read_api,
    tasks_api,
)
from services.evaluator.entrypoints.today import today
from services.evaluator.handlers.factor_shelf import FactorShelf
from services.evaluator.handlers.judge_books import Library
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.reckoner.archive import Archive
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.records_checks import targets_check, tasks_check
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.target_book import TargetBook
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.settings import EvaluatorSettings
from shared.kit.postgres import Database

ROUTERS: tuple[APIRouter, ...] = (
    books_api.router,
    points_api.router,
    budgets_api.router,
    as_of.router,
    register_api.router,
    targets_api.router,
    targets_read_api.router,
    tasks_api.router,
    figures_api.router,
    barometer_api.router,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the routes share with the consumers."""

    db: Database
    readings: PostgresReadingStore
    budgets: PostgresBudgetStore
    rulebook: Rulebook
    factors: FactorShelf
    settings: EvaluatorSettings


def shelf_on(db: Database, settings: EvaluatorSettings) -> FactorShelf:
    """The package's factors (or an office's), with those on record laid over them."""
    shipped = load_shipped(settings.factors_file)
    register = WithShipped(PostgresRegister(db), load_records(shipped.records))
    return FactorShelf(table_of(shipped.book(), shipped.version), register)


def state_of(ground: Ground) -> dict[str, object]:
    """What the routes stand on. Their briefs are not the judge's, who must notice every change."""
    briefs, reader = Briefs(ground.rulebook, ground.factors), PostgresBooksReader(ground.db)
    points = StoredPointBooks(ground.db, ground.readings, ground.rulebook)
    return {
        "rulebook": ground.rulebook,
        "briefs": briefs,
        "reader": reader,
        "points": points,
        "readings": StoredReadings(ground.readings, ground.rulebook),
        "library": Library(reader, points, ground.rulebook, briefs),
        "budgets": BudgetDesk(ground.budgets, ground.rulebook, ground.factors),
        "read_budgets": read_budgets,
        **_records(ground, load_shipped(ground.settings.factors_file)),
    }


def _records(ground: Ground, shipped: Shipped) -> dict[str, object]:
    """Records, who takes them in, and the figures that are made of them."""
    register = WithShipped(PostgresRegister(ground.db), load_records(shipped.records))
    sums = PostgresBookSums(ground.db)
    archive = Archive(register, shipped.conventions, TargetBook(register))
    targets = TargetsDesk(register, ground.rulebook)
    tasks = TasksDesk(register, ground.rulebook)
    checks = (targets_check(targets, today), tasks_check(tasks, today))
    return {
        "register": register,
        "targets": targets,
        "tasks": tasks,
        "records": RecordsDesk(register, ground.rulebook, TYPES, checks),
        "read_records": read_records,
        "reckoner": Reckoner(Gatherer(archive, sums, ground.rulebook), sums),
    }
