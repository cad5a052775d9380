"""How a figure came about, as lines of a page: steps with formulas, and leaves with links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

Document = Mapping[str, Any]

_MOST_PARTS = 60
"""So many operands of one step are listed; a sum of thousands says how many more there are."""
_OPEN_TO = 2
_FIGURE_PARAMETERS = ("scope", "series", "basis", "rule", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a leaf was read: kind, edition, words, and the console's page about it, if any."""

    kind: str
    version: str
    text: str
    confidence: str
    link: str
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One number of the tree with what it was made of; `more` operands are left out."""

    label: str
    shown: str | None
    value: str | None
    unit: str
    numbers: str
    words: str
    origin: Origin | None
    missing: tuple[str, ...]
    flags: tuple[str, ...]
    parts: tuple["Line", ...]
    more: int
    is_open: bool


def line_of(node: Document, language: str, depth: int = 0) -> Line:
    """A node of the explanation, as the evaluator gives it, in one language."""
    operands: Sequence[Document] = node.get("operands") or ()
    formula = node.get("formula") or {}
    return Line(
        label=_word(node.get("label"), language),
        shown=node.get("shown"),
        value=node.get("value"),
        unit=str(node.get("unit") or ""),
        numbers=str(formula.get("numbers") or ""),
        words=str(formula.get(language) or ""),
        origin=_origin(node.get("source")),
        missing=_words(node.get("missing"), language),
        flags=_words(node.get("flags"), language),
        parts=tuple(line_of(one, language, depth + 1) for one in operands[:_MOST_PARTS]),
        more=max(0, len(operands) - _MOST_PARTS),
        is_open=depth < _OPEN_TO,
    )


def leaves_of(found: Document, language: str) -> dict[str, tuple[Line, ...]]:
    """The leaves by kind (book, statement, factor …), as the evaluator lists them."""
    kinds: Mapping[str, Iterable[Document]] = found.get("leaves") or {}
    listed = {kind: tuple(line_of(one, language) for one in ones) for kind, ones in kinds.items()}
    return {kind: lines for kind, lines in listed.items() if lines}


def link_of(href: str) -> str:
    """The console's page about an address of the API; empty where it has none."""
    parts = urlsplit(href)
    path = parts.path.removeprefix("/v1/")
    query = dict(parse_qsl(parts.query))
    head, _, rest = path.partition("/")
    match head:
        case "books" if rest:
            return f"/books/{rest}"
        case "figures" | "explain" if rest:
            return figure_link(rest, query)
        case "statements" | "factors" | "targets" | "rules" | "indicators" | "limits":
            return _record_link(head, rest, query)
        case _:
            return ""


def figure_link(figure: str, options: Mapping[str, Any]) -> str:
    """The page of a figure (`subject/measure/period`) with its options."""
    chosen = {n: str(options[n]) for n in _FIGURE_PARAMETERS if options.get(n) not in (None, "")}
    query = urlencode(chosen)
    return f"/figures/{quote(figure, safe='/:')}{'?' if query else ''}{query}"


def _record_link(kind: str, key: str, query: Mapping[str, str]) -> str:
    chosen = {"key": key} if key else {n: query[n] for n in ("subject", "key") if n in query}
    return f"/records/{kind}{'?' if chosen else ''}{urlencode(chosen)}"


def _origin(source: Document | None) -> Origin | None:
    if not source:
        return None
    notes = source.get("notes") or {}
    return Origin(
        kind=str(source.get("kind") or ""),
        version=str(source.get("version") or ""),
        text=str(source.get("text") or ""),
        confidence=str(source.get("confidence") or ""),
        link=link_of(str(source.get("href") or "")),
        notes=tuple((str(name), str(text)) for name, text in notes.items()),
    )


def _words(labels: Iterable[Document] | None, language: str) -> tuple[str, ...]:
    return tuple(_word(label, language) for label in labels or ())


def _word(label: Any, language: str) -> str:
    """A label in the language; one that is plain text stands for itself."""
    if isinstance(label, Mapping):
        return str(label.get(language) or label.get("zh") or "")
    return str(label or "")
