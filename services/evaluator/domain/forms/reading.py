"""From written values to a record: the record's own fields say what is asked for.

Every fault is found, not only the first. A field that is left empty gets its default.
"""

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from services.evaluator.domain.budget_cells import amount
from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.domain.forms.written import Read, Written

T = TypeVar("T")
_YES, _NO = frozenset(("true", "yes", "是")), frozenset(("false", "no", "否"))
_LONGEST = 20_000


def read_all(made: type[T], written: Iterable[Written]) -> tuple[list[Read[T]], list[Fault]]:
    """All records that could be read, and every fault in the others."""
    reads: list[Read[T]] = []
    faults: list[Fault] = []
    for one in written:
        record, wrong = read(made, one)
        faults += wrong
        if record is not None:
            reads.append(record)
    return reads, faults


def read(made: type[T], written: Written) -> tuple[Read[T] | None, list[Fault]]:
    """The record of a dataclass, or the faults that keep it from being one."""
    reader = _Reader()
    record = reader.record(made, written, "")
    if record is None or reader.faults:
        return None, reader.faults
    return Read(record=record, place=written.place, places=reader.places), []


class _WrongError(ValueError):
    """The value cannot be what is asked for."""


class _Reader:
    """Gathers faults and places on the way down."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.places: dict[str, Place] = {}

    def record(self, made: type[T], written: Written, prefix: str) -> T | None:
        """One dataclass from named values."""
        if not isinstance(written.value, Mapping):
            self._fault(written.place, prefix, "must be an object with named values")
            return None
        known = {one.name: one for one in _fields(made)}
        for name, value in written.value.items():
            if name not in known:
                message = f"there is no {name!r}; known are {', '.join(known)}"
                self._fault(value.place, f"{prefix}{name}", message)
        before = len(self.faults)
        given = self._given(made, written.value, prefix, known)
        hints = _hints_of(made)
        for name, one in known.items():
            if name in given or not _is_needed(one) or self._told(f"{prefix}{name}"):
                continue
            if _may_be_none(hints[name]):
                given[name] = None
            else:
                self._fault(written.place, f"{prefix}{name}", "is missing")
        return made(**given) if len(self.faults) == before else None

    def _given(
        self,
        made: type[Any],
        values: Mapping[str, Written],
        prefix: str,
        known: Mapping[str, "Field[Any]"],
    ) -> dict[str, Any]:
        hints = _hints_of(made)
        given: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                continue
            path = f"{prefix}{name}"
            self.places[path] = value.place
            if value.value is None and not _may_be_none(hints[name]):
                continue
            try:
                given[name] = self._value(hints[name], value, path)
            except ValueError as error:
                self._fault(value.place, path, str(error))
        return given

    def _value(self, kind: Any, written: Written, path: str) -> Any:
        if _may_be_none(kind):
            if written.value in (None, ""):
                return None
            kind = next(k for k in typing.get_args(kind) if k is not types.NoneType)
        origin = typing.get_origin(kind)
        if origin is tuple:
            return self._list(typing.get_args(kind)[0], written, path)
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(typing.get_args(kind)[1], written, path)
        if is_dataclass(kind) and isinstance(kind, type):
            return self.record(kind, written, f"{path}.")
        if not isinstance(written.value, str):
            raise _WrongError("must be a single value")
        return _scalar(kind, written.value)

    def _list(self, kind: Any, written: Written, path: str) -> tuple[Any, ...]:
        if written.value in (None, ""):
            return ()
        items: Sequence[Written]
        if isinstance(written.value, str):
            texts = written.value.replace("；", ";").split(";")
            items = [Written(value=text, place=written.place) for text in texts if text.strip()]
        elif isinstance(written.value, Mapping):
            raise _WrongError("must be a list")
        else:
            items = written.value
        return tuple(self._item(kind, item, f"{path}.{i}") for i, item in enumerate(items))

    def _mapping(self, kind: Any, written: Written, path: str) -> dict[str, Any]:
        if written.value in (None, ""):
            return {}
        if not isinstance(written.value, Mapping):
            raise _WrongError("must be an object with named values")
        return {
            name: self._item(kind, item, f"{path}.{name}") for name, item in written.value.items()
        }

    def _item(self, kind: Any, written: Written, path: str) -> Any:
        self.places[path] = written.place
        try:
            return self._value(kind, written, path)
        except ValueError as error:
            self._fault(written.place, path, str(error))
            return None

    def _fault(self, place: Place, path: str, message: str) -> None:
        name = path.rstrip(".") or None
        self.faults.append(Fault(place=place, field=name, message=message))

    def _told(self, path: str) -> bool:
        return any(fault.field == path for fault in self.faults)


def _scalar(kind: Any, text: str) -> Any:
    text = text.strip()
    if kind is Decimal:
        return amount(text)
    if kind is int:
        return _whole(text)
    if kind is bool:
        return _yes(text)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _word(kind, text)
    if len(text) > _LONGEST:
        raise _WrongError(f"is longer than {_LONGEST} characters")
    return text


def _whole(text: str) -> int:
    value = amount(text)
    if value != value.to_integral_value():
        raise _WrongError(f"{text} is not a whole number")
    return int(value)


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise _WrongError(f"{text!r} is neither true nor false")
    return text.lower() in _YES


def _word(kind: type[StrEnum], text: str) -> StrEnum:
    try:
        return kind(text)
    except ValueError:
        raise _WrongError(f"{text!r} is none of {', '.join(kind)}") from None


_HINTS: dict[str, dict[str, Any]] = {}


def _hints_of(made: type[Any]) -> dict[str, Any]:
    name = f"{made.__module__}.{made.__qualname__}"
    if name not in _HINTS:
        _HINTS[name] = typing.get_type_hints(made)
    return _HINTS[name]


def _fields(made: type[Any]) -> tuple["Field[Any]", ...]:
    return fields(made)


def _is_needed(one: "Field[Any]") -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _may_be_none(kind: Any) -> bool:
    is_union = typing.get_origin(kind) in (types.UnionType, typing.Union)
    return is_union and types.NoneType in typing.get_args(kind)
