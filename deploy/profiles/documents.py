"""Records as files that the evaluator's import takes: YAML, a list for each kind of record."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import yaml

from deploy.profiles import records
from deploy.profiles.model import Profile
from deploy.profiles.year import Known
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.adapters.shipped import load_records
from services.evaluator.ports.register import RecordKind

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_KINDS = {made: kind for kind, made in TYPES.items()}


def of_profile(profile: Profile) -> str:
    """Targets, indicators that the service lacks, and tasks of a profile."""
    shipped = [one.key for one in load_records().get(RecordKind.INDICATOR, ())]
    return written(
        [
            *records.targets(profile),
            *records.indicators(profile, shipped),
            *records.tasks(profile),
        ]
    )


def of_year(known: Iterable[Known]) -> str:
    """Statements, values handed down, and reports."""
    return written([one.record for one in known])


def written(made: Iterable[Any]) -> str:
    """A file of records; fields that say nothing are left out."""
    lists: dict[str, list[Mapping[str, Any]]] = {}
    for record in made:
        lists.setdefault(_KINDS[type(record)].value, []).append(_plain(record))
    text: str = yaml.dump(lists, Dumper=_DUMPER, allow_unicode=True, sort_keys=False)
    return text


def _plain(record: Any) -> Mapping[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in fields.items() if value not in (None, "", (), [], {})}
