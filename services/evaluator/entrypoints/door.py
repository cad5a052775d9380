"""Who asks the evaluator, by the keys of the topic `keys.v1`."""

import logging
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from shared.contracts.errors import UnreadableError
from shared.contracts.keys import Keyring, decode_key
from shared.kit.door import BEARER, Doorkeeper, operators_only
from shared.kit.kafka.records import Record
from shared.model.access import Principal, may_operate

log = logging.getLogger(__name__)


class Door(Doorkeeper[Principal]):
    """Lets in whoever holds a key that has been read from the topic."""

    def __init__(self) -> None:
        """Begin without keys: nobody is let in."""
        self._keyring = Keyring()
        super().__init__(self._keyring.principal)

    def learn(self, record: Record) -> None:
        """Take one record of the topic."""
        if record.value is None:
            return
        try:
            self._keyring.learn(decode_key(record.value))
        except (UnreadableError, ValueError) as error:
            log.error("a key was not understood: %s", error, extra={"action": "bad_key"})  # noqa: TRY400


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
