"""The shapes of what people do about warnings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.handling import CloseReason
from services.alerts.entrypoints.shapes import EntryShape, WarningShape

Words = Annotated[str, Field(max_length=4_000)]
Name = Annotated[str, Field(max_length=200)]


class ActBody(BaseModel):
    """What every act may say."""

    model_config = ConfigDict(extra="forbid")

    entries: int | None = Field(
        default=None,
        ge=0,
        description="entries of the warning as it was looked at; like If-Match",
    )


class AcknowledgeBody(ActBody):
    """Seen; it expires after 24 h without a response."""

    comment: Words = ""


class CommentBody(ActBody):
    """Something worth knowing."""

    comment: Words


class AssignBody(ActBody):
    """Who answers for it; an empty name takes that back."""

    assignee: Name
    comment: Words = ""


class RespondBody(ActBody):
    """What was found and done."""

    text: Annotated[str, Field(max_length=20_000)]
    measures: list[Words] = Field(default=[], max_length=100, description="measures taken")
    attachments: list[str] = Field(
        default=[], max_length=100, description="sha256 of files sent before, as hex digits"
    )


class ReturnBody(ActBody):
    """Why the response does not do."""

    comment: Words


class CloseBody(ActBody):
    """Why nothing more is done."""

    reason: CloseReason
    comment: Words = ""


class ReopenBody(ActBody):
    """Why it was closed too early."""

    comment: Words = ""


class Acted(BaseModel):
    """The warning as it is now, and the entry that tells of the act."""

    warning: WarningShape
    entry: EntryShape


class AttachmentShape(BaseModel):
    """A file that belongs to a warning."""

    sha256: str
    name: str
    content_type: str
    size: int
    at: str
    by: str


class AttachmentsPage(BaseModel):
    """All files of a warning, the oldest first."""

    items: list[AttachmentShape]
