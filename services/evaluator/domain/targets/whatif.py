"""What would be if drafts were in force: the checks, and the levels before and after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import State, Target
from services.evaluator.domain.targets.check import Known, check_targets, remarks
from services.evaluator.domain.targets.lifecycle import all_in_force
from services.evaluator.domain.targets.tree import Weights
from shared.model.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What a rating comes to: the level's word, the margin as text, and the reasons if unrated."""

    level: str
    margin: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A target's rating as it is (None: not in force) and as the draft would make it."""

    code: str
    before: Rated | None
    after: Rated


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What a set of drafts would bring about."""

    faults: tuple[Wrong, ...]
    remarks: tuple[Wrong, ...]
    effects: tuple[Effect, ...]

    @property
    def changed(self) -> tuple[Effect, ...]:
        """The effects in which the level differs."""
        return tuple(e for e in self.effects if e.before is None or e.before.level != e.after.level)


Rate = Callable[[Target], Rated]
"""Rates a target, as if it were in force, against the figures that are known."""


def what_if(
    drafts: Sequence[Target],
    existing: Known,
    catalogue: Catalogue,
    today: date,
    rate: Rate | None = None,
    gdp: Weights | None = None,
) -> WhatIf:
    """Check the drafts as if they were recorded, and rate them beside what is in force today."""
    faults = check_targets(drafts, existing, catalogue, today, gdp)
    wanted = {draft.code: draft for draft in drafts}
    newest = {**{code: versions[-1] for code, versions in existing.items()}, **wanted}
    now = all_in_force(existing, today)
    touched = _near(wanted.values(), newest)
    return WhatIf(
        faults=faults,
        remarks=tuple(one for one in remarks(newest, gdp) if one.key in touched),
        effects=() if rate is None else tuple(_effect(d, now, rate) for d in wanted.values()),
    )


def _near(drafts: Iterable[Target], newest: Mapping[str, Target]) -> set[str]:
    found = {code for draft in drafts for code in (draft.code, draft.parent)}
    return found & set(newest)


def _effect(draft: Target, now: Mapping[str, Target], rate: Rate) -> Effect:
    before = now.get(draft.code)
    ended = draft.state is State.SUPERSEDED
    return Effect(
        code=draft.code,
        before=None if before is None else rate(before),
        after=Rated(level="none", reasons=("superseded",)) if ended else rate(draft),
    )
