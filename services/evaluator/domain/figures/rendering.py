"""A figure as a document: every step with its operands, and a formula with the numbers put in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from services.evaluator.domain.budget import shown
from services.evaluator.domain.figures.figure import Figure, Label, Op, Source
from shared.model.exact import terminating

Document = dict[str, Any]

_PEOPLE_DIGITS = 6
_LINE_DIGITS = 10
_MOST_BITS = 3300
_SHORT = 8
_MOST_IN_LINE = 8
_DECIMALS = {"%": 2, "pp": 2, "tce": 2, "t": 2, "tCO2": 2, "tCO2e": 2}
_SIGNS = {
    Op.SUM: " + ",
    Op.DIFFERENCE: " − ",
    Op.PRODUCT: " × ",
    Op.QUOTIENT: " ÷ ",
    Op.POWER: " ^ ",
}
_TIGHTNESS = {Op.SUM: 1, Op.DIFFERENCE: 1, Op.PRODUCT: 2, Op.QUOTIENT: 2, Op.POWER: 3}


def exact(value: Fraction | None) -> str | None:
    """The value as a decimal, or as `n/d` where the decimal would have no end.

    None too for one of a thousand digits and more (a high power): `is_long` tells it apart.
    """
    if value is None or is_long(value):
        return None
    decimal = terminating(value)
    if decimal is None:
        return f"{value.numerator}/{value.denominator}"
    return f"{decimal:f}"


def is_long(value: Fraction) -> bool:
    """Whether nobody could read the exact value; its operands say it shorter."""
    return value.numerator.bit_length() + value.denominator.bit_length() > _MOST_BITS


def for_people(value: Fraction | None, unit: str = "") -> str | None:
    """The value rounded: two decimals of amounts and per cent, six digits of anything else."""
    if value is None:
        return None
    decimals = _DECIMALS.get(unit)
    if decimals is not None:
        return _rounded(value, decimals)
    text = exact(value)
    if text is not None and "/" not in text and len(text) <= _SHORT:
        return text
    rounded = _rounded(value, _decimals(value, _PEOPLE_DIGITS))
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


def _rounded(value: Fraction, decimals: int) -> str:
    """Halves away from nought (四舍五入), as bulletins print."""
    whole = (2 * abs(value) * 10**decimals + 1) // 2
    return shown(Fraction(-whole if value < 0 else whole, 10**decimals), decimals)


def document(figure: Figure, identifier: str = "") -> Document:
    """The figure with all that it was made of; leaves have `source`, steps `op` and `operands`.

    A step with one operand does nothing: the operand stands in its place, under the step's name.
    """
    figure = _plain(figure)
    return {
        "id": identifier,
        "label": words(figure.label),
        "value": exact(figure.value),
        "is_long": figure.value is not None and is_long(figure.value),
        "shown": for_people(figure.value, figure.unit),
        "unit": figure.unit,
        "op": figure.op.value if figure.op else None,
        "formula": formula(figure) if figure.op else None,
        "operands": [
            document(part, _below(identifier, number))
            for number, part in enumerate(figure.operands)
        ],
        "source": source_body(figure.source) if figure.source else None,
        "missing": [words(reason) for reason in figure.missing],
        "flags": [words(flag) for flag in figure.flags],
    }


def _plain(figure: Figure) -> Figure:
    while figure.op is not None and len(figure.operands) == 1:
        inner = figure.operands[0]
        figure = replace(inner, label=figure.label, unit=figure.unit or inner.unit)
    return figure


def _below(identifier: str, number: int) -> str:
    return f"{identifier}{'.' if '#' in identifier else '#'}{number}"


def words(label: Label) -> dict[str, str]:
    """A label in both languages."""
    return {"zh": label.zh, "en": label.en}


def source_body(source: Source) -> Document:
    """Where a leaf was read."""
    return {
        "kind": source.kind.value,
        "href": source.href,
        "pointer": source.pointer,
        "version": source.version,
        "text": source.text,
        "confidence": source.confidence,
        "notes": dict(source.notes),
    }


def formula(figure: Figure) -> dict[str, str]:
    """How it was made, with the numbers put in and with the operands' names, as one line each."""
    result = _number(figure.value)
    return {
        "numbers": f"{_line(figure, lambda part: _number(part.value))} = {result}",
        "zh": f"{figure.label.zh} = {_line(figure, lambda part: part.label.zh)}",
        "en": f"{figure.label.en} = {_line(figure, lambda part: part.label.en)}",
    }


def leaves(figure: Figure) -> Iterable[Figure]:
    """Everything at the ends of the tree, from the left."""
    if figure.op is None:
        yield figure
        return
    for part in figure.operands:
        yield from leaves(part)


def _line(figure: Figure, naming: Callable[[Figure], str]) -> str:
    if figure.op is None:
        return _signed(naming(figure))
    parts = [_inside(figure.op, at, part, naming) for at, part in enumerate(figure.operands)]
    if figure.op in {Op.MINIMUM, Op.MAXIMUM}:
        name = "min" if figure.op is Op.MINIMUM else "max"
        return f"{name}({', '.join(_short(parts))})"
    return _SIGNS[figure.op].join(_short(parts))


def _inside(op: Op, at: int, part: Figure, naming: Callable[[Figure], str]) -> str:
    """An operand: a small product or quotient is written out, anything longer by its own value."""
    if part.op not in {Op.PRODUCT, Op.QUOTIENT} or not _is_small(part):
        return _signed(naming(part))
    line = _line(part, naming)
    loose = op not in _TIGHTNESS or _TIGHTNESS[part.op] > _TIGHTNESS[op]
    is_first = at == 0 and op is not Op.POWER
    return line if loose or is_first else f"({line})"


def _is_small(part: Figure) -> bool:
    return all(
        inner.op is None or (inner.op in {Op.PRODUCT, Op.QUOTIENT} and _is_small(inner))
        for inner in part.operands
    )


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _short(parts: Sequence[str]) -> Sequence[str]:
    if len(parts) <= _MOST_IN_LINE:
        return parts
    return [*parts[:3], f"… ({len(parts) - 4})", parts[-1]]


def _number(value: Fraction | None) -> str:
    if value is None:
        return "?"
    text = exact(value) or ""
    if text and "/" not in text and len(text.strip("-").replace(".", "")) <= _LINE_DIGITS:
        return text
    rounded = shown(value, _decimals(value, _LINE_DIGITS))
    return rounded if Fraction(rounded) == value else f"{rounded}…"


def _decimals(value: Fraction, digits: int) -> int:
    """So many decimals that `digits` digits count, at least two of a number that has any."""
    whole = abs(int(value))
    if whole:
        return max(2, digits - len(str(whole)))
    if value == 0:
        return 0
    zeros = len(str(abs(value.denominator) // max(1, abs(value.numerator)))) - 1
    return min(40, zeros + digits)


def as_json(found: Mapping[str, Figure]) -> dict[str, Document]:
    """Documents of several figures by their names."""
    return {name: document(figure, name) for name, figure in found.items()}
