"""Who a request comes from: the key in its header, and what that key may do here."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.ingest.handlers.keys import KeyDesk
from shared.kit.web import Problem
from shared.model.access import Principal, Role, may_operate

_BEARER = HTTPBearer(auto_error=False, description="a key made by `qingyu key create`")
_SCHEME = b"bearer "


def admit(keys: KeyDesk, plain: str | None) -> Principal:
    """Whose key it is; raises Problem 401 or 503."""
    principal = keys.principal(plain) if plain else None
    if principal is not None:
        return principal
    if keys.problem:
        raise Problem(
            503,
            "Not available now",
            "The keys have not been read yet; please try again in a moment.",
            kind="keys-not-loaded",
            headers={"Retry-After": "2"},
        )
    raise Problem(
        401,
        "Who are you?",
        "Send a key that is known here: Authorization: Bearer KEY. An operator makes one with "
        "`qingyu key create`.",
        kind="unknown-key",
        headers={"WWW-Authenticate": "Bearer"},
    )


def admit_sender(keys: KeyDesk, authorization: bytes) -> Principal:
    """Who sends readings with this header; raises Problem 401, 403 or 503."""
    plain = None
    if authorization[: len(_SCHEME)].lower() == _SCHEME:
        plain = authorization[len(_SCHEME) :].strip().decode("latin-1")
    principal = admit(keys, plain)
    if principal.role is Role.READER:
        raise Problem(
            403,
            "Not allowed",
            f"The key {principal.name!r} is a reader's: readings are sent with a sender's key.",
            kind="senders-only",
        )
    return principal


def _principal(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Principal:
    keys: KeyDesk = request.state.keys
    return admit(keys, credentials.credentials if credentials else None)


Caller = Annotated[Principal, Depends(_principal)]


def _operator(caller: Caller) -> Principal:
    if not may_operate(caller):
        raise Problem(
            403,
            "Not allowed",
            f"The key {caller.name!r} is a {caller.role}'s: the catalogue and the keys are kept "
            "with an operator's key.",
            kind="operators-only",
        )
    return caller


Operator = Annotated[Principal, Depends(_operator)]
