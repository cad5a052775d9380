"""A target with everything below it, in the order in which a person reads it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.evaluator.domain.records.target import Target
from services.evaluator.domain.targets.tree import (
    Division,
    Sums,
    Weights,
    cut_of,
    divisions,
    sums,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A target at its depth below the one that was asked for (0)."""

    target: Target
    depth: int


def below(code: str, view: Mapping[str, Target], deepest: int = 20) -> tuple[Node, ...]:
    """The target and all its parts, each part after its whole; `view`: one version of each."""
    parts: dict[str, list[Target]] = defaultdict(list)
    for target in view.values():
        if target.parent:
            parts[target.parent].append(target)
    return tuple(_walk(view[code], parts, 0, deepest)) if code in view else ()


def _walk(
    target: Target, parts: Mapping[str, list[Target]], depth: int, deepest: int
) -> Iterator[Node]:
    yield Node(target=target, depth=depth)
    if depth < deepest:
        for part in sorted(parts.get(target.code, ()), key=lambda t: (cut_of(t), t.code)):
            yield from _walk(part, parts, depth + 1, deepest)


def standings(
    nodes: tuple[Node, ...], gdp: Weights | None = None
) -> tuple[tuple[Division, Sums], ...]:
    """How each whole among the nodes stands to its parts."""
    view = {node.target.code: node.target for node in nodes}
    return tuple((division, sums(division, gdp)) for division in divisions(view.values(), view))
