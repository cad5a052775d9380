"""What the figures of a situation went by: editions of factors, rules, targets, methods."""

from collections.abc import Iterable, Iterator

from services.evaluator.domain.figures.figure import Figure, Label, LeafKind
from services.evaluator.domain.figures.rendering import leaves
from services.evaluator.handlers.reckoner.ratings import Judged
from services.evaluator.handlers.reckoner.world import World
from services.evaluator.handlers.situation.amounts import label
from shared.contracts import situation as told

_METHODS = Label("核算方法记录", "methods of accounting on record")
_CATALOGUE = Label("企业和计量点名录", "catalogue")


def versions_of(
    world: World, figures: Iterable[Figure], judged: Iterable[Judged]
) -> tuple[told.Version, ...]:
    """Everything that the region's own figures and levels went by, in a fixed order."""
    every = list(judged)
    found = [
        *_factors(figures),
        *_rules(every),
        *_targets(every),
        _version("method", "", _METHODS, str(len(world.records.methods))),
        _version("catalogue", "", _CATALOGUE, str(world.catalogue.version)),
    ]
    return tuple(dict.fromkeys(found))


def _factors(figures: Iterable[Figure]) -> Iterator[told.Version]:
    named = {
        (one.label, one.source.version)
        for figure in figures
        for one in leaves(figure)
        if one.source is not None and one.source.kind is LeafKind.FACTOR
    }
    for name, edition in sorted(named, key=lambda pair: (pair[0].en, pair[1])):
        yield _version("factors", name.en, name, edition)


def _rules(judged: Iterable[Judged]) -> Iterator[told.Version]:
    rules = {one.rule.key: one.rule.body for one in judged if one.rule is not None}
    for code, rule in sorted(rules.items()):
        yield _version("rule", code, Label(rule.name, rule.name_en), rule.version)


def _targets(judged: Iterable[Judged]) -> Iterator[told.Version]:
    for one in judged:
        target = one.target
        name = Label(target.name, target.name_en or target.code)
        yield _version("target", target.code, name, str(one.entry.version))


def _version(kind: str, code: str, name: Label, version: str) -> told.Version:
    return told.Version(kind=kind, code=code, name=label(name), version=version)
