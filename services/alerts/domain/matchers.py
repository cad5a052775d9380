"""Matchers as Alertmanager writes them: `name="value"`, `!=`, `=~`, `!~`, alone or in a list.

Reading follows Alertmanager 0.25 to the letter, so that what `amtool` accepts means the same here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

_SPACE = " \t\n\f\r"
_ONE = re.compile(
    rf"[{_SPACE}]*([a-zA-Z_:][a-zA-Z0-9_:]*)[{_SPACE}]*(=~|=|!=|!~)[{_SPACE}]*(.*?)[{_SPACE}]*",
    re.DOTALL,
)
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LONGEST_PATTERN = 1_000


class Operator(StrEnum):
    """How a label's value is compared."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LIKE = "=~"
    NOT_LIKE = "!~"

    @property
    def is_regex(self) -> bool:
        """Whether the value is a pattern."""
        return self in (Operator.LIKE, Operator.NOT_LIKE)

    @property
    def is_positive(self) -> bool:
        """Whether a hit means a match."""
        return self in (Operator.EQUAL, Operator.LIKE)


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label; a label that is absent counts as empty.

    A pattern must cover the whole value. Raises ValueError for a name or pattern that cannot be.
    """

    name: str
    operator: Operator
    value: str
    _pattern: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_label_name(self.name):
            raise ValueError(f"bad label name {self.name!r}: letters, digits, _ and : are allowed")
        if "\x00" in self.value:
            raise ValueError(f"a value of {self.name} has no character 0")
        pattern = compiled(self.value) if self.operator.is_regex else None
        object.__setattr__(self, "_pattern", pattern)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels satisfy it."""
        value = labels.get(self.name, "")
        if self._pattern is None:
            hit = value == self.value
        else:
            hit = self._pattern.fullmatch(value) is not None
        return hit == self.operator.is_positive

    def __str__(self) -> str:
        """As Alertmanager prints it: the value quoted, with escapes."""
        return f"{self.name}{self.operator}{quoted(self.value)}"


Matchers = tuple[Matcher, ...]


def is_label_name(text: str) -> bool:
    """Whether a label that matchers look at can be called so."""
    return _NAME.fullmatch(text) is not None


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether the labels satisfy every matcher; none at all is satisfied by anything."""
    return all(matcher.matches(labels) for matcher in matchers)


def written(matchers: Iterable[Matcher]) -> str:
    """A list of matchers as text that `parse_matchers` reads back: `{a="b",c=~"d|e"}`."""
    return "{" + ",".join(map(str, matchers)) + "}"


def equal(name: str, value: str) -> Matcher:
    """`name="value"`."""
    return Matcher(name, Operator.EQUAL, value)


def one_of(name: str, values: Sequence[str]) -> Matcher:
    """`name=~"a|b"` for values that are meant literally; one value makes it `=`."""
    if len(values) == 1:
        return equal(name, values[0])
    return Matcher(name, Operator.LIKE, "|".join(map(_literal, values)))


def parse_matchers(text: str) -> Matchers:
    """Read `{a="b",c!~"d"}`, with or without braces; an empty list is allowed.

    Raises ValueError that names the part which cannot be read.
    """
    return tuple(parse_matcher(token) for token in _tokens(text))


def parse_matcher(text: str) -> Matcher:
    r"""Read one matcher; the value may be quoted, `\n`, `\"` and `\\` are escapes either way."""
    found = _ONE.fullmatch(text)
    if found is None:
        raise ValueError(f'bad matcher format: {text!r}; write it as name="value"')
    name, operator, raw = found.groups()
    return Matcher(name, Operator(operator), _unescaped(raw))


def _tokens(text: str) -> list[str]:
    text = text.removeprefix("{").removesuffix("}")
    tokens: list[str] = []
    inside = escaped = False
    token = ""
    for char in text:
        if char == "," and not inside:
            tokens.append(token)
            token = ""
            continue
        if char == '"' and not escaped:
            inside = not inside
        # A comma inside quotes leaves the escape as it was, as it does there.
        if char != ",":
            escaped = not escaped if char == "\\" else False
        token += char
    if token.strip():
        tokens.append(token.strip())
    return tokens


def _unescaped(raw: str) -> str:
    quoted = raw.startswith('"')
    rest = raw[1:] if quoted else raw
    value, escaped = "", False
    last = len(rest) - 1
    closed = not quoted
    for place, char in enumerate(rest):
        if escaped:
            escaped = False
            value += {"n": "\n", '"': '"', "\\": "\\"}.get(char, "\\" + char)
        elif char == "\\" and place < last:
            escaped = True
        elif char == '"':
            if closed or place < last:
                raise ValueError(f"matcher value contains unescaped double quote: {raw}")
            closed = True
        else:
            value += char
    if not closed:
        raise ValueError(f"matcher value contains unescaped double quote: {raw}")
    return value


def quoted(value: str) -> str:
    """A value as it stands in a matcher, with its escapes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _literal(value: str) -> str:
    # Only what is special in both dialects: re.escape would escape what RE2 does not let escape.
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", value)


# What Python's engine takes and RE2 does not: looking around, going back, possessive repeats.
_FOREIGN = re.compile(r"\(\?(?:[=!#>(]|<[=!]|P=)|(?:[*+?]|\{\d+(?:,\d*)?\})\+|\\[1-9]|\\Z")
# A repeat of what itself can be met in several ways, or many repeats without end one after the
# other, can take for ever in Python's engine.
_INNER = re.compile(r"\((?:\?[A-Za-z:<>-]*)?([^()]*)\)([*+]|\{\d)?")
_ENDLESS = re.compile(r"[*+]|\{\d+,\}")
_MOST_ENDLESS = 5
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\t ",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}


@lru_cache(maxsize=4_096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as RE2 would read it; ValueError says what is wrong with it."""
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern has at most {_LONGEST_PATTERN} characters")
    # Escapes and classes out of sight: what is left shows its structure.
    bare = re.sub(r"\\[^1-9Z]|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", "x", pattern, flags=re.DOTALL)
    if _FOREIGN.search(bare):
        raise ValueError(f"{pattern!r}: looking around, going back and possessive repeats are out")
    if _runs_away(bare):
        raise ValueError(
            f"{pattern!r}: a repeat of a choice or of what repeats is not taken, nor more than "
            f"{_MOST_ENDLESS} repeats without end in a row"
        )
    translated = re.sub(r"\[:(\w+):\]", lambda found: _POSIX.get(found[1], found[0]), pattern)
    # Escapes are read as pairs: a backslash that is escaped itself does not make an end of text.
    translated = re.sub(
        r"\\(.)", lambda pair: r"\Z" if pair[1] == "z" else pair[0], translated, flags=re.DOTALL
    )
    try:
        return re.compile(translated, re.ASCII)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a pattern: {error}") from error


def _runs_away(bare: str) -> bool:
    if any(len(_ENDLESS.findall(branch)) > _MOST_ENDLESS for branch in bare.split("|")):
        return True
    while found := _INNER.search(bare):
        manifold = any(char in "|*+?{" for char in found[1])
        if manifold and found[2]:
            return True
        bare = bare[: found.start()] + ("x?" if manifold else "x") + bare[found.end(1) + 1 :]
    return False
