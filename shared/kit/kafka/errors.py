"""What can go wrong with messages, in terms of what to do about it."""

from shared.kit.errors import Fenced, Unavailable

__all__ = ["Fenced", "InvalidMessage", "TooManyInvalid", "Unavailable"]


class InvalidMessage(Exception):  # noqa: N818 - named for what to do
    """This message can never be understood or sent: put it aside with this reason and go on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooManyInvalid(Exception):  # noqa: N818 - named for what to do
    """So many messages are unreadable that the fault is probably ours: stop and let people look."""
