"""The frame of a document: its title, number, banner and date."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Document
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.proof.dates import day, period
from services.alerts.domain.briefs.proof.finding import Finding, wrong
from services.alerts.domain.briefs.proof.view import View

_ARMS = {"carbon": Label("降碳", "Carbon Reduction"), "energy": Label("节能", "Energy Saving")}
_KINDS = {
    "midterm": Label("形势中期评估", "Mid-term Review"),
    "final": Label("形势期末评估", "Final Review"),
}
_USUAL = Label("形势分析", "Situation Brief")


def frame(view: View, document: Document) -> Iterator[Finding]:
    """What stands above and below the parts."""
    facts = view.facts
    date = view.say(day(facts.date))
    for name, found, should in (
        ("title", document.title, _title(view)),
        ("number", document.number, facts.number),
        ("date", document.date, date),
        ("digest", document.digest, facts.digest),
        ("banner", document.banner, tuple(_banner(view))),
        ("subtitle", document.subtitle, _subtitle(view)),
        ("issuer", document.issuer, view.say(facts.settings.issuer)),
        ("copies", document.copies, _copies(view)),
    ):
        if found != should:
            yield wrong(name, name, found, should)


def _title(view: View) -> str:
    here = view.situation
    first, second = (_ARMS[arm] for arm in view.arms)
    when, what = period(here.span.text), _KINDS.get(here.span.kind, _USUAL)
    if view.zh:
        return f"{here.name}{when.zh}{first.zh}与{second.zh}{what.zh}"
    return f"{first.en} and {second.en} in {here.name}, {when.en}: {what.en}"


def _subtitle(view: View) -> str:
    return view.say(Label("（公开版）", "(public edition)")) if view.public else ""


def _copies(view: View) -> str:
    to = view.say(view.facts.settings.copies)
    if view.public or not to:
        return ""
    return f"抄送：{to}。" if view.zh else f"Copies: {to}."


def _banner(view: View) -> Iterator[str]:
    if not view.facts.number:
        yield view.say(Label("草稿", "Draft"))
    if view.facts.preliminary:
        yield view.say(Label("初步数据，不作评级", "Preliminary data, not rated"))
    if not view.situation.span.over:
        yield view.say(Label("报告期尚未结束", "The period is not over yet"))
