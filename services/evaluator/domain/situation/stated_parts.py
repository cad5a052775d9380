"""Parts as statistics print them: which words name parts of which wholes, and do they add up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.statistics.items import usual_unit
from services.evaluator.domain.statistics.reconcile import reconcile

OF_WHICH = "of-which"
"""Said in a statement's detail `part`: it is some of the whole, no part in a division of it."""
LEAST_PARTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A qualifier that names a part.

    within: the word of which it is itself a part, where that is stated too. beside: it cuts across
    the others (key users), so no sum is made with it.
    """

    code: str
    name: Label
    within: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A whole ("" for the item's own) and the qualifiers of its parts, in their order.

    complete: the parts are all there is of the whole.
    """

    whole: str
    parts: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words that are known; any other one is a part that is called as it is written."""

    known: Mapping[str, Word] = field(default_factory=dict)

    def name(self, qualifier: str) -> Label:
        """What the part is called."""
        word = self.known.get(qualifier)
        return word.name if word else Label(qualifier, qualifier)

    def divisions(self, stated: Sequence[str], aside: Iterable[str] = ()) -> Iterator[Division]:
        """How the qualifiers that are stated divide the whole.

        aside: those that somebody said to be some of the whole only. A single part divides nothing,
        and parts of a part are only all of it when every word known of it is there.
        """
        left_out = {*aside, *(code for code, word in self.known.items() if word.beside)}
        ordered = [code for code in self.known if code in stated]
        ordered += sorted({*stated} - {*ordered})
        within: dict[str, list[str]] = {"": []}
        for code in ordered:
            if code not in left_out:
                within.setdefault(self._above(code, stated), []).append(code)
        if len(within[""]) < LEAST_PARTS:
            left_out |= {*within.pop("")}
        for whole, parts in within.items():
            complete = not whole or self._all_of(whole, parts)
            yield Division(whole=whole, parts=tuple(parts), complete=complete)
        beside = tuple(code for code in ordered if code in left_out)
        if beside:
            yield Division(whole="", parts=beside, complete=False)

    def _above(self, code: str, stated: Sequence[str]) -> str:
        """The nearest word above it that is stated."""
        word = self.known.get(code)
        while word is not None and word.within:
            if word.within in stated:
                return word.within
            word = self.known.get(word.within)
        return ""

    def _all_of(self, whole: str, parts: Sequence[str]) -> bool:
        return {code for code, word in self.known.items() if word.within == whole} <= {*parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A number as it was printed."""

    value: Decimal
    unit: str

    @property
    def digit(self) -> Decimal:
        """The unit of its last digit: 0.01 of 194.08, 1 of 200 and of 2E+2."""
        exponent = self.value.as_tuple().exponent
        return Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))

    def in_unit(self, unit: str) -> "Printed":
        """The same in another size of its unit."""
        (_, mine), (_, theirs) = usual_unit(self.unit), usual_unit(unit)
        ratio = mine / theirs
        return self if ratio == 1 else Printed(value=_scaled(self.value, ratio), unit=unit)


def last_digit(printed: Iterable[Printed]) -> Decimal:
    """The finest last digit of numbers in one unit: trailing noughts are easily lost."""
    return min((one.digit for one in printed), default=Decimal(1))


def contradictions(
    whole: Printed,
    parts: Mapping[Label, Printed],
    shares: Mapping[Label, Decimal],
    *,
    complete: bool,
) -> tuple[Label, ...]:
    """What is wrong with printed parts and shares (per cent) of a printed whole, in both languages.

    A grouping that is not complete is only asked whether its shares follow.
    """
    same = {label: one.in_unit(whole.unit) for label, one in parts.items()}
    digit = last_digit([whole, *same.values()])
    found: list[Label] = []
    by_zh = {label.zh: one.value for label, one in same.items()}
    by_en = {label.en: one.value for label, one in same.items()}
    zh, en = (
        reconcile(values, whole.value, digit, shares=said, share_unit=_share_digit(shares))
        for values, said in (
            (by_zh, {label.zh: share for label, share in shares.items()}),
            (by_en, {label.en: share for label, share in shares.items()}),
        )
    )
    for mine, theirs in zip(zh.findings, en.findings, strict=True):
        found.append(Label(mine.zh, theirs.en))
    return tuple(found if complete or zh.adds_up else found[1:])


def _share_digit(shares: Mapping[Label, Decimal]) -> Decimal:
    return last_digit(Printed(value=share, unit="%") for share in shares.values())


def _scaled(value: Decimal, ratio: Fraction) -> Decimal:
    """Sizes are powers of ten: the digits stay, the point moves."""
    if ratio >= 1:
        return value.scaleb(len(str(int(ratio))) - 1)
    return value.scaleb(1 - len(str(int(1 / ratio))))
