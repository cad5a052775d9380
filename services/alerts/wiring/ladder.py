"""The response ladder, gates and consultations."""

import asyncio
from functools import partial

from services.alerts.adapters.ladder_confirmations import EvaluatorConfirmations
from services.alerts.adapters.ladder_letters import DocxLetters
from services.alerts.adapters.ladder_policy import read_ladder
from services.alerts.adapters.ladder_shelf import PostgresShelf
from services.alerts.adapters.ladder_store import PostgresLadder
from services.alerts.domain.tick import Job
from services.alerts.entrypoints import consultations, gates, ladders, steps
from services.alerts.entrypoints.ladder_follow import follow
from services.alerts.entrypoints.ladder_parts import LadderParts
from services.alerts.handlers.ladder import RHYTHM, LadderDesk
from services.alerts.handlers.ladder_acts import LadderActs
from services.alerts.wiring import Arm, Ground
from shared.kit.workdays import after

ROUTERS = (steps.router, gates.router, consultations.router, ladders.router)


def arm(ground: Ground) -> Arm:
    """Its parts."""
    store, shelf = PostgresLadder(ground.db), PostgresShelf(ground.db)
    desk = LadderDesk(store=store, shelf=shelf, days=after)
    parts = LadderParts(
        store=store,
        shelf=shelf,
        acts=LadderActs(desk=desk),
        confirmations=EvaluatorConfirmations(ground.client, ground.settings.evaluator_url),
        letters=DocxLetters(ground.settings.letters),
        read=read_ladder,
        days=after,
    )
    heard = asyncio.Event()
    return Arm(
        routers=ROUTERS,
        state={"ladder": parts, "ladder_word": ground.word},
        tasks={"ladder": partial(follow, ground.db, desk, heard, ground.clock, ground.word)},
        words=(heard.set,),
        jobs=(Job(name="deadlines", every=RHYTHM, work=desk.deadlines),),
    )
