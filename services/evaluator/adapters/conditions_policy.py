"""The policy of conditions, read from its file; what is wrong with it is said with its place."""

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import yaml

from services.evaluator.domain.conditions.policy import Cadence, Concerns, Every, Policy
from services.evaluator.domain.records.target import Binding
from shared.kit import yaml_text
from shared.model.condition import Measure
from shared.model.level import Level

_Word = dict[str, str]


class PolicyError(ValueError):
    """The file is no policy; the text says where and why."""


class _Cadence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    every: Every
    look_back: int

    def __post_init__(self) -> None:
        if not 1 <= self.look_back <= 24:
            raise ValueError("look_back is from 1 to 24")


class _Tasks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: dict[int, str]
    milestone: str


class _Concerns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    otherwise: Measure
    energy: list[str] = []
    carbon: list[str] = []
    data: list[str] = []


class _Both(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    indicator: _Concerns
    task: _Concerns


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    levels: dict[str, dict[int, str]]
    missed: dict[Binding, str]
    cadence: dict[str, _Cadence]
    limit: _Word
    children: dict[Decimal, str]
    task: _Tasks
    concerns: _Both


def load_policy(path: str = "") -> Policy:
    """The policy of the file; empty: that of the package. Raises PolicyError."""
    try:
        return _policy(msgspec.convert(_read(path), _File, strict=False))
    except (OSError, yaml.YAMLError, ValueError, KeyError) as error:
        raise PolicyError(f"{path or 'conditions/policy.yaml'}: {error}") from error


def _read(path: str) -> Any:
    if path:
        return yaml_text.load(Path(path).read_text(encoding="utf-8"))
    shipped = files("services.evaluator") / "data" / "conditions" / "policy.yaml"
    return yaml_text.load(shipped.read_text(encoding="utf-8"))


def _policy(said: _File) -> Policy:
    usual = said.levels.get("*", {})
    if set(usual) != set(range(5)):
        raise ValueError('levels: "*" says a level for each severity from 0 to 4')
    if set(said.missed) != set(Binding):
        raise ValueError("missed: says a level for binding, expected and aim")
    lacking = {"region", "tag", "enterprise", "limit"} - set(said.cadence)
    if lacking:
        raise ValueError(f"cadence: {', '.join(sorted(lacking))} is missing")
    return Policy(
        levels={
            rule: {severity: Level.of(word) for severity, word in found.items()}
            for rule, found in said.levels.items()
        },
        missed={binding: Level.of(word) for binding, word in said.missed.items()},
        cadence={
            kind: Cadence(every=one.every, look_back=one.look_back)
            for kind, one in said.cadence.items()
        },
        limit={case: Level.of(word) for case, word in said.limit.items()},
        children=tuple(sorted((least, Level.of(word)) for least, word in said.children.items())),
        task_days=tuple(sorted((days, Level.of(word)) for days, word in said.task.days.items())),
        milestone=Level.of(said.task.milestone),
        indicators=_concerns(said.concerns.indicator),
        tasks=_concerns(said.concerns.task),
    )


def _concerns(said: _Concerns) -> Concerns:
    words = (
        (Measure.ENERGY, said.energy),
        (Measure.CARBON, said.carbon),
        (Measure.DATA, said.data),
    )
    return Concerns(
        words=tuple((measure, tuple(listed)) for measure, listed in words if listed),
        otherwise=said.otherwise,
    )
