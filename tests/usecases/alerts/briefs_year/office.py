"""The alerts service of a year in memory: it asks the evaluator, makes briefs, and tells people."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec

from services.alerts.adapters.briefs.evaluator import EvaluatorSituations
from services.alerts.adapters.briefs.scribe import LocalScribe
from services.alerts.adapters.evaluator import Evaluator
from services.alerts.app import Parts
from services.alerts.domain.briefs.checking import checked
from services.alerts.domain.briefs.flow import Brief
from services.alerts.domain.briefs.writing import write
from services.alerts.domain.tick import Job
from services.alerts.entrypoints.briefs_parts import BriefDoors
from services.alerts.handlers.briefs.acts import BriefActs
from services.alerts.handlers.briefs.calendar import RHYTHM, Calendar
from services.alerts.handlers.briefs.making import Maker
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.handlers.briefs.remaking import Remaker
from services.alerts.wiring import Arm
from services.alerts.wiring.briefs import ROUTERS
from shared.kit.clock import Clock
from shared.kit.workdays import after
from tests.usecases.alerts.briefs_memory import MemoryShelf, PlainPress
from tests.usecases.alerts.briefs_year.store import JournaledBriefs, ScenarioDesk
from tests.usecases.scenarios.office import Office
from tests.usecases.scenarios.people import key_of
from tests.usecases.scenarios.script import Scenario


class BriefOffice(Office):
    """The office of a scenario, with briefs."""

    def __init__(
        self, scenario: Scenario, clock: Clock, figures: httpx.AsyncClient, key_file: Path
    ) -> None:
        super().__init__(scenario, clock)
        self.briefs = JournaledBriefs(self.store)
        self.shelf = MemoryShelf()
        self.parts = BriefParts(
            store=self.briefs,
            shelf=self.shelf,
            situations=EvaluatorSituations(Evaluator(figures, "http://evaluator"), key_file),
            history=ScenarioDesk(self.store),
            scribe=LocalScribe(write, checked),
            press=PlainPress(),
            days=after,
            encode=lambda document: msgspec.json.encode(document).decode(),
        )
        self.maker = Maker(parts=self.parts, clock=clock)
        calendar = Calendar(parts=self.parts, word=lambda: None)
        self.jobs = (*self.jobs, Job(name="briefs", every=RHYTHM, work=calendar.tick))
        self.http = self.client(figures)

    def _parts(self, figures: httpx.AsyncClient) -> Parts:
        doors = BriefDoors(
            parts=self.parts,
            acts=BriefActs(parts=self.parts),
            remaker=Remaker(parts=self.parts),
            wake=lambda: None,
            word=lambda: None,
        )
        made = super()._parts(figures)
        arm = Arm(routers=ROUTERS, state={"briefs": doors})
        return replace(made, arms=(*made.arms, arm))

    async def work(self) -> None:
        """All jobs and loops, and the binder, until nothing is left to do."""
        await super().work()
        made = False
        while await self.maker.round():
            made = True
        if made:
            await super().work()

    async def act(self, who: str, brief: Brief, act: str, **body: str) -> Any:
        """Somebody does something about a brief over HTTP; it must answer well."""
        headers = {"Authorization": f"Bearer {key_of(who)}"}
        answer = await self.http.post(f"/v1/briefs/{brief.id}/{act}", json=body, headers=headers)
        assert answer.is_success, f"{who}: {act}: {answer.status_code} {answer.text}"
        return answer.json()

    def of(self, region: str) -> Sequence[Brief]:
        """The region's briefs, in the order in which they were asked for."""
        return [one for one in self.briefs.briefs.values() if one.region == region]
