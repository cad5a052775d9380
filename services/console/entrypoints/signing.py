"""Signing in with a one-time link or a key, and signing out."""

from typing import Annotated
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, Field

from services.console.entrypoints.needs import Services, SignIns
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import SESSION_COOKIE
from shared.kit.door import BEARER
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.instants import iso, to_us

router = APIRouter()

_LARGEST_FORM = 4_096
_LONGEST_KEY = 512


class Link(BaseModel):
    """A one-time sign-in link."""

    url: str = Field(description="whoever opens it first is signed in with the key")
    expires_at: str


@router.post(
    "/console/sign-in-tokens",
    status_code=201,
    summary="A one-time sign-in link for the key in the header",
    tags=["console"],
)
async def offer(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Link:
    """The link signs in whoever opens it first, with this key, within its short life."""
    key = credentials.credentials if credentials else ""
    if not await _is_known(request.state.services, key):
        raise Problem(
            401,
            "Who are you?",
            "Send a key that is known here: Authorization: Bearer KEY.",
            kind="unknown-key",
            headers={"WWW-Authenticate": "Bearer"},
        )
    sign_ins: SignIns = request.state.sign_ins
    now = request.state.clock()
    token = await sign_ins.offer(key, now, request.state.settings.link_life)
    base = request.state.settings.console_url.rstrip("/") or str(request.base_url).rstrip("/")
    return Link(
        url=f"{base}/sign-in?{urlencode({'token': token})}",
        expires_at=iso(to_us(now + request.state.settings.link_life)),
    )


@router.get("/sign-in", include_in_schema=False)
async def form(request: Request, token: str = "", next: str = "/", reason: str = "") -> Response:
    """The form; with a token, a page that sends it on, so that no preview uses it up."""
    return page(request, "sign_in.html", token=token, next=inside(next), reason=reason)


@router.post("/sign-in", include_in_schema=False)
async def sign_in(request: Request) -> Response:
    """Begin a session for a key or a token."""
    require_own_page(request)
    fields = await _fields(request)
    target = inside(fields.get("next", "/"))
    key, reason = await _key(request, fields)
    if key is None:
        return page(request, "sign_in.html", status=401, token="", next=target, reason=reason)
    sign_ins: SignIns = request.state.sign_ins
    life = request.state.settings.session_life
    session = await sign_ins.begin(key, request.state.clock(), life)
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        session,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
    return response


@router.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request) -> Response:
    """End the session."""
    require_own_page(request)
    session = request.cookies.get(SESSION_COOKIE)
    if session:
        sign_ins: SignIns = request.state.sign_ins
        await sign_ins.end(session)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def require_own_page(request: Request) -> None:
    """Refuse what another site's page sends: cookies are not sent then, but the form would be."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise Problem(
            403,
            "Not allowed",
            "This can only be done from a page of this console.",
            kind="foreign-page",
        )


def is_secure(request: Request) -> bool:
    """Whether people reach the console by https."""
    address: str = request.state.settings.console_url or str(request.base_url)
    return address.startswith("https:")


async def _key(request: Request, fields: dict[str, str]) -> tuple[str | None, str]:
    """The key to sign in with, or None and the reason."""
    sign_ins: SignIns = request.state.sign_ins
    token = fields.get("token")
    if token:
        key = await sign_ins.redeem(token, request.state.clock())
        return key, "" if key else "link_spent"
    key = fields.get("key", "").strip()
    return (key, "") if await _is_known(request.state.services, key) else (None, "key_unknown")


async def _is_known(services: Services, key: str) -> bool:
    if not key or len(key) > _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        return False
    status, _ = await services.get("alerts", "/v1/warnings", key=key, params={"limit": "1"})
    if status == 503:
        raise Unavailable("the keys have not been read yet")
    return status == 200


async def _fields(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise Problem(413, "Too large", "The form is larger than a key.", kind="too-large")
    found = parse_qs(body.decode("utf-8", "replace"))
    return {name: values[0] for name, values in found.items()}


def inside(target: str) -> str:
    """An address of this console, never of another site."""
    parts = urlsplit(target)
    outside = parts.scheme or parts.netloc or not target.startswith("/") or "\\" in target
    return "/" if outside or target.startswith("//") else target
