"""What is done at set times, by one copy at a time, and how good the warnings are."""

from services.alerts.wiring import Arm, Ground


def arm(_ground: Ground) -> Arm:
    """Its parts."""
    return Arm()
