"""Everything that reads a written brief again, before anybody else does."""

from collections.abc import Callable, Mapping, Sequence

from services.alerts.domain.briefs.checks import reconciled
from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.domain.briefs.proof import proof

Pages = Mapping[tuple[Language, Edition], Document]
Check = Callable[[Facts, Pages], Sequence[Label]]


def _sums(facts: Facts, _: Pages) -> Sequence[Label]:
    return reconciled(facts)


def _proofs(facts: Facts, pages: Pages) -> Sequence[Label]:
    """Where a page says other than the facts, with the place."""
    return tuple(
        Label(f"校对：{one.where}：{one.what.zh}", f"proof: {one.where}: {one.what.en}")
        for page in pages.values()
        for one in proof(page, facts)
    )


CHECKS: tuple[Check, ...] = (_sums, _proofs)
"""In the order in which people are told of what they found."""


def checked(facts: Facts, pages: Pages) -> tuple[Label, ...]:
    """What is wrong with the pages, once each; nothing, as a rule."""
    return tuple(dict.fromkeys(found for check in CHECKS for found in check(facts, pages)))
