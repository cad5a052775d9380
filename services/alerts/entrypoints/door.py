"""Who a request comes from: the key in its header, looked up among the keys known now."""

import logging
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.contracts.errors import UnreadableError
from shared.contracts.keys import Keyring, decode_key
from shared.kit.kafka.records import Record
from shared.kit.web import Problem
from shared.model.access import Principal, may_operate

log = logging.getLogger(__name__)

_BEARER = HTTPBearer(auto_error=False, description="a key made by `qingyu key create`")


class Doorkeeper:
    """The keys of the topic `keys.v1`; until all have been read, nobody is let in."""

    def __init__(self) -> None:
        self._keyring = Keyring()
        self._ready = False

    def learn(self, record: Record) -> None:
        """Take one record of the topic."""
        if record.value is None:
            return
        try:
            self._keyring.learn(decode_key(record.value))
        except (UnreadableError, ValueError) as error:
            log.error("a key was not understood: %s", error, extra={"action": "bad_key"})  # noqa: TRY400

    def caught_up(self) -> None:
        """All older records were read."""
        self._ready = True

    def admit(self, key: str | None) -> Principal:
        """Whose key it is; raises Problem 401 or 503."""
        principal = self._keyring.principal(key) if key else None
        if principal is not None:
            return principal
        if not self._ready:
            raise Problem(
                503,
                "Not available now",
                "The keys have not been read from Kafka yet; please try again in a moment.",
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


def _principal(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Principal:
    door: Doorkeeper = request.state.door
    return door.admit(credentials.credentials if credentials else None)


Caller = Annotated[Principal, Depends(_principal)]


def _operator(caller: Caller) -> Principal:
    if not may_operate(caller):
        raise Problem(
            403,
            "Not allowed",
            f"The key {caller.name!r} is a {caller.role} key; webhooks are managed with an "
            "operator key.",
            kind="operators-only",
        )
    return caller


Operator = Annotated[Principal, Depends(_operator)]
