"""Lays what paragraphs say beside what they should say."""

from collections.abc import Iterable, Iterator, Sequence

from services.alerts.domain.briefs.document import Document, Kind, Paragraph
from services.alerts.domain.briefs.proof.due_next import next_steps
from services.alerts.domain.briefs.proof.due_overall import overall
from services.alerts.domain.briefs.proof.due_parts import fields, levels, places
from services.alerts.domain.briefs.proof.due_work import handling, outlook, problems
from services.alerts.domain.briefs.proof.finding import Finding, missing, surplus, wrong
from services.alerts.domain.briefs.proof.reader import Claim, read
from services.alerts.domain.briefs.proof.slots import Value
from services.alerts.domain.briefs.proof.view import View, claim

_OFFICE = (overall, levels, fields, places, handling, outlook, problems, next_steps)
_PUBLIC = (overall, levels, fields, places, problems)


def due(view: View) -> dict[str, list[Claim]]:
    """What each paragraph of the edition should say, in the order of the paragraphs."""
    sections = _PUBLIC if view.public else _OFFICE
    found = {name: claims for section in sections for name, claims in section(view) if claims}
    if not view.situation.users.code:
        found["annex.users"] = [claim("no users")]
    return found


def paragraphs(view: View, document: Document) -> Iterator[Finding]:
    """Paragraphs that are missing, in excess, out of order, or that say something else."""
    expected = due(view)
    there = [block for block in document.blocks
             if isinstance(block, Paragraph) and block.kind is Kind.BODY]  # fmt: skip
    names = [one.name for one in there]
    yield from same(names, list(expected), "document")
    for block in there:
        if block.name not in expected:
            continue
        claims, findings = read(block.name, block.text, zh=view.zh)
        yield from findings
        yield from laid(block.name, claims, expected[block.name])


def same(found: Sequence[str], expected: Sequence[str], where: str) -> Iterator[Finding]:
    """Names that are missing or in excess; else such as do not stand where they should."""
    gone = [name for name in expected if name not in found]
    more = [name for nth, name in enumerate(found) if name not in expected or name in found[:nth]]
    yield from (missing(where, name) for name in gone)
    yield from (surplus(where, name) for name in more)
    if not gone and not more:
        for one, other in zip(found, expected, strict=True):
            if one != other:
                yield wrong(where, "order", one, other)


def laid(where: str, found: list[Claim], expected: list[Claim]) -> Iterator[Finding]:
    """Sentence by sentence; one that is missing or in excess does not put out the others."""
    at = 0
    for nth, should in enumerate(expected):
        if at < len(found) and found[at].kind == should.kind:
            yield from _slots(where, found[at], should)
            at += 1
        elif at < len(found) and not any(o.kind == found[at].kind for o in expected[nth:]):
            yield surplus(where, found[at].text)
            yield missing(where, _told(should))
            at += 1
        else:
            yield missing(where, _told(should))
    yield from (surplus(where, one.text) for one in found[at:])


def _told(one: Claim) -> tuple[str, ...]:
    return (one.kind, *(str(value) for value in one.said.values()))


def _slots(where: str, found: Claim, should: Claim) -> Iterable[Finding]:
    said, due_said = _run_on(found), _run_on(should)
    for name in dict.fromkeys((*due_said, *said)):
        one, other = said.get(name), due_said.get(name)
        if one != other:
            yield wrong(f"{where} ({should.kind})", name, one, other)


def _run_on(one: Claim) -> dict[str, Value]:
    """The slots, a part's name with the number that follows it: names may end in digits."""
    amount = one.said.get("amount")
    if "part" not in one.said or "n" in one.said or not isinstance(amount, tuple):
        return dict(one.said)
    number, unit = amount
    return {**one.said, "part": f"{one.said['part']}{number}", "amount": unit}
