"""Measures by the names that people know them by, also where one of them is said to be missing."""

from collections.abc import Iterator, Mapping, Sequence

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.records.indicator import Indicator
from services.evaluator.domain.statistics.statement_book import nothing_of
from services.evaluator.ports.register import Entry

_FOUR: Mapping[str, Label] = {
    names.ENERGY_TOTAL: Label("能耗总量", "energy total"),
    names.ENERGY_INTENSITY: Label("能耗强度", "energy intensity"),
    names.CARBON_TOTAL: Label("碳排放总量", "carbon total"),
    names.CARBON_INTENSITY: Label("碳排放强度", "carbon intensity"),
}
_STATED = ("statement", "level")


class MeasureNames:
    """The four measures and the indicators on record, by name."""

    def __init__(self, indicators: Sequence[Entry]) -> None:
        """indicators: records as of one commit."""
        found: list[Indicator] = [entry.body for entry in indicators]
        self._labels = {one.code: _named(one) for one in found} | dict(_FOUR)
        self._missing = dict(pair for one in reversed(found) for pair in _absences(one))

    def label(self, measure: str) -> Label:
        """The measure's own name; its code where nobody named it."""
        return self._labels.get(measure, Label(measure, measure))

    def reason(self, said: Label) -> Label:
        """A reason; that a statement is missing which is an indicator, by the indicator's name."""
        return self._missing.get(said, said)


def _named(one: Indicator) -> Label:
    return Label(one.name, one.name_en or one.name)


def _absences(one: Indicator) -> Iterator[tuple[Label, Label]]:
    """How the statements that are the whole indicator are said to be missing, and how to say it."""
    label = _named(one)
    whole = [one.stated]
    if len(one.numerator) == 1 and not one.denominator:
        whole.append(one.numerator[0].ref)
    for ref in whole:
        kind, _, rest = ref.partition(":")
        item, _, qualifier = rest.partition(":")
        for reason in nothing_of(item, qualifier).missing if kind in _STATED else ():
            # What has a name of its own, such as GDP, keeps it.
            if qualifier or item in reason.zh:
                yield reason, Label(f"缺少{label.zh}", f"{label.en} missing")
