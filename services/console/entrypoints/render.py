"""Templates become pages: language, safe headers, fragments for pages that update themselves."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.console.entrypoints import figures
from services.console.entrypoints.visit import (
    FRAGMENT_HEADER,
    LANGUAGE_COOKIE,
    Visit,
    language_of,
)
from services.console.entrypoints.words import CHINESE, ENGLISH, LANGUAGES, known, translate

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_YEAR_S = 365 * 24 * 3600

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Cookie",
}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        grouped=figures.grouped,
        rounded=figures.rounded,
        share=figures.share,
        local=figures.local,
        offset=figures.offset,
        day=figures.day,
    )
    environment.globals.update(fingerprint=_fingerprint(), known=known)
    return environment


def _fingerprint() -> str:
    # In the address of style and script, so that browsers may keep them for ever.
    contents = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return sha256(contents).hexdigest()[:12]


_PAGES = _environment()


def page(
    request: Request,
    template: str,
    *,
    visit: Visit | None = None,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    """A page from a template; only its main part when the page's own script asks for it."""
    language = visit.language if visit else language_of(request)
    fragment = FRAGMENT_HEADER in request.headers
    html = _PAGES.get_template(template).render(
        t=partial(translate, language),
        language=language,
        frame="fragment.html" if fragment else "layout.html",
        visit=visit,
        path=request.url.path,
        here=partial(_here, request),
        just_done=request.query_params.get("done", ""),
        **values,
    )
    response = HTMLResponse(html, status_code=status, headers=HEADERS)
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="lax"
        )
    return response


def other_language(language: str) -> str:
    """The one that the switch leads to."""
    return ENGLISH if language == CHINESE else CHINESE


_PASSING = ("lang", "done")
"""Parameters that links do not carry on."""


def _here(request: Request, **changes: str | None) -> str:
    """This page's address with some parameters changed; None takes one away."""
    params = {k: v for k, v in request.query_params.items() if k not in (*_PASSING, *changes)}
    params.update({name: value for name, value in changes.items() if value is not None})
    query = urlencode(params)
    return f"{request.url.path}?{query}" if query else request.url.path


_PAGES.globals.update(other_language=other_language)
