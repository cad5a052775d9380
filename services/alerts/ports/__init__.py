"""What the alerts service needs from outside, as promises that any technology can keep."""
