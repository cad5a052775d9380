"""The policy of data conditions: the package's file, or an office's own in its place."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from services.evaluator.adapters.record_files import Lists, read_records
from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.reading import read_all
from services.evaluator.domain.watching.policy import (
    CrossRow,
    CrossTerms,
    OutlookRow,
    QualityRow,
    QualityTerms,
    SilenceRow,
    SilenceTerms,
    WatchPolicy,
    wrongs,
)

_LISTS: dict[str, type[Any]] = {
    "forecast": OutlookRow,
    "silence": SilenceRow,
    "quality": QualityRow,
    "cross_check": CrossRow,
}
_SINGLE: dict[str, type[Any]] = {
    "silence_terms": SilenceTerms,
    "quality_terms": QualityTerms,
    "cross_terms": CrossTerms,
}


class PolicyError(ValueError):
    """The file cannot be used; the message names every fault."""


def load_watch_policy(path: str = "") -> WatchPolicy:
    """The policy of the file, of the package's without one. Raises PolicyError."""
    name, text = _text(path)
    lists, faults = read_records(name, text)
    told = [_told(fault) for fault in faults]
    known = {*_LISTS, *_SINGLE, "about"}
    told += [f"{name}: there is no {one!r}; known are {', '.join(sorted(known))}"
             for one in lists.keys() - known]  # fmt: skip
    found: dict[str, Any] = {}
    for section, made in (_LISTS | _SINGLE).items():
        reads, wrong = read_all(made, lists.get(section, ()))
        told += [_told(fault) for fault in wrong]
        rows = tuple(read.record for read in reads)
        if section in _LISTS:
            found[section] = rows
        elif rows:
            found[section] = rows[-1]
    policy = WatchPolicy(version=_version(lists), **found)
    told += [f"{name}: {wrong}" for wrong in wrongs(policy)]
    if told:
        raise PolicyError("; ".join(told))
    return policy


def _text(path: str) -> tuple[str, str]:
    if not path:
        file = files("services.evaluator") / "data" / "conditions" / "watch.yaml"
        return file.name, file.read_text(encoding="utf-8")
    try:
        return Path(path).name, Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: {error}") from error


def _version(lists: Lists) -> str:
    for one in lists.get("about", ()):
        said = one.value.get("version") if isinstance(one.value, dict) else None
        if said is not None and isinstance(said.value, str):
            return said.value
    return ""


def _told(fault: Fault) -> str:
    return f"{fault.place.file} line {fault.place.line}: {fault.field or ''} {fault.message}"
