"""The wiring of situations: who tells what of a region, from which stores."""

from services.evaluator.adapters.commit_times import PostgresCommitTimes
from services.evaluator.adapters.data_quality import PostgresDataQuality
from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.adapters.industries_file import load_industries
from services.evaluator.adapters.judge_reader import PostgresBooksReader
from services.evaluator.adapters.stated_parts_file import load_words
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.situation.data_state import DataStates
from services.evaluator.handlers.situation.ground import Parts
from services.evaluator.handlers.situation.situation import Situations
from services.evaluator.handlers.situation.tasks import PlanTasks
from services.evaluator.handlers.situation.users import People
from services.evaluator.handlers.tasks_desk import TasksDesk
from shared.kit.postgres import Database


def situations_on(
    db: Database, gatherer: Gatherer, reckoner: Reckoner, budgets: BudgetDesk, tasks: TasksDesk
) -> Situations:
    """Everything as of the commit that is asked for."""
    parts = Parts(
        population=People(budgets, load_industries()),
        tasks=PlanTasks(tasks),
        data=DataStates(PostgresDataQuality(db)),
    )
    return Situations(
        gatherer=gatherer,
        reckoner=reckoner,
        instants=PostgresCommitTimes(db),
        reader=PostgresBooksReader(db),
        budgets=budgets,
        calendars=chinese_calendar,
        words=load_words(),
        parts=parts,
    )
