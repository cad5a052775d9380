"""What people do about warnings, and the passing of time."""

from services.alerts.wiring import Arm, Ground


def arm(_ground: Ground) -> Arm:
    """Its parts."""
    return Arm()
