"""Routes, groups, notices and the ways they go."""

from services.alerts.wiring import Arm, Ground


def arm(_ground: Ground) -> Arm:
    """Its parts."""
    return Arm()
