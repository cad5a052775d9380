"""What the parts of a running system cost: CPU seconds and proportional memory."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from deploy.local.state import PartState, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one part with all its children: CPU seconds since their start, PSS bytes now."""

    cpu_s: float
    pss: int


def costs(state: State) -> dict[str, Cost]:
    """The cost of every part so far; a part that is dead costs nothing."""
    return {name: _cost(part) for name, part in state.parts.items()}


def cpu_between(before: Mapping[str, Cost], after: Mapping[str, Cost]) -> dict[str, float]:
    """CPU seconds of every part between two looks."""
    return {name: cost.cpu_s - before[name].cpu_s for name, cost in after.items()}


def _cost(part: PartState) -> Cost:
    process = part.process()
    if process is None:
        return Cost(cpu_s=0.0, pss=0)
    family = [process, *process.children(recursive=True)]
    return Cost(cpu_s=sum(map(_cpu, family)), pss=sum(map(_pss, family)))


def _cpu(process: psutil.Process) -> float:
    """Its own time and that of its children which have ended (such as PostgreSQL's backends)."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.Error, AttributeError):  # AttributeError: PSS is Linux's
        return 0
