"""The one error that every codec raises."""


class UnreadableError(ValueError):
    """The bytes are not what the contract says; the text is the reason in the dead letter."""
