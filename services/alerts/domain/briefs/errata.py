"""Errata (勘误): which printed figures of a published brief are others by now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.alerts.domain.briefs.document import (
    Cell,
    Column,
    Document,
    Heading,
    Kind,
    Language,
    Paragraph,
    Sheet,
    Table,
)
from services.alerts.domain.briefs.facts import (
    Facts,
    Label,
    Outlooked,
    Place,
    Situation,
    Users,
)
from services.alerts.domain.briefs.figures import SENTENCE, Printed, by_place, figures_of
from services.alerts.domain.briefs.periods import day_name

EXPLANATION = "explanation"
"""The one section of a sheet that people may remark on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One printed figure that is another by now; None where there was none, or is none any more.

    old_en, new_en: the same in English, where the brief has that language beside Chinese.
    """

    figure: str
    label: Label
    where: Label
    old: str | None
    new: str | None
    old_en: str | None = None
    new_en: str | None = None


def renewed(facts: Facts, now: Situation) -> Facts:
    """The facts of a published brief with the figures of now.

    What tells of the data themselves, and of when they were looked at, stays as it was, and so does
    a forecast that set out from the same amount: that more is known by now is no mistake.
    """
    old = facts.situation
    situation = replace(
        now,
        commit=old.commit,
        at=old.at,
        catalogue_version=old.catalogue_version,
        data=old.data,
        versions=old.versions,
        hidden=old.hidden,
        unreconciled=old.unreconciled,
        places=_as_complete(old.places, now.places),
        counties=_as_complete(old.counties, now.counties),
        users=_users_as_complete(old.users, now.users),
        outlook=_forecast(old.outlook, now.outlook),
    )
    return replace(facts, situation=situation)


def _as_complete(old: tuple[Place, ...], now: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places of now, their data as complete as they were."""
    was = {one.code: one.completeness for one in old}
    return tuple(replace(one, completeness=was.get(one.code, one.completeness)) for one in now)


def _users_as_complete(old: Users, now: Users) -> Users:
    was = dict(zip(old.code, old.completeness, strict=True))
    known = zip(now.code, now.completeness, strict=True)
    return replace(now, completeness=tuple(was.get(code, share) for code, share in known))


def _forecast(old: tuple[Outlooked, ...], now: tuple[Outlooked, ...]) -> tuple[Outlooked, ...]:
    """Forecasts of now where the amount is another that they set out from; else those of then."""
    was = {(one.measure, one.scope): one for one in old}
    asked = {(one.measure, one.scope): one for one in now}
    return tuple(
        one if one.so_far == asked.get(key, one).so_far else asked[key] for key, one in was.items()
    )


def changes(
    old: Mapping[Language, Document], new: Mapping[Language, Document]
) -> tuple[Changed, ...]:
    """Every figure that is printed otherwise, in the order in which the brief has them.

    Both have the same languages; a figure is named in each of them.
    """
    lead = next((one for one in Language if one in old and one in new), None)
    if lead is None:
        return ()
    before, after = figures_of(old[lead]), figures_of(new[lead])
    english = Language.EN in old and Language.EN in new
    others = (
        by_place(old[Language.EN]) if english else {},
        by_place(new[Language.EN]) if english else {},
    )
    was, says = _sentences(before), _sentences(after)
    found: list[Changed] = []
    for name in dict.fromkeys((*before, *after)):
        # A sentence that only moved, because another one came or went, is no change.
        there = _unless_in(says, name, before.get(name))
        here = _unless_in(was, name, after.get(name))
        if _text(before.get(name)) != _text(after.get(name)) and (there or here):
            found.append(_changed(name, there, here, others))
    return tuple(found)


def _sentences(printed: Mapping[str, Printed]) -> Mapping[str, frozenset[str]]:
    """What each paragraph says, by the beginning of its sentences' names."""
    said: dict[str, set[str]] = {}
    for name, one in printed.items():
        if name.startswith(SENTENCE):
            said.setdefault(name.rpartition("/")[0], set()).add(one.text)
    return {paragraph: frozenset(texts) for paragraph, texts in said.items()}


def _unless_in(
    said: Mapping[str, frozenset[str]], name: str, one: Printed | None
) -> Printed | None:
    elsewhere = said.get(name.rpartition("/")[0], frozenset())
    return None if one is not None and one.text in elsewhere else one


def _text(found: Printed | None) -> str | None:
    return found.text if found else None


def _changed(
    name: str,
    old: Printed | None,
    new: Printed | None,
    others: tuple[Mapping[str, Printed], Mapping[str, Printed]],
) -> Changed:
    lead = new or old or Printed(place=name, label=name, where="", text="")
    # Rows may have moved between the two: each is looked for at its own place.
    old_en = others[0].get(old.place) if old else None
    new_en = others[1].get(new.place) if new else None
    english = new_en or old_en or lead
    return Changed(
        figure=name,
        label=Label(lead.label, english.label),
        where=Label(lead.where, english.where),
        old=_text(old),
        new=_text(new),
        old_en=_text(old_en),
        new_en=_text(new_en),
    )


def for_public(
    old: Mapping[Language, Document], new: Mapping[Language, Document]
) -> tuple[Changed, ...]:
    """Changes of the public's edition: it prints ranks and sentences of its own.

    The public hears only of figures that it was told.
    """
    return tuple(one for one in changes(old, new) if one.old is not None)


_WORDS = {
    Language.ZH: {
        "title": "勘误表",
        "subtitle": "{title}",
        "about": "{number}《{title}》发布后，下列数据有更正，特此勘误。其余内容不变。",
        "heading": "一、更正内容",
        "why": "二、说明",
        "caption": "更正数据表",
        "columns": ("序号", "位置", "指标", "原数据", "更正后"),
        "none": "无",
        "draft": "草稿",
    },
    Language.EN: {
        "title": "Errata",
        "subtitle": "{title}",
        "about": (
            "After {number} “{title}” was published, the figures below were corrected. All else "
            "stands as it was."
        ),
        "heading": "1. What is corrected",
        "why": "2. Explanation",
        "caption": "Corrected figures",
        "columns": ("No.", "Where", "Figure", "Was", "Is"),
        "none": "none",
        "draft": "Draft",
    },
}
_NAMES = (("nth", True, 1), ("where", False, 4), ("figure", False, 4), ("old", False, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheeted:
    """What a sheet of errata says besides the changes; number and date are empty for a draft."""

    corrected: str
    number: str = ""
    date: str = ""
    explanation: str = ""
    digest: str = ""


def sheet(
    brief: Document, found: tuple[Changed, ...], said: Sheeted, language: Language
) -> Document:
    """The sheet of errata about a published brief, in one of its languages."""
    words = _WORDS[language]
    about = str(words["about"]).format(number=said.corrected, title=brief.title)
    columns = tuple(
        Column(name=name, label=label, is_number=is_number, share=share)
        for (name, is_number, share), label in zip(
            (*_NAMES, ("new", False, 3)), words["columns"], strict=True
        )
    )
    rows = tuple(
        (
            str(nth),
            _of(one.where, language),
            _of(one.label, language),
            _or(_in(one.old, one.old_en, language), words["none"]),
            _or(_in(one.new, one.new_en, language), words["none"]),
        )
        for nth, one in enumerate(found, 1)
    )
    table = Table(
        name="errata",
        caption=str(words["caption"]),
        columns=columns,
        rows=tuple(tuple(Cell(text=text) for text in row) for row in rows),
    )
    remark = (
        Heading(level=1, text=str(words["why"]), name=EXPLANATION),
        Paragraph(text=said.explanation, name=EXPLANATION, kind=Kind.REMARK),
    )
    return replace(
        brief,
        title=f"{brief.title}{words['title']}"
        if language is Language.ZH
        else f"{brief.title}: {words['title']}",
        subtitle="",
        number=said.number,
        date=_of(day_name(said.date), language),
        banner=() if said.number else (str(words["draft"]),),
        blocks=(
            Paragraph(text=about, name="about"),
            Heading(level=1, text=str(words["heading"]), name="changes"),
            table,
            *(remark if said.explanation else ()),
        ),
        sheets=(Sheet(name="errata", label=str(words["caption"]), columns=columns, rows=rows),),
        digest=said.digest,
    )


def _of(label: Label, language: Language) -> str:
    return label.zh if language is Language.ZH else label.en


def _in(text: str | None, english: str | None, language: Language) -> str | None:
    return english or text if language is Language.EN else text


def _or(text: str | None, instead: object) -> str:
    return str(instead) if text is None else text
