"""Values as somebody wrote them, nested, each with its place; whence they came does not matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.domain.forms.wrong import Wrong

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text (None: left empty), a list, or named values. Numbers are texts, digit by digit."""

    value: "str | tuple[Written, ...] | Mapping[str, Written] | None"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[T]):
    """A record that was read, and where it and its fields (`yearly.2023`) stand."""

    record: T
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)

    def fault(self, wrong: Wrong) -> Fault:
        """The mistake at its place: the field's, or the nearest one around it."""
        name = wrong.field
        while name and name not in self.places:
            name, _, _ = name.rpartition(".")
        place = self.places.get(name, self.place)
        return Fault(place=place, field=wrong.field or None, message=wrong.message)
