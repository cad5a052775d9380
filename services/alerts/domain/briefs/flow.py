"""The way of a brief: made, looked at by people, published for ever.

Every function gives the brief as it is afterwards and the line that is told of it, or refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.briefs.document import Edition, Language
from services.alerts.domain.briefs.errata import Changed
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.numbering import Number
from services.alerts.domain.handling import By

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:brief")
ERRATA = "errata"
"""The kind of a sheet of errata; all other kinds are those of periods."""


class State(StrEnum):
    """How far a brief is."""

    MAKING = "making"
    WAITING = "waiting"
    """For figures that are not out yet."""
    STOPPED = "stopped"
    """Its figures contradict one another: `findings` says where."""
    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"


class Did(StrEnum):
    """What happened to a brief; with `brief.` in front it is the entry's type."""

    WAITING = "waiting"
    STOPPED = "stopped"
    PREPARED = "prepared"
    EDITED = "edited"
    APPROVED = "approved"
    RETURNED = "returned"
    PUBLISHED = "published"
    ERRATA = "errata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """As of what a brief is made: a commit of the evaluator, an entry of the journal; None: newest.

    `words` are the languages that somebody asked for; else those of the settings.
    """

    commit: int | None = None
    journal: int | None = None
    words: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A finished file of a revision. edition: empty for figures that are of all editions."""

    name: str
    form: str
    language: str
    edition: str
    bytes: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who found that it may go out."""

    by: By
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief of a region and period, or a sheet of errata about one (`corrects`).

    regions: the region and those above it. commit, journal: what it was made as of. try_at: when
    another look is worth while, as long as it waits or is stopped. editor: who asked for it or
    edited it last. entries: its lines in the journal.
    """

    id: UUID
    region: str
    name: str
    regions: tuple[str, ...]
    period: str
    kind: str
    settings: str
    state: State
    created_at: datetime
    order: Order = field(default_factory=Order)
    languages: tuple[Language, ...] = ()
    title: Label = field(default_factory=lambda: Label("", ""))
    revision: int = 0
    entries: int = 0
    made_at: datetime | None = None
    commit: int | None = None
    journal: int | None = None
    digest: str = ""
    preliminary: bool = False
    second_person: bool = False
    publish_on_approval: bool = False
    public: bool = False
    waiting_for: tuple[Label, ...] = ()
    findings: tuple[Label, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    editor: By | None = None
    approvals: tuple[Approval, ...] = ()
    try_at: datetime | None = None
    number: Number | None = None
    published_at: datetime | None = None
    published_by: str = ""
    files: tuple[File, ...] = ()
    corrects: UUID | None = None
    changes: tuple[Changed, ...] = ()
    public_changes: tuple[Changed, ...] = ()

    @property
    def is_errata(self) -> bool:
        """Whether it corrects another one."""
        return self.corrects is not None

    def file(self, name: str) -> File | None:
        """Its file of that name."""
        return next((one for one in self.files if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """The brief after something happened, and what is told of it; None: nothing is told."""

    brief: Brief
    did: Did | None
    at: datetime
    by: By | None = None
    said: Mapping[str, object] = field(default_factory=dict)


class RefusedError(Exception):
    """A brief cannot be treated like that as it stands; `kind` is a word for programs."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of making a brief: a draft with its files, or why there is none."""

    name: str
    regions: tuple[str, ...]
    title: Label
    languages: tuple[Language, ...]
    commit: int
    journal: int
    digest: str = ""
    preliminary: bool = False
    second_person: bool = False
    publish_on_approval: bool = False
    public: bool = False
    waiting_for: tuple[Label, ...] = ()
    findings: tuple[Label, ...] = ()
    files: tuple[File, ...] = ()
    try_at: datetime | None = None
    changes: tuple[Changed, ...] = ()
    public_changes: tuple[Changed, ...] = ()


def brief_id(region: str, period: str) -> UUID:
    """The same for ever: a region has one brief of a period."""
    return uuid5(_NAMESPACE, f"{region}\n{period}")


def errata_id(brief: UUID, part: int) -> UUID:
    """The same for ever for the `part`-th sheet about a brief, from 1."""
    return uuid5(_NAMESPACE, f"{brief}\nerrata\n{part}")


def ordered(known: Brief | None, fresh: Brief, order: Order, by: By | None) -> Happened:
    """Somebody (or the calendar: `by` is None) wants the brief to be made, or made anew."""
    brief = known or fresh
    if known is not None:
        _refuse_unless_open(known)
    editor = by or brief.editor
    wanted = replace(brief, state=State.MAKING, order=order, editor=editor, try_at=None)
    return Happened(brief=wanted, did=None, at=fresh.created_at, by=by)


def _refuse_unless_open(brief: Brief) -> None:
    if brief.state is State.PUBLISHED:
        raise RefusedError(
            "published",
            f"it is published as {brief.number.text if brief.number else '?'} and stays as it is: "
            "what changed afterwards becomes a sheet of errata",
        )
    if brief.state is State.APPROVED:
        raise RefusedError("approved", "it is approved: return it first, with a reason")
    if brief.state is State.MAKING:
        raise RefusedError("making", "it is being made: look again when that is done")


def came_out(brief: Brief, outcome: Outcome, at: datetime) -> Happened:
    """It was made: a draft, or it waits or is stopped."""
    state = State.DRAFT
    if outcome.waiting_for:
        state = State.WAITING
    elif outcome.findings:
        state = State.STOPPED
    is_draft = state is State.DRAFT
    made = replace(
        brief,
        state=state,
        name=outcome.name,
        regions=outcome.regions,
        title=outcome.title,
        languages=outcome.languages,
        revision=brief.revision + is_draft,
        made_at=at,
        commit=outcome.commit,
        journal=outcome.journal,
        digest=outcome.digest,
        preliminary=outcome.preliminary,
        second_person=outcome.second_person,
        publish_on_approval=outcome.publish_on_approval,
        public=outcome.public,
        waiting_for=outcome.waiting_for,
        findings=() if state is State.WAITING else outcome.findings,
        files=outcome.files,
        changes=outcome.changes,
        public_changes=outcome.public_changes,
        approvals=(),
        try_at=outcome.try_at,
    )
    did = {State.WAITING: Did.WAITING, State.STOPPED: Did.STOPPED}.get(state, Did.PREPARED)
    if is_draft and brief.is_errata:
        did = Did.ERRATA
    # An hour later it still waits for the same: nobody needs to hear that again.
    same = (state, made.waiting_for, made.findings)
    told = is_draft or same != (_before(brief), brief.waiting_for, brief.findings)
    return Happened(brief=made, did=did if told else None, at=at)


def _before(brief: Brief) -> State:
    """What it was before it was made again, as far as it was told."""
    if brief.waiting_for:
        return State.WAITING
    return State.STOPPED if brief.findings else State.MAKING


def failed(brief: Brief, why: Label, at: datetime, try_at: datetime | None) -> Happened:
    """It could not be made at all."""
    stopped = replace(
        brief, state=State.STOPPED, findings=(why,), waiting_for=(), made_at=at, try_at=try_at
    )
    return Happened(brief=stopped, did=None if brief.findings == (why,) else Did.STOPPED, at=at)


def check_revision(brief: Brief, expected: int | None) -> None:
    """Raises RefusedError `changed` when somebody has looked at another revision."""
    if expected is not None and expected != brief.revision:
        raise RefusedError(
            "changed",
            f"it is at revision {brief.revision} by now, not {expected}: look at it again",
        )


def check_editable(brief: Brief) -> None:
    """Raises RefusedError unless people may edit it."""
    if brief.state is not State.DRAFT:
        if brief.state in {State.APPROVED, State.PUBLISHED, State.MAKING}:
            _refuse_unless_open(brief)
        raise RefusedError(brief.state.value, f"it is {brief.state.value}: there is no draft yet")


def edited(
    brief: Brief, remarks: Mapping[str, str], files: tuple[File, ...], by: By, at: datetime
) -> Happened:
    """A person changed the remarks; its files were made anew."""
    check_editable(brief)
    said = {section: text.strip() for section, text in remarks.items() if text.strip()}
    done = replace(
        brief, remarks=said, files=files, revision=brief.revision + 1, editor=by, made_at=at
    )
    sections = sorted(
        section
        for section in {*said, *brief.remarks}
        if said.get(section) != brief.remarks.get(section)
    )
    return Happened(brief=done, did=Did.EDITED, at=at, by=by, said={"sections": sections})


def approved(brief: Brief, by: By, at: datetime, comment: str) -> Happened:
    """A person finds that it may go out."""
    if brief.state is not State.DRAFT:
        raise RefusedError(
            brief.state.value, f"it is {brief.state.value}: only a draft can be approved"
        )
    if brief.second_person and brief.editor is not None and not _is_another(by, brief.editor):
        raise RefusedError(
            "second-person",
            f"{by.name} asked for it or edited it last, and its settings ask for a second person: "
            "somebody else has to approve it",
        )
    approval = Approval(by=by, at=at, comment=comment.strip())
    done = replace(brief, state=State.APPROVED, approvals=(*brief.approvals, approval))
    return Happened(brief=done, did=Did.APPROVED, at=at, by=by, said={"comment": comment.strip()})


def _is_another(one: By, other: By) -> bool:
    """Whether they are two people: another key, and another name."""
    return one.key_id != other.key_id and one.name != other.name


def returned(brief: Brief, by: By, at: datetime, reason: str) -> Happened:
    """A person finds that it may not go out yet."""
    if brief.state is not State.APPROVED:
        raise RefusedError(
            brief.state.value, f"it is {brief.state.value}: only what is approved can be returned"
        )
    if not reason.strip():
        raise RefusedError("no-reason", "a brief is returned with a reason: give one")
    done = replace(brief, state=State.DRAFT, approvals=())
    return Happened(brief=done, did=Did.RETURNED, at=at, by=by, said={"comment": reason.strip()})


def check_publishable(brief: Brief) -> None:
    """Raises RefusedError unless it may be published."""
    if brief.state is not State.APPROVED:
        raise RefusedError(
            brief.state.value, f"it is {brief.state.value}: it is published once it is approved"
        )


def published(
    brief: Brief, number: Number, files: tuple[File, ...], by: By, at: datetime, comment: str
) -> Happened:
    """It goes out under its number and never changes again."""
    check_publishable(brief)
    done = replace(
        brief,
        state=State.PUBLISHED,
        number=number,
        files=files,
        revision=brief.revision + 1,
        published_at=at,
        published_by=by.name,
    )
    return Happened(brief=done, did=Did.PUBLISHED, at=at, by=by, said={"comment": comment.strip()})


def name_of(language: Language, edition: Edition, form: str, *, errata: bool = False) -> str:
    """What a file is called: brief.zh.pdf, public.zh.pdf, errata.zh.docx, errata-public.zh.pdf."""
    office, public = ("errata", "errata-public") if errata else ("brief", "public")
    stem = office if edition is Edition.OFFICE else public
    return f"{stem}.{language.value}.{form}"
