"""What is done at set times, by one copy at a time, and how good the warnings are."""

from services.alerts.domain.tick import Job
from services.alerts.wiring import Arm, Ground


def arm(_ground: Ground, _jobs: tuple[Job, ...]) -> Arm:
    """Its parts. `jobs`: those of all other arms."""
    return Arm()
