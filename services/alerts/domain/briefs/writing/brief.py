"""A brief from its facts: title, sections, annexes and sheets, in one language for one edition."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Chart,
    Document,
    Edition,
    Heading,
    Kind,
    Language,
    Table,
)
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.domain.briefs.periods import day_name, period_name
from services.alerts.domain.briefs.writing.annexes import annexes
from services.alerts.domain.briefs.writing.disclosure import disclosed
from services.alerts.domain.briefs.writing.fields import fields
from services.alerts.domain.briefs.writing.handling import handling
from services.alerts.domain.briefs.writing.levels import levels
from services.alerts.domain.briefs.writing.next_steps import next_steps
from services.alerts.domain.briefs.writing.outlook import outlook
from services.alerts.domain.briefs.writing.overall import overall
from services.alerts.domain.briefs.writing.pen import Pen, begun
from services.alerts.domain.briefs.writing.places import places
from services.alerts.domain.briefs.writing.problems import problems
from services.alerts.domain.briefs.writing.sheets import sheets

_SECTIONS = (overall, levels, fields, places, handling, outlook, problems, next_steps)
_PUBLIC = (overall, levels, fields, places, problems)
_EVALUATIONS = {
    "midterm": Label("中期评估", "Mid-term Review"),
    "final": Label("期末评估", "Final Review"),
}
_USUAL = Label("分析", "Situation Brief")


def write(facts: Facts, language: Language, edition: Edition) -> Document:
    """The finished document; the same facts give the same document, always."""
    shown = disclosed(facts) if edition is Edition.PUBLIC else facts
    pen = Pen(facts=shown, language=language, edition=edition)
    return Document(
        language=language,
        edition=edition,
        title=pen(title(facts)),
        subtitle=pen(_subtitle(pen)),
        number=facts.number,
        banner=tuple(pen(one) for one in _banner(pen)),
        issuer=pen(facts.settings.issuer),
        date=pen(day_name(facts.date)),
        copies=_copies(pen),
        blocks=tuple(_numbered(pen, _blocks(pen))),
        sheets=tuple(sheets(pen)),
        digest=facts.digest,
    )


def title(facts: Facts) -> Label:
    """`内蒙古自治区2026年前三季度降碳与节能形势分析`."""
    situation = facts.situation
    period = period_name(situation.span.text)
    what = _EVALUATIONS.get(situation.span.kind)
    zh = f"形势{_USUAL.zh}" if what is None else f"形势{what.zh}"
    en = (what or _USUAL).en
    if facts.settings.measure_first == "energy":
        arms = Label("节能与降碳", "Energy Saving and Carbon Reduction")
    else:
        arms = Label("降碳与节能", "Carbon Reduction and Energy Saving")
    return Label(
        f"{situation.name}{period.zh}{arms.zh}{zh}",
        f"{arms.en} in {situation.name}, {period.en}: {en}",
    )


def _subtitle(pen: Pen) -> Label:
    return Label("（公开版）", "(public edition)") if pen.is_public else Label("", "")


def _banner(pen: Pen) -> Iterator[Label]:
    if not pen.facts.number:
        yield Label("草稿", "Draft")
    if pen.facts.preliminary:
        yield Label("初步数据，不作评级", "Preliminary data, not rated")
    if not pen.situation.span.over:
        yield Label("报告期尚未结束", "The period is not over yet")


def _blocks(pen: Pen) -> Iterator[Block]:
    for section in _PUBLIC if pen.is_public else _SECTIONS:
        blocks = list(section(pen))
        yield from blocks
        yield from _remark(pen, blocks)
    yield from annexes(pen)


def _remark(pen: Pen, blocks: list[Block]) -> Iterable[Block]:
    """A person's own words at the end of a section, for the office only.

    They are kept by the section's name, or by `name.en` for one language alone.
    """
    first = next((one for one in blocks if isinstance(one, Heading)), None)
    if first is None or pen.is_public:
        return ()
    remarks = pen.facts.remarks
    text = remarks.get(f"{first.name}.{pen.language}") or remarks.get(first.name, "")
    said = Label(text.strip(), text.strip())
    return pen.paragraph(f"remark.{first.name}", [said] if said.zh else [], Kind.REMARK)


def _numbered(pen: Pen, blocks: Iterable[Block]) -> Iterator[Block]:
    """Tables and charts of the text get numbers, in order; those of annexes have their title."""
    counts = {Table: 0, Chart: 0}
    annexed = False
    for block in blocks:
        annexed = annexed or isinstance(block, Annex)
        if annexed or not isinstance(block, Table | Chart):
            yield block
            continue
        counts[type(block)] += 1
        yield replace(block, caption=_caption(pen, block, counts[type(block)]))


def _caption(pen: Pen, block: Table | Chart, nth: int) -> str:
    kind = Label("表", "Table") if isinstance(block, Table) else Label("图", "Figure")
    caption = begun(block.caption)
    return pen(Label(f"{kind.zh}{nth}  {caption}", f"{kind.en} {nth}. {caption}"))


def _copies(pen: Pen) -> str:
    """`抄送：…。`; nothing in the public edition, or without anybody to send copies to."""
    to = pen.facts.settings.copies
    if pen.is_public or not pen(to):
        return ""
    return pen(Label(f"抄送：{to.zh}。", f"Copies: {to.en}."))
