"""Forecasts over stores in memory, computed in the test's own process."""

from collections.abc import Mapping, Sequence

from services.evaluator.domain.forecast.backtest import Trial
from services.evaluator.domain.forecast.outlook import Outlook, Refused, look_ahead
from services.evaluator.ports.forecast import ForecasterBusyError, Job, Kept
from tests.unit.evaluator.forecast.histories import LIBRARY


class InlineForecaster:
    """Computes at once, with a stand-in for the library; keeps the jobs."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.busy = False

    async def look_ahead(self, job: Job) -> Outlook | Refused:
        if self.busy:
            raise ForecasterBusyError("16 forecasts are waiting already")
        self.jobs.append(job)
        return look_ahead(job.view, LIBRARY, job.peers, so_far=job.so_far, budget=job.budget)


class MemoryForecastStore:
    """Keeps forecasts in a list and the last trials of every subject and measure."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.trials: dict[tuple[str, str], tuple[Trial, ...]] = {}

    async def keep(self, kept: Kept, trials: Sequence[Trial]) -> None:
        place = (kept.subject, kept.measure)
        same = (*place, kept.said.period, kept.made_at_us)
        self.kept = [
            one
            for one in self.kept
            if (one.subject, one.measure, one.said.period, one.made_at_us) != same
        ]
        self.kept.append(kept)
        self.trials[place] = tuple(sorted(trials, key=lambda trial: -trial.cut))

    async def said(self, subject: str, measure: str, limit: int) -> Sequence[Kept]:
        found = [one for one in self.kept if (one.subject, one.measure) == (subject, measure)]
        return tuple(sorted(found, key=lambda one: -one.made_at_us)[:limit])

    async def trials_of_peers(
        self, subject: str, measure: str, limit: int
    ) -> Mapping[str, Sequence[Trial]]:
        kind = subject.partition(":")[0]
        peers = sorted(
            peer
            for peer, what in self.trials
            if what == measure and peer != subject and peer.startswith(f"{kind}:")
        )
        return {
            peer: self.trials[peer, measure] for peer in peers[:limit] if self.trials[peer, measure]
        }
