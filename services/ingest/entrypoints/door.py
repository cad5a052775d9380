"""Who a request comes from: the key in its header, and what that key may do here."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from services.ingest.handlers.keys import KeyDesk
from shared.kit.door import BEARER, keys_not_loaded, operators_only, unknown_key
from shared.kit.web import Problem
from shared.model.access import Principal, Role, may_operate

_SCHEME = b"bearer "


def admit(keys: KeyDesk, plain: str | None) -> Principal:
    """Whose key it is; raises Problem 401 or 503."""
    principal = keys.principal(plain) if plain else None
    if principal is not None:
        return principal
    raise keys_not_loaded() if keys.problem else unknown_key()


def admit_sender(keys: KeyDesk, authorization: bytes) -> Principal:
    """Who sends readings with this header; raises Problem 401, 403 or 503."""
    plain = None
    if authorization[: len(_SCHEME)].lower() == _SCHEME:
        plain = authorization[len(_SCHEME) :].strip().decode("latin-1")
    principal = admit(keys, plain)
    if principal.role in (Role.READER, Role.REGULATOR):
        raise Problem(
            403,
            "Not allowed",
            f"The key {principal.name!r} is a {principal.role}'s: readings are sent with a "
            "sender's key.",
            kind="senders-only",
        )
    return principal


def _principal(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Principal:
    keys: KeyDesk = request.state.keys
    return admit(keys, credentials.credentials if credentials else None)


Caller = Annotated[Principal, Depends(_principal)]


def _operator(caller: Caller) -> Principal:
    if not may_operate(caller):
        raise operators_only(caller.name, caller.role)
    return caller


Operator = Annotated[Principal, Depends(_operator)]
