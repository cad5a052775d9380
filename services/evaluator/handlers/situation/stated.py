"""Parts that statistics print: groupings of a stated whole, and whether they add up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label, absent
from services.evaluator.domain.figures.periods import reported_before, year_earlier
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.situation.moving import Movement, moved
from services.evaluator.domain.situation.parts import weighed
from services.evaluator.domain.situation.stated_parts import (
    OF_WHICH,
    Division,
    Printed,
    Words,
    contradictions,
)
from services.evaluator.domain.statistics.items import item_of, usual_unit
from services.evaluator.domain.statistics.statement_book import StatementBook, StatementLine
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.situation.amounts import ALL, label
from shared.contracts import situation as told
from shared.model.period import Period

_MEASURES: Mapping[str, tuple[str, str]] = {
    "energy-whole": (names.ENERGY_TOTAL, "energy-growth"),
    "industrial-energy": (names.ENERGY_TOTAL, "energy-growth"),
    "co2-whole": (names.CARBON_TOTAL, "carbon-growth"),
}
"""Items that may have parts: the measure, and the item that states their growth."""
_OWN_GROWTH = frozenset({"energy-whole", "co2-whole"})
"""Items whose growth needs no qualifier: it is that of the measure."""
_WHOLES = frozenset({"", *(series.value for series in Series)})
"""Qualifiers that name no part: the whole itself, by one series or another."""
SHARE = "share"
_NO_EARLIER = Label("该期没有上年同期", "there is no such period a year earlier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is stated of one subject in one period."""

    world: World
    who: Who
    text: str
    words: Words
    _moved: dict[tuple[str, str, str], Movement] = field(default_factory=dict)

    def all(self) -> tuple[tuple[told.Grouping, ...], tuple[told.Unreconciled, ...]]:
        """Groupings of every item that has parts, and what does not add up in them."""
        groupings: list[told.Grouping] = []
        wrong: list[told.Unreconciled] = []
        for item in _MEASURES:
            for division in self._divisions(item):
                grouping = self._grouping(item, division)
                groupings.append(grouping)
                wrong += self._wrong(item, division, grouping)
        return tuple(groupings), tuple(wrong)

    def _divisions(self, item: str) -> Iterator[Division]:
        stated = [
            one
            for one in self._book.qualifiers(self.who.key, item)
            if one not in _WHOLES and self._at(item, one, self.text).value is not None
        ]
        if self._at(item, self._whole(item), self.text).value is None:
            return
        aside = [one for one in stated if self._is_aside(item, one)]
        yield from self.words.divisions(stated, aside)

    def _grouping(self, item: str, division: Division) -> told.Grouping:
        whole = self._movement(item, division.whole or self._whole(item), self.text)
        measure, _ = _MEASURES[item]
        return told.Grouping(
            name=_name(item, division),
            label=label(self._label(item, division)),
            measure=measure,
            whole=ALL.moved(whole),
            parts=tuple(self._group(item, one, whole, division) for one in division.parts),
            complete=division.complete,
            printed_unit=self._unit(item, division),
        )

    def _group(self, item: str, qualifier: str, whole: Movement, division: Division) -> told.Group:
        part = self._movement(item, qualifier, self.text)
        found = weighed(part, whole)
        # Shares are stated of the item, not of the part of it that is divided here.
        printed = None if division.whole else self._share(item, qualifier)
        return told.Group(
            code=qualifier,
            name=label(self.words.name(qualifier)),
            moved=ALL.moved(part),
            share=exact(found.share),
            share_change=exact(found.share_change),
            pull=exact(found.pull),
            printed_share=None if printed is None else f"{printed:f}",
        )

    def _wrong(
        self, item: str, division: Division, grouping: told.Grouping
    ) -> Iterator[told.Unreconciled]:
        whole = self._printed(item, division.whole or self._whole(item))
        parts = {self.words.name(one): self._printed(item, one) for one in division.parts}
        printed = {name: one for name, one in parts.items() if one is not None}
        if whole is None or not whole.value or len(printed) < len(parts):
            return
        shares = {
            self.words.name(one): share
            for one in (division.parts if not division.whole else ())
            if (share := self._share(item, one)) is not None
        }
        for what in contradictions(whole, printed, shares, complete=division.complete):
            yield told.Unreconciled(grouping=grouping.name, label=grouping.label, what=label(what))

    def _unit(self, item: str, division: Division) -> str:
        """The last printed digit in the unit of the amounts; empty where anything was added up."""
        qualifiers = (division.whole or self._whole(item), *division.parts)
        printed = [self._printed(item, one) for one in qualifiers]
        known = [one for one in printed if one is not None]
        if len(known) < len(printed):
            return ""
        return exact(min(_digit(one) for one in known)) or ""

    def _movement(self, item: str, qualifier: str, text: str) -> Movement:
        place = (item, qualifier, text)
        if place not in self._moved:
            found = self._change(item, qualifier, text)
            before = reported_before(text)
            if before is not None and text == self.text:
                found = found.after(self._change(item, qualifier, before))
            self._moved[place] = found
        return self._moved[place]

    def _change(self, item: str, qualifier: str, text: str) -> Movement:
        now, earlier = self._at(item, qualifier, text), year_earlier(text)
        before = (
            self._at(item, qualifier, earlier)
            if earlier
            else absent(now.label, now.unit, _NO_EARLIER)
        )
        return moved(now, before, self._growth(item, qualifier, text))

    def _growth(self, item: str, qualifier: str, text: str) -> Figure:
        """As stated for the part of the item, else for the part whatever it is a part of."""
        _, growth = _MEASURES[item]
        part = "" if qualifier in _WHOLES else qualifier
        of_item = f"{item}:{part}" if part else item
        plain = (part,) if part or item in _OWN_GROWTH else ()
        found = [self._at(growth, one, text) for one in (of_item, *plain)]
        return next((one for one in found if one.value is not None), found[0])

    def _at(self, item: str, qualifier: str, text: str) -> Figure:
        return self._book.find(self.who.key, item, self._period(text), qualifier)

    def _whole(self, item: str) -> str:
        """The qualifier of the whole: none, else the series that it is stated by."""
        known = self._book.qualifiers(self.who.key, item)
        wholes = ["", *(series.value for series in Series)]
        return next((one for one in wholes if one in known), "")

    def _line(self, item: str, qualifier: str) -> StatementLine | None:
        """The one statement that was made of just this period."""
        lines = self._book.lots(self.who.key, item, qualifier, self._period(self.text))
        return lines[0] if len(lines) == 1 else None

    def _printed(self, item: str, qualifier: str) -> Printed | None:
        line = self._line(item, qualifier)
        if line is None or line.statement.value is None:
            return None
        return Printed(value=line.statement.value, unit=line.statement.unit)

    def _share(self, item: str, qualifier: str) -> Decimal | None:
        line = self._line(SHARE, f"{item}:{qualifier}")
        return line.statement.value if line is not None else None

    def _is_aside(self, item: str, qualifier: str) -> bool:
        line = self._line(item, qualifier)
        return line is not None and line.statement.detail.get("part") == OF_WHICH

    def _label(self, item: str, division: Division) -> Label:
        of = item_of(item).label
        if division.whole:
            of = self.words.name(division.whole)
        if division.complete:
            return Label(f"{of.zh}分项（统计数）", f"parts of {of.en} (as stated)")
        return Label(f"{of.zh}（统计数）", f"{of.en} (as stated)")

    def _period(self, text: str) -> Period:
        return self.world.period(self.who, text)

    @property
    def _book(self) -> StatementBook:
        return self.world.statement_book


def _name(item: str, division: Division) -> str:
    name = f"stated:{item}"
    if division.whole:
        return f"{name}:{division.whole}"
    return name if division.complete else f"{name}:of-which"


def _digit(printed: Printed) -> Fraction:
    _, size = usual_unit(printed.unit)
    return Fraction(printed.digit) * size
