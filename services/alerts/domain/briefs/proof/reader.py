"""Reads finished sentences: every sentence of a paragraph by exactly one pattern."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from services.alerts.domain.briefs.proof.finding import Finding, unread
from services.alerts.domain.briefs.proof.gaps import gaps
from services.alerts.domain.briefs.proof.patterns import PATTERNS
from services.alerts.domain.briefs.proof.slots import Slot, Value

_GAP = re.compile(r"<(\w+?)(?::(\w+))?>")
_MOST_PIECES = 24


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says: which kind it is, and the meanings of its slots by name."""

    kind: str
    said: Mapping[str, Value]
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    way: re.Pattern[str]
    slots: Mapping[str, Slot]

    def read(self, text: str) -> Claim | None:
        found = self.way.fullmatch(text)
        if found is None:
            return None
        said = {name: found[name] for name in self.slots}
        meanings = {n: self.slots[n].meaning(t) for n, t in said.items() if t is not None}
        return Claim(self.kind, meanings, text)


def read(name: str, text: str, *, zh: bool) -> tuple[list[Claim], list[Finding]]:
    """What the paragraph says; sentences that nobody can read are findings."""
    patterns = _patterns(name.partition(".")[0], zh)
    pieces = _pieces(text, zh)
    claims, findings = _shortest(name, patterns, pieces)
    if findings or any(_has_rest(one) for one in claims):
        # Names may have full stops: then a sentence ends where all that follows can be read too.
        found = _fitting(patterns, pieces)
        return (found, []) if found else (claims, findings)
    return claims, findings


def _shortest(
    name: str, patterns: tuple[_Pattern, ...], pieces: list[str]
) -> tuple[list[Claim], list[Finding]]:
    """Sentences that end as soon as they can be read."""
    claims, findings = [], []
    at = 0
    while at < len(pieces):
        taken, ways = _longest(patterns, pieces, at)
        if len(ways) == 1:
            claims.append(ways[0])
        else:
            findings.append(unread(name, "".join(pieces[at : at + taken]).strip(), len(ways)))
        at += taken
    return claims, findings


def _fitting(patterns: tuple[_Pattern, ...], pieces: list[str]) -> list[Claim]:
    """Sentences that leave nothing unread, each read in one way; none where there are no such."""
    rest: dict[int, list[Claim]] = {len(pieces): []}
    for at in range(len(pieces) - 1, -1, -1):
        for end in range(at + 1, min(at + _MOST_PIECES, len(pieces)) + 1):
            ways = _ways(patterns, "".join(pieces[at:end]).strip()) if end in rest else []
            if len(ways) == 1 and not _has_rest(ways[0]):
                rest[at] = [ways[0], *rest[end]]
                break
    return rest.get(0, [])


def _has_rest(one: Claim) -> bool:
    """Whether something in a list could not be read."""
    return any(_unread(value) for value in one.said.values())


def _unread(value: Value) -> bool:
    return isinstance(value, tuple) and (value[:1] == ("?",) or any(map(_unread, value)))


def _ways(patterns: tuple[_Pattern, ...], text: str) -> list[Claim]:
    return [claim for one in patterns if (claim := one.read(text)) is not None]


def _longest(patterns: tuple[_Pattern, ...], pieces: list[str], at: int) -> tuple[int, list[Claim]]:
    """The first pieces that make a sentence, and the ways to read it."""
    for taken in range(1, min(_MOST_PIECES, len(pieces) - at) + 1):
        text = "".join(pieces[at : at + taken]).strip()
        ways = _ways(patterns, text)
        if ways:
            return taken, ways
    return 1, []


def _pieces(text: str, zh: bool) -> list[str]:
    """The text cut where a sentence may end."""
    return [one for one in re.split(r"(?<=。)" if zh else r"(?<=\.)(?= )", text) if one]


@cache
def _patterns(family: str, zh: bool) -> tuple[_Pattern, ...]:
    known = gaps(zh=zh)
    return tuple(
        _compiled(kind, template, known)
        for kind, chinese, english in PATTERNS.get(family, ())
        for template in (chinese if zh else english).split(" | ")
    )


def _compiled(kind: str, template: str, known: Mapping[str, Slot]) -> _Pattern:
    """`<slot>` or `<name:slot>` is a gap, `[…]` may be left out."""
    slots: dict[str, Slot] = {}

    def parts() -> Iterator[str]:
        at = 0
        for gap in _GAP.finditer(template):
            yield _literal(template[at : gap.start()])
            name, slot = gap[1], known[gap[2] or gap[1]]
            slots[name] = slot
            yield f"(?P<{name}>{slot.pattern})"
            at = gap.end()
        yield _literal(template[at:])

    return _Pattern(kind, re.compile("".join(parts()), re.DOTALL), slots)


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\[", "(?:").replace(r"\]", ")?")
