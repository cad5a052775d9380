"""Who looks at a page, in which language, and how the page asks the other services for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Request

from services.console.entrypoints.needs import Services, SignIns
from services.console.entrypoints.words import CHINESE, LANGUAGES
from shared.kit.errors import Unavailable

SESSION_COOKIE = "qingyu_session"
LANGUAGE_COOKIE = "qingyu_language"
_JSON = "application/json"
FRAGMENT_HEADER = "X-Fragment"


class NotSignedIn(Exception):  # noqa: N818 - it is an instruction: show the sign-in page
    """Nobody is signed in, or the key is not valid any more."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):  # noqa: N818 - it is the other service's answer
    """Another service refused, with its own words; `kind`: the problem's type."""

    def __init__(self, status: int, detail: str, kind: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a part of a page got: data, or the reason why there is none."""

    data: Any = None
    trouble: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of one person."""

    services: Services
    key: str
    language: str

    @property
    def key_name(self) -> str:
        """The part of the key that identifies it and proves nothing: `qy_ab12cd34`."""
        parts = self.key.split("_")
        return "_".join(parts[:2]) if len(parts) > 2 else self.key[:4] + "…"

    async def ask(self, service: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        """JSON of a GET; raises NotSignedIn, Refused or Unavailable."""
        status, body = await self.services.get(service, path, key=self.key, params=params or {})
        return _taken(service, status, body)

    async def ask_for_part(
        self, service: str, path: str, params: Mapping[str, str] | None = None
    ) -> Found:
        """The same for a part of a page that can be left out; raises only NotSignedIn."""
        try:
            return Found(data=await self.ask(service, path, params))
        except (Refused, Unavailable) as error:
            return _without(error, service)

    async def do(self, path: str, document: Mapping[str, Any], revision: str = "") -> Any:
        """Have alerts do something (POST); its answer, or the same errors as `ask`.

        `revision`: only if it is still that one.
        """
        content = msgspec.json.encode(document)
        status, answer = await self.services.send(
            "alerts", path, content, _JSON, key=self.key, params={}, revision=revision
        )
        return _taken("alerts", status, answer)

    async def put(self, path: str, document: Mapping[str, Any], revision: str = "") -> Any:
        """Have alerts keep something in place of what there is (PUT), if it is still that."""
        content = msgspec.json.encode(document)
        status, answer = await self.services.send(
            "alerts", path, content, _JSON, key=self.key, params={}, method="PUT", revision=revision
        )
        return _taken("alerts", status, answer)

    async def do_for_part(self, path: str, document: Mapping[str, Any]) -> Found:
        """Have something worked out for a part of a page; raises only NotSignedIn."""
        try:
            return Found(data=await self.do(path, document))
        except (Refused, Unavailable) as error:
            return _without(error, "alerts")

    async def upload(
        self, path: str, content: bytes, media_type: str, params: Mapping[str, str]
    ) -> Any:
        """Give alerts a file; its answer, or the same errors as `ask`."""
        status, answer = await self.services.send(
            "alerts", path, content, media_type, key=self.key, params=params
        )
        return _taken("alerts", status, answer)

    async def fetch(self, path: str) -> tuple[str, bytes]:
        """What alerts says a file is, and the file; raises the same errors as `ask`."""
        status, headers, content = await self.services.fetch("alerts", path, key=self.key)
        if status >= 400:
            _taken("alerts", status, _read(content))
        return headers.get("content-disposition", ""), content


def language_of(request: Request) -> str:
    """`?lang=` first, then the cookie, then Chinese."""
    wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return wanted if wanted in LANGUAGES else CHINESE


async def key_of(request: Request) -> str:
    """The key of whoever is signed in; raises NotSignedIn."""
    session = request.cookies.get(SESSION_COOKIE)
    if not session:
        raise NotSignedIn
    sign_ins: SignIns = request.state.sign_ins
    key = await sign_ins.key_of(session, request.state.clock())
    if key is None:
        raise NotSignedIn("session_over")
    return key


async def _visit(request: Request) -> Visit:
    return Visit(
        services=request.state.services,
        key=await key_of(request),
        language=language_of(request),
    )


Visitor = Annotated[Visit, Depends(_visit)]


def _without(error: Refused | Unavailable, service: str) -> Found:
    status = error.status if isinstance(error, Refused) else 503
    return Found(trouble=str(error) or service, status=status)


def _taken(service: str, status: int, body: Any) -> Any:
    if status == 401:
        raise NotSignedIn("session_over")
    if status == 503:
        raise Unavailable(_detail(body) or f"{service} is not ready")
    if status >= 400:
        raise Refused(status, _detail(body), _kind(body))
    return body


def _read(content: bytes) -> object:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None


def _kind(body: object) -> str:
    return str(body.get("type") or "") if isinstance(body, dict) else ""


def _detail(body: object) -> str:
    if isinstance(body, dict):
        return str(body.get("detail") or body.get("title") or "")
    return ""
