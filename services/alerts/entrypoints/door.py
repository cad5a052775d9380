"""Who asks the alerts service, by the keys of the topic `keys.v1`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from shared.contracts.keys import Keyring
from shared.kit.door import BEARER, Doorkeeper, operators_only
from shared.model.access import Principal, may_operate

Door = Doorkeeper[Principal]


def new_door() -> Door:
    """A door without keys: nobody is let in."""
    keyring = Keyring()
    return Doorkeeper(keyring.principal, keyring.feed)


def _principal(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Principal:
    door: Door = request.state.door
    return door.admit(credentials.credentials if credentials else None)


Caller = Annotated[Principal, Depends(_principal)]

Still = Callable[[], Principal | None]
"""Who the caller is by now; None once the key was revoked."""


def _still(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Still:
    door: Door = request.state.door
    return lambda: door.known(credentials.credentials if credentials else None)


Listener = Annotated[Still, Depends(_still)]
"""Of a stream, which may outlast the key that opened it."""


def _operator(caller: Caller) -> Principal:
    if not may_operate(caller):
        raise operators_only(caller.name, caller.role)
    return caller


Operator = Annotated[Principal, Depends(_operator)]
