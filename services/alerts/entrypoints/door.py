"""Who asks the alerts service, by the keys of the topic `keys.v1`."""

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


def _operator(caller: Caller) -> Principal:
    if not may_operate(caller):
        raise operators_only(caller.name, caller.role)
    return caller


Operator = Annotated[Principal, Depends(_operator)]
