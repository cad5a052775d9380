"""Inhibition: an open warning that mutes others, such as a parent's that mutes its children's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.alerts.domain.matchers import Matchers, all_match
from services.alerts.domain.suppression.shown import Shown

_REGION = "region:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """While a source is open, targets with the same values of `equal` are muted.

    `ancestor`: only sources of a region above the target's subject. Without it, a warning that is
    itself both source and target is not muted by another such one, as in Alertmanager.
    """

    name: str
    source: Matchers
    target: Matchers
    equal: tuple[str, ...] = ()
    ancestor: bool = False

    def values(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """The values of the labels that must be equal; an absent one is empty."""
        return tuple(labels.get(name, "") for name in self.equal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibitors:
    """The open sources of every rule, found by what must be equal (and by region)."""

    rules: tuple[Rule, ...] = ()
    _sources: Mapping[tuple[str, ...], tuple[Shown, ...]] = field(default_factory=dict)

    def muting(self, shown: Shown) -> tuple[tuple[Rule, Shown], ...]:
        """The rules that mute the warning, each with one of its sources."""
        return tuple(
            (rule, source)
            for rule in self.rules
            if all_match(rule.target, shown.labels) and (source := self._source(rule, shown))
        )

    def _source(self, rule: Rule, shown: Shown) -> Shown | None:
        both = all_match(rule.source, shown.labels)
        for place in _places_above(shown) if rule.ancestor else ("",):
            for source in self._sources.get((rule.name, place, *rule.values(shown.labels)), ()):
                if source.id == shown.id:
                    continue
                if not rule.ancestor and both and all_match(rule.target, source.labels):
                    continue
                return source
        return None


def inhibitors(rules: Iterable[Rule], opened: Iterable[Shown]) -> Inhibitors:
    """Index the open warnings that are sources of any rule."""
    kept = tuple(rules)
    sources: dict[tuple[str, ...], dict[UUID, Shown]] = {}
    for shown in opened:
        for rule in kept:
            if all_match(rule.source, shown.labels):
                place = _own_region(shown) if rule.ancestor else ""
                if place is not None:
                    key = (rule.name, place, *rule.values(shown.labels))
                    sources.setdefault(key, {})[shown.id] = shown
    return Inhibitors(rules=kept, _sources={k: tuple(v.values()) for k, v in sources.items()})


def _own_region(shown: Shown) -> str | None:
    code = shown.subject.removeprefix(_REGION)
    return None if code == shown.subject else code


def _places_above(shown: Shown) -> tuple[str, ...]:
    own = _own_region(shown)
    return tuple(code for code in shown.regions if code != own)
