"""The shapes of situation briefs (形势分析) over HTTP."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
Edition = Literal["office", "public"]
StateWord = Literal["making", "waiting", "stopped", "draft", "approved", "published"]
KindWord = Literal["month", "quarter", "half", "year", "midterm", "final", "span", "errata"]

Region = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$", examples=["150000"])]
# Which forms there are is said by whoever reads them: a pattern would name none.
PeriodText = Annotated[str, Field(max_length=24, examples=["2026Q3", "2026Q3s", "2026M7"])]
# No control characters but tabs and ends of lines: no page shows them, and no form may hold them.
Words = Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]


class LabelShape(BaseModel):
    """What something is called, in Chinese and in English."""

    zh: str
    en: str


class MakeBrief(BaseModel):
    """Which brief to make, or to make anew. As of which commit and entry: else the newest ones."""

    model_config = ConfigDict(extra="forbid")

    region: Region
    period: PeriodText
    languages: list[Language] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="else those asked for the last time, or as the region's settings say",
    )
    as_of: str | None = Field(
        default=None, pattern=r"^commit:[0-9]{1,18}$", description="figures as of this commit"
    )
    desk_as_of: int | None = Field(
        default=None, ge=0, lt=1 << 62, description="warnings as of this entry of the journal"
    )


class AsOfShape(BaseModel):
    """What it was made as of: asked for again, the same figures come."""

    commit: int | None = Field(description="of the evaluator")
    journal: int | None = Field(description="entry of the journal of alerts")


class ProgressShape(BaseModel):
    """How far the making is."""

    step: str
    done: int
    whole: int
    label: LabelShape


class ApprovalShape(BaseModel):
    """Who approved it."""

    by: str
    at: str
    comment: str = ""


class FileShape(BaseModel):
    """One finished file; its bytes have this sha256 for ever."""

    name: str = Field(examples=["brief.zh.pdf"])
    form: str = Field(description="pdf, docx, xlsx, html or json")
    language: str = Field(description="empty for a file of all languages")
    edition: str = Field(description="office, public, or empty for figures")
    bytes: int
    sha256: str
    media_type: str


class ChangeShape(BaseModel):
    """One figure that a sheet of errata corrects; null where it was not there, or is no more."""

    figure: str
    label: LabelShape
    where: LabelShape
    old: str | None
    new: str | None
    old_en: str | None = Field(description="in English, where the brief has both languages")
    new_en: str | None


class BriefShape(BaseModel):
    """A brief, or a sheet of errata (`kind` errata, `corrects` the brief that it is about)."""

    id: str
    region: str
    name: str = Field(description="the region's name")
    period: str
    kind: KindWord
    title: LabelShape
    state: StateWord
    revision: int = Field(description="0 before it was made once; say it in If-Match")
    number: str = Field(description="empty before it is published")
    address: str = Field(description="REGION-YEAR-NTH once it is published: its public address")
    languages: list[Language]
    settings: str = Field(description="the name of the settings it is made by")
    made_at: str | None
    as_of: AsOfShape
    digest: str = Field(description="sha256 of all its figures")
    progress: ProgressShape | None = Field(description="only while it is being made")
    waiting_for: list[LabelShape]
    findings: list[LabelShape] = Field(description="why it was stopped")
    remarks: dict[str, str] = Field(description="by section")
    editor: str = Field(description="who asked for it or edited it last")
    approvals: list[ApprovalShape]
    second_person: bool = Field(description="the editor may not approve it")
    publish_on_approval: bool = Field(description="approving it publishes it")
    published_at: str | None
    published_by: str
    public: bool = Field(description="it has an edition for the public")
    files: list[FileShape]
    errata: list[str] = Field(description="ids of sheets that correct it")
    corrected: bool = Field(description="a sheet of errata was published")
    preliminary: bool
    corrects: str | None
    changes: list[ChangeShape]


class BriefEntry(BaseModel):
    """An entry of the journal about a brief, as it is streamed and sent, with its files' hashes."""

    model_config = ConfigDict(extra="allow")

    id: int
    type: str = Field(examples=["brief.approved"])
    position: int
    noticed_at: str
    state: str
    revision: int
    number: str
    by: dict[str, str] | None = Field(default=None, description="a person: name, key_id, role")
    comment: str = ""


class BriefHistory(BaseModel):
    """All that happened to a brief, the oldest first."""

    items: list[BriefEntry]


class BriefsPage(BaseModel):
    """Briefs, the newest first."""

    items: list[BriefShape]
    next: str | None = Field(description="pass as `after` for the next page; null at the end")


Remarks = Annotated[
    dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9:._-]{0,63}$")], Words],
    Field(max_length=40),
]
"""Remarks by section: all of them, those left out are taken away."""


class Approve(BaseModel):
    """It may go out as it is."""

    model_config = ConfigDict(extra="forbid")

    comment: Words = ""


class Return(BaseModel):
    """It may not go out yet."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[Words, Field(min_length=1)]


class Publish(BaseModel):
    """It goes out."""

    model_config = ConfigDict(extra="forbid")

    comment: Words = ""


class ComparedShape(BaseModel):
    """One figure in which two briefs differ; null where a brief does not have it."""

    name: str
    label: LabelShape
    where: LabelShape
    a: str | None
    b: str | None
    change: str | None = Field(description="b less a, where both are numbers")


class ComparisonShape(BaseModel):
    """What two briefs say otherwise."""

    a: str
    b: str
    items: list[ComparedShape]


class RemadeFile(BaseModel):
    """A file as it was kept, and as it came out now."""

    name: str
    sha256: str
    again: str | None = Field(description="sha256 of what came out now; null if nothing did")
    same: bool


class RemadeShape(BaseModel):
    """A brief made again as of the same commits."""

    digest: str
    again: str
    same: bool
    files: list[RemadeFile]


class TriggerShape(BaseModel):
    """When a draft is prepared."""

    after_workdays: int
    coverage_percent: str | None
    after_workdays_at_least: int


class SettingsShape(BaseModel):
    """How a region's briefs are made. `own`: assigned to it, and not to a region above it."""

    region: str
    name: str
    own: bool
    title: LabelShape
    source: str
    cadences: list[str]
    levels: list[str]
    trigger: TriggerShape
    gdp: Literal["wait", "preliminary"]
    wait_at_most_workdays: int
    languages: list[Language]
    measure_first: Literal["carbon", "energy"]
    second_person: bool
    publish_on_approval: bool
    public: bool
    issuer: LabelShape
    copies: LabelShape
    number: str
    known: list[str] = Field(description="names of all settings there are")


class ChooseSettings(BaseModel):
    """Which settings a region has from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class PublicBrief(BaseModel):
    """What anybody may know of a published brief."""

    number: str
    address: str = Field(description="names it in addresses")
    region: str
    name: str
    period: str
    kind: KindWord
    title: LabelShape
    published_at: str
    corrected: bool
    corrects: str | None = Field(description="the address of the brief that it corrects")
    files: list[FileShape]


class PublicPage(BaseModel):
    """Published briefs, the newest first."""

    items: list[PublicBrief]
    next: str | None


FactsShape = dict[str, Any]
"""All figures of a brief, exactly, as the evaluator and the warning desk told them."""
