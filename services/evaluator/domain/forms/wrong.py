"""What is wrong with a record, told so that the person who wrote it can find and mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Wrong:
    """One mistake in the record `key`, in its `field` (empty for the record as a whole)."""

    key: str
    field: str = ""
    message: str
