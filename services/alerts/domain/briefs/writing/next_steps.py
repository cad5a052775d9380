"""Section eight (下一步措施): what rules propose, each measure with the figure that it rests on."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Block
from services.alerts.domain.briefs.facts import Label, Proposal
from services.alerts.domain.briefs.writing.pen import Pen
from services.alerts.domain.briefs.writing.signals import Signal, names_of, proposed


def next_steps(pen: Pen) -> Iterator[Block]:
    """The section's blocks: a numbered paragraph for each measure."""
    yield pen.heading(1, "next", Label("八、下一步措施", "8. Measures proposed"))
    found = proposed(pen)
    if not found:
        none = Label("本期没有按规则提出的措施。", "The rules propose no measures for the period.")
        yield from pen.paragraph("next", [none])
    for nth, (rule, one) in enumerate(found, 1):
        yield from pen.paragraph(f"next.{rule.code}", [_measure(nth, rule, one)])


def _measure(nth: int, rule: Proposal, one: Signal) -> Label:
    """M: `1. 措施（依据：数据完整率为85.0%）。`, `（依据：逾期未办的预警2次）`."""
    names, said = names_of(one), rule.text
    zh = said.zh.replace("{names}", names.zh)
    en = said.en.replace("{names}", names.en)
    return Label(
        f"{nth}. {zh}（依据：{one.label.zh}{one.shown.zh}）。",
        f"{nth}. {en} (because: {one.label.en}: {one.shown.en}).",
    )
