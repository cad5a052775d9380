"""What goes wrong with assets, said so that a person can mend it."""


class AssetsError(RuntimeError):
    """An asset could not be had; the message says why and what to do next."""
