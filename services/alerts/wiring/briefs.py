"""Situation briefs: prepared on their days, made one at a time, read and published by people."""

import msgspec

from services.alerts.adapters.briefs.desk_history import PostgresDeskHistory
from services.alerts.adapters.briefs.evaluator import EvaluatorSituations
from services.alerts.adapters.briefs.press import ProcessPress
from services.alerts.adapters.briefs.scribe import LocalScribe
from services.alerts.adapters.briefs.settings_files import PostgresSettings
from services.alerts.adapters.briefs.store import PostgresBriefs
from services.alerts.adapters.evaluator import Evaluator
from services.alerts.domain.briefs.checking import checked
from services.alerts.domain.briefs.writing import write
from services.alerts.domain.tick import Job
from services.alerts.entrypoints import briefs, briefs_acts, briefs_public
from services.alerts.entrypoints.briefs_making import Bindery
from services.alerts.entrypoints.briefs_parts import BriefDoors
from services.alerts.handlers.briefs.acts import BriefActs
from services.alerts.handlers.briefs.calendar import RHYTHM, Calendar
from services.alerts.handlers.briefs.making import Maker
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.handlers.briefs.remaking import Remaker
from services.alerts.wiring import Arm, Ground
from shared.kit.workdays import after

ROUTERS = (briefs.router, briefs_acts.router, briefs_public.router)


def arm(ground: Ground) -> Arm:
    """Its parts; without a key of its own the service prepares nothing by itself."""
    parts = parts_on(ground)
    bindery = Bindery(Maker(parts=parts, clock=ground.clock), parts.store, ground.word)
    doors = BriefDoors(
        parts=parts,
        acts=BriefActs(parts=parts),
        remaker=Remaker(parts=parts),
        wake=bindery.wake,
        word=ground.word,
    )
    calendar = Calendar(parts=parts, word=bindery.wake)
    prepares = Job(name="briefs", every=RHYTHM, work=calendar.tick)
    return Arm(
        routers=ROUTERS,
        state={"briefs": doors},
        tasks={"briefs": bindery.run},
        jobs=(prepares,) if ground.settings.service_key_file else (),
    )


def parts_on(ground: Ground) -> BriefParts:
    """The ports on PostgreSQL, the evaluator and this machine's press."""
    evaluator = Evaluator(ground.client, ground.settings.evaluator_url)
    return BriefParts(
        store=PostgresBriefs(ground.db),
        shelf=PostgresSettings(ground.db),
        situations=EvaluatorSituations(evaluator, ground.settings.service_key_file),
        history=PostgresDeskHistory(ground.db),
        scribe=LocalScribe(write, checked),
        press=ProcessPress(),
        days=after,
        encode=lambda document: msgspec.json.encode(document).decode(),
    )
