"""Lays the small print of the annexes beside the facts: scopes, remarks on figures, as of when."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Document, Kind, Paragraph
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.proof.comparing import same
from services.alerts.domain.briefs.proof.dates import day, period
from services.alerts.domain.briefs.proof.finding import Finding, wrong
from services.alerts.domain.briefs.proof.view import View

_SCOPE = Label(
    "“全社会”口径为统计部门公布数据，或监测数据加申报的其余部分；"
    "“重点用能单位”口径为在线监测的重点用能单位合计。"
    "累计数自年初计算，“当期”为最后一个季度或月份单独计算。",
    "The scope “whole region” is what statistics say, or the monitored figure and a stated rest;"
    " “monitored key users” is the sum of the key users that are metered. Cumulative figures count"
    " from January on; “alone” is the last quarter or month itself.",
)
_ROUNDING = Label(
    "数值按四舍五入列示，各项之和与合计、百分点与列示的变化率之差可能有末位差；"
    "增减方向以列示的数值为准。",
    "Numbers are rounded, halves away from nought; parts may differ from their sum, and"
    " percentage points from the difference of two rates as printed, in the last digit;"
    " directions are those of the numbers as printed.",
)


def notes(view: View, document: Document) -> Iterator[Finding]:
    """Paragraphs of small print that are missing, in excess, or say something else."""
    should = {name: _joined(view, said) for name, said in _said(view) if said}
    there = [block for block in document.blocks
             if isinstance(block, Paragraph) and block.kind is Kind.NOTE]  # fmt: skip
    # That nothing is known of any region stands in the place of their tables.
    there = [one for one in there if one.name != "annex.places"]
    yield from same([one.name for one in there], list(should), "notes")
    for one in there:
        if one.text != should.get(one.name, one.text):
            yield wrong(one.name, "note", one.text, should[one.name])


def _joined(view: View, said: list[Label]) -> str:
    return ("" if view.zh else " ").join(view.begin(view.say(one)) for one in said)


def _said(view: View) -> Iterator[tuple[str, list[Label]]]:
    basis = view.situation.output.basis
    prices = Label("地区生产总值价格基期暂无数据。", "Base of constant prices: no data.")
    if basis:
        prices = Label(
            f"地区生产总值按{basis}年不变价计算。",
            f"Gross domestic product is at constant prices of {basis}.",
        )
    yield "annex.notes.scope", [_SCOPE, prices]
    yield "annex.notes.flags", _flags(view)
    yield "annex.notes.rounding", [_ROUNDING]
    yield "annex.notes.as_of", list(_as_of(view))


def _flags(view: View) -> list[Label]:
    """Remarks on the main figures, each once."""
    here = view.situation
    amounts = [one for main in here.measures for one in (main.moved.now, main.moved.earlier)]
    amounts.append(here.output.moved.now)
    once = dict.fromkeys(flag for one in amounts for flag in one.flags)
    return [Label(f"{flag.zh}。", f"{flag.en}.") for flag in once]


def _as_of(view: View) -> Iterator[Label]:
    here, before = view.situation, view.facts.before
    at, books, journal = day(here.at), here.commit, view.facts.desk.journal
    yield Label(
        f"数据截至{at.zh}（账簿第{books}号提交，名录第{here.catalogue_version}版，"
        f"预警日志第{journal}条）。",
        f"Data as of {at.en} (commit {books} of the books, catalogue version"
        f" {here.catalogue_version}, entry {journal} of the journal of warnings).",
    )
    if before is not None:
        when, on, called = period(before.period), day(before.published_at), before.number
        called = called or before.id
        yield Label(
            f"上期简报为{when.zh}（{called}，{on.zh}发布，账簿第{before.commit}号提交）。",
            f"The brief before is that of {when.en} ({called}, published on {on.en}, commit"
            f" {before.commit} of the books).",
        )
    if digest := view.facts.digest:
        yield Label(f"数据摘要（sha256）：{digest}。", f"Digest (sha256): {digest}.")
