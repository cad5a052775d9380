"""Whose books and budgets: an enterprise, a region, a tag, or a region's boundary."""

from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """The kinds of subject that have books."""

    ENTERPRISE = "enterprise"
    REGION = "region"
    """The region's monitored figure (重点用能单位口径): the sum of the enterprises below it."""
    TAG = "tag"
    BOUNDARY = "boundary"
    """A region's boundary meters of power and heat: its net-inflow book, in no other sum."""


_KINDS = frozenset(SubjectKind)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """One holder of books; written `kind:code`, as in `region:150000`."""

    kind: SubjectKind
    code: str

    def __str__(self) -> str:
        """The key that messages, tables and addresses use."""
        return f"{self.kind}:{self.code}"

    @classmethod
    def parse(cls, key: str) -> "Subject":
        """Read `kind:code`; raises ValueError naming the kinds."""
        kind, colon, code = key.partition(":")
        if not colon or not code or kind not in _KINDS:
            kinds = ", ".join(SubjectKind)
            raise ValueError(f"{key!r} is not a subject: write KIND:CODE with a kind of {kinds}")
        return cls(kind=SubjectKind(kind), code=code)
