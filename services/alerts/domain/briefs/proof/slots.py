"""What stands in the gaps of a sentence: numbers, amounts, words of direction, and lists of them.

A slot has a pattern for each language and a meaning: what is read becomes plain values, the same
for all ways of saying it, so that it can be laid beside the facts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.proof import vocabulary as words

Value = str | tuple["Value", ...]
Meaning = Callable[[str], Value]
POINT = r"\d+\.\d"
SIGNED = rf"-?{POINT}"
DUTY = r"\d+\.\d\d"
"""Of targets."""
COUNT = r"\d+"
NUMBER = r"-?\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Slot:
    """pattern: without named groups; meaning: of the words that it fits."""

    pattern: str
    meaning: Meaning


def bare(text: str) -> Value:
    """The words themselves."""
    return text


def any_of(found: Mapping[str, Label], *, zh: bool) -> str:
    """Any of the words, the longest first."""
    texts = {one.zh if zh else one.en for one in found.values()}
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


def units(*, zh: bool) -> str:
    """Any unit, or one that nobody foresaw."""
    return rf"(?:{any_of(words.SPOKEN, zh=zh)}|[A-Za-z/]+)"


def amounts(*, zh: bool) -> str:
    """A number and its unit."""
    return NUMBER + ("" if zh else " ") + units(zh=zh)


def amount(text: str) -> Value:
    """The number and the unit."""
    found = re.match(NUMBER, text)
    number = found[0] if found else ""
    return number, text[len(number) :].strip()


@dataclass(frozen=True, slots=True)
class Phrases:
    """Ways of saying something: tag and text; `#` is a number, `@` an amount in it."""

    rows: tuple[tuple[str, str], ...]
    zh: bool

    def slot(self, point: str = POINT) -> Slot:
        """Any of them; its meaning is the tag and the number or amount. point: of a number."""
        numbers = {"#": f"({point})", "@": f"({amounts(zh=self.zh)})", "~": f"(-?{point})"}
        compiled = []
        for tag, text in self.rows:
            pattern = re.escape(text)
            for mark, number in numbers.items():
                pattern = pattern.replace(re.escape(mark), number)
            compiled.append((tag, pattern, re.compile(pattern)))

        def meaning(text: str) -> Value:
            for tag, _, way in compiled:
                if found := way.fullmatch(text):
                    return (tag, *found.groups())
            return ("?", text)

        either = "|".join(pattern for _, pattern, _ in compiled)
        return Slot(f"(?:{_quiet(either)})", meaning)


def _quiet(pattern: str) -> str:
    """The pattern with groups that are not counted."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


def listed(item: str, *parts: Meaning, zh: bool) -> Slot:
    """A list of items, each of which fits the pattern with a group for each of its parts."""
    gap = "、" if zh else ", "
    one = re.compile(rf"(?:{item})(?:{gap}|$)")

    def meaning(text: str) -> Value:
        found: list[Value] = []
        at = 0
        while at < len(text) and (match := one.match(text, at)):
            groups = zip(parts, match.groups(), strict=True)
            found.append(tuple(part(group or "") for part, group in groups))
            at = match.end()
        rest: tuple[Value, ...] = (("?", text[at:]),) if at < len(text) else ()
        ends = (("?", gap),) if text.endswith(gap) else ()
        return (*found, *rest, *ends)

    return Slot(".+?", meaning)
