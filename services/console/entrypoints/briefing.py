"""Situation briefs as the pages show them: where they stand, their files, text and differences."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.entrypoints.lights import text_of
from services.console.entrypoints.places import Places
from services.console.entrypoints.words import ENGLISH

Document = Mapping[str, Any]

STATES = ("making", "waiting", "stopped", "draft", "approved", "published")
EDITIONS = ("office", "public")
EXPLANATION = "explanation"
"""What people write in a sheet of errata."""
ACT = "brief"
"""The act that a key needs for everything but reading."""
_SHORT = 28
_PERIODS = "/period"
"""Of two periods every row differs in that: it says nothing."""
_WRITTEN = ("draft", "approved", "published")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])(?P<single>s?)|M(?P<month>\d{1,2})|H(?P<half>[12])"
    r"|-(?P<alone>\d{2}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A finished file with its hash."""

    name: str
    form: str
    language: str
    edition: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the making is; percent for the bar."""

    label: str
    done: int
    whole: int

    @property
    def percent(self) -> float:
        """Of the whole; nought while nobody knows how much that is."""
        return round(min(100.0, 100 * self.done / self.whole), 1) if self.whole else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRow:
    """A brief: `acts` is what the visitor may do with it now."""

    id: str
    region: str
    name: str
    period: str
    period_words: str
    kind: str
    state: str
    number: str
    revision: int
    made_at: str | None
    published_at: str | None
    commit: str
    journal: str
    digest: str
    preliminary: bool
    corrected: bool
    corrects: str
    editor: str
    second_person: bool
    publish_on_approval: bool
    progress: Progress | None
    waiting_for: tuple[str, ...]
    findings: tuple[str, ...]
    remarks: Mapping[str, str]
    files: tuple[FileRow, ...]
    errata: tuple[str, ...]
    acts: tuple[str, ...]

    @property
    def is_making(self) -> bool:
        """Whether it is being made just now."""
        return self.state == "making"

    @property
    def is_written(self) -> bool:
        """Whether there is something to read."""
        return self.state in _WRITTEN

    @property
    def is_errata(self) -> bool:
        """Whether it is a sheet that corrects another brief."""
        return self.kind == "errata"

    @property
    def title(self) -> str:
        """As it is called in lists and choices."""
        return f"{self.name} {self.period}{f' {self.number}' if self.number else ''}"

    def shown(self, language: str, edition: str) -> FileRow | None:
        """The HTML form in a language and edition; None where it was not made."""
        wanted = (language, edition)
        pages = [one for one in self.files if one.form == "html"]
        return next((one for one in pages if (one.language, one.edition) == wanted), None)

    @property
    def views(self) -> tuple[tuple[str, str], ...]:
        """Languages and editions that can be looked at."""
        pages = [(one.language, one.edition) for one in self.files if one.form == "html"]
        return tuple(dict.fromkeys(pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that happened to a brief; `word` is what, `by` is empty for the system."""

    word: str
    at: str
    by: str
    said: str
    revision: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the first level, with what a person wrote at its end."""

    name: str
    text: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure in two briefs, or before and after a correction."""

    name: str
    label: str
    where: str
    a: str
    b: str
    change: str

    @property
    def is_text(self) -> bool:
        """Whether it is a sentence, which takes more room than a figure."""
        return self.name.startswith("text:") or max(len(self.a), len(self.b)) > _SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where figures stand that differ: a section or table. is_annex: of the sheets behind it."""

    name: str
    rows: tuple[Difference, ...]
    is_annex: bool


def brief_of(item: Document, language: str, places: Places, acts: Collection[str]) -> BriefRow:
    """A brief as alerts tells it; `acts`: what the visitor's key is good for."""
    as_of: Document = item.get("as_of") or {}
    region, state = str(item["region"]), str(item["state"])
    number = str(item.get("number") or "")
    return BriefRow(
        id=str(item["id"]),
        region=region,
        name=_name(item, region, places),
        period=str(item["period"]),
        period_words=period_in_words(str(item["period"]), language),
        kind=str(item.get("kind") or ""),
        state=state,
        number=number,
        revision=int(item.get("revision") or 0),
        made_at=item.get("made_at"),
        published_at=item.get("published_at"),
        commit=str(as_of.get("commit") or ""),
        journal=str(as_of.get("journal") or ""),
        digest=str(item.get("digest") or ""),
        preliminary=bool(item.get("preliminary")),
        corrected=bool(item.get("corrected")),
        corrects=str(item.get("corrects") or ""),
        editor=str(item.get("editor") or ""),
        second_person=bool(item.get("second_person")),
        publish_on_approval=bool(item.get("publish_on_approval")),
        progress=_progress(item, language),
        waiting_for=_texts(item.get("waiting_for"), language),
        findings=_texts(item.get("findings"), language),
        remarks={str(k): str(v) for k, v in (item.get("remarks") or {}).items()},
        files=tuple(_file(one) for one in item.get("files") or ()),
        errata=tuple(str(one) for one in item.get("errata") or ()),
        acts=_acts(state, str(item.get("kind") or ""), acts),
    )


def _name(item: Document, region: str, places: Places) -> str:
    found = places.name(f"region:{region}")
    return str(item.get("name") or region) if found == region else found


def _acts(state: str, kind: str, may: Collection[str]) -> tuple[str, ...]:
    """What a key that may work on briefs can do with one in this state."""
    if ACT not in may:
        return ()
    following = {
        "draft": ("remarks", "approve", "make"),
        "approved": ("publish", "return"),
        "waiting": ("make",),
        "stopped": ("make",),
    }
    found = following.get(state, ())
    return tuple(act for act in found if act != "make" or kind != "errata")


def _progress(item: Document, language: str) -> Progress | None:
    found: Document | None = item.get("progress")
    if item["state"] != "making" or not found:
        return None
    label = text_of(found.get("label"), language) or str(found.get("step") or "")
    return Progress(
        label=label, done=int(found.get("done") or 0), whole=int(found.get("whole") or 0)
    )


def _texts(labels: Sequence[Any] | None, language: str) -> tuple[str, ...]:
    return tuple(text_of(one, language) for one in labels or ())


def _file(item: Document) -> FileRow:
    return FileRow(
        name=str(item["name"]),
        form=str(item.get("form") or ""),
        language=str(item.get("language") or ""),
        edition=str(item.get("edition") or ""),
        size=size_of(int(item["bytes"])),
        sha256=str(item["sha256"]),
    )


def size_of(count: int) -> str:
    """So many bytes as people say it: `812 B`, `46.0 KB`, `1.3 MB`."""
    for unit, length in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{count} B"


def period_in_words(text: str, language: str) -> str:
    """`2026Q3` as `2026年1—9月（累计）`; empty for what is no period of one year."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        return ""
    first, last, alone = _months(found)
    if not 1 <= first <= last <= len(_MONTHS):
        return ""
    if language == ENGLISH:
        months = _MONTHS[last - 1] if first == last else f"{_MONTHS[first - 1]}–{_MONTHS[last - 1]}"
        return f"{months} {found['year']}{'' if alone else ', cumulative'}"
    months = f"{last}月" if first == last else f"{first}—{last}月"
    return f"{found['year']}年{months}{'' if alone else '（累计）'}"


def _months(found: re.Match[str]) -> tuple[int, int, bool]:
    """The first and last month, and whether what came before in the year is left out."""
    if found["quarter"]:
        last, alone = 3 * int(found["quarter"]), bool(found["single"])
        return (last - 2 if alone else 1), last, alone
    if found["half"]:
        half = int(found["half"])
        return 6 * half - 5, 6 * half, half > 1
    if found["alone"]:
        return int(found["alone"]), int(found["alone"]), True
    return 1, int(found["month"] or len(_MONTHS)), False


def deeds_of(entries: Sequence[Document]) -> tuple[Deed, ...]:
    """The journal's entries about a brief, the newest first."""
    return tuple(
        Deed(
            word=str(one["type"]).removeprefix("brief."),
            at=str(one["noticed_at"]),
            by=str((one.get("by") or {}).get("name") or ""),
            said=str(one.get("comment") or ""),
            revision=int(one.get("revision") or 0),
            number=str(one.get("number") or ""),
        )
        for one in reversed(entries)
    )


def explanation_of(remarks: Mapping[str, str], words: str) -> tuple[Section, ...]:
    """The one place in a sheet of errata where people write something."""
    return (Section(name=EXPLANATION, text=words, remark=remarks.get(EXPLANATION, "")),)


def sections_of(document: Document | None, remarks: Mapping[str, str]) -> tuple[Section, ...]:
    """What remarks may be written to; those of sections that are gone come last."""
    blocks = (document or {}).get("blocks") or ()
    found = {
        str(block["name"]): str(block["text"])
        for block in blocks
        if kind_of(block) == "heading" and int(block["level"]) == 1
    }
    names = (*found, *(name for name in remarks if name not in found))
    return tuple(
        Section(name=name, text=found.get(name, name), remark=remarks.get(name, ""))
        for name in names
    )


def kind_of(block: Document) -> str:
    """What a block of a document is: by its tag, else by the fields that only it has."""
    tag = str(block.get("type") or block.get("block") or "").lower()
    if tag:
        return tag
    for field, kind in (("columns", "table"), ("alt", "chart"), ("level", "heading")):
        if field in block:
            return kind
    return "paragraph" if "kind" in block else "annex"


def differences_of(found: Sequence[Document], language: str) -> tuple[Difference, ...]:
    """Figures that differ in two briefs (a, b), or were corrected (old, new)."""
    return tuple(
        Difference(
            name=str(one.get("name") or one.get("figure") or ""),
            label=text_of(one.get("label"), language) or str(one.get("figure") or ""),
            where=text_of(one.get("where"), language),
            a=text_of(_side(one, "a", "old", language), language),
            b=text_of(_side(one, "b", "new", language), language),
            change=text_of(one.get("change"), language),
        )
        for one in found
    )


def _side(one: Document, name: str, corrected: str, language: str) -> object:
    """What one of both says; corrections may say it in English as well."""
    english = one.get(f"{corrected}_en") if language == ENGLISH else None
    return english or one.get(name, one.get(corrected))


def passages_of(found: Sequence[Difference]) -> tuple[Passage, ...]:
    """The differences by where they stand, in their order; annexes come last."""
    rows: dict[tuple[bool, str], list[Difference]] = {}
    for one in found:
        if not one.name.endswith(_PERIODS):
            is_annex = one.name.startswith(("sheet:", "table:annex", "text:annex"))
            rows.setdefault((is_annex, one.where), []).append(one)
    return tuple(
        Passage(name=where, rows=tuple(rows[is_annex, where]), is_annex=is_annex)
        for is_annex, where in sorted(rows, key=lambda key: key[0])
    )
