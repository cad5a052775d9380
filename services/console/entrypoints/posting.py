"""Forms that change something: taken from our own pages only, and what is refused is said."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from services.console.entrypoints.render import page
from services.console.entrypoints.signing import require_own_page
from services.console.entrypoints.visit import Refused, Visit
from services.console.entrypoints.words import known
from shared.kit.errors import Unavailable
from shared.kit.web import Problem

LARGEST_FILE = 10 * 1024 * 1024
_ROOM = 256 * 1024
"""What the fields beside the files may take."""
_MOST_FILES = 5
_MOST_FIELDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a form."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What somebody filled in: texts without blanks around them, empty ones left out."""

    fields: Mapping[str, str]
    files: tuple[Upload, ...] = ()

    def get(self, name: str) -> str:
        """The field, empty if it was left open."""
        return self.fields.get(name, "")

    def only(self, *names: str) -> dict[str, str]:
        """Those of the named fields that were filled in."""
        return {name: self.fields[name] for name in names if name in self.fields}

    def lines(self, name: str) -> list[str]:
        """The lines of a text that are not empty."""
        return [line.strip() for line in self.get(name).splitlines() if line.strip()]


async def _form(request: Request) -> Form:
    require_own_page(request)
    _require_size(request)
    try:
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as read:
            return await _read(read.multi_items())
    except HTTPException as error:
        raise Problem(400, "Not readable", str(error.detail), kind="bad-form") from error


Posted = Annotated[Form, Depends(_form)]


async def _read(items: Iterable[tuple[str, UploadFile | str]]) -> Form:
    fields: dict[str, str] = {}
    files: list[Upload] = []
    for name, value in items:
        if isinstance(value, UploadFile):
            files += await _uploaded(value)
        elif value.strip():
            fields.setdefault(name, value.strip())
    return Form(fields=fields, files=tuple(files))


def _require_size(request: Request) -> None:
    """Browsers say how much they send; the server holds them to it."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Problem(411, "How much?", "A form says its length.", kind="no-length")
    if int(length) > LARGEST_FILE + _ROOM:
        raise Problem(
            413,
            "Too large",
            "The form with its files is larger than 10 MB; send a smaller file, or several "
            "responses.",
            kind="too-large",
        )


async def _uploaded(file: UploadFile) -> list[Upload]:
    """The file; none where nothing was chosen."""
    if not file.filename:
        return []
    media_type = file.content_type or "application/octet-stream"
    return [Upload(name=file.filename, media_type=media_type, content=await file.read())]


async def carried_out(
    request: Request, visit: Visit, form: Form, work: Awaitable[Any], *, back: str, done: str
) -> Response:
    """Do it, then back to a page that says so; what is refused is said, with what was typed.

    `back`: address of a page of ours; `done`: the word for what was done.
    """
    try:
        await work
    except (Refused, Unavailable) as error:
        return undone(request, visit, form, error, back=back)
    return to(back, done)


def to(back: str, done: str) -> Response:
    """Back to a page of ours that says what was done."""
    path, _, fragment = back.partition("#")
    mark, tail = "&" if "?" in path else "?", f"#{fragment}" if fragment else ""
    return RedirectResponse(f"{path}{mark}{urlencode({'done': done})}{tail}", status_code=303)


def undone(
    request: Request, visit: Visit, form: Form, error: Refused | Unavailable, *, back: str
) -> Response:
    """The page that says why something was not done; nothing that was typed is lost."""
    status, kind = (error.status, error.kind) if isinstance(error, Refused) else (503, "")
    why = f"undone_{kind}" if known(f"undone_{kind}") else f"undone_{status}"
    return page(
        request,
        "undone.html",
        visit=visit,
        status=status,
        why=why,
        detail=str(error),
        back=back,
        typed=[(name, value) for name, value in form.fields.items() if len(value) > 1],
    )
