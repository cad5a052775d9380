"""Who a request comes from: the key in its header, and the two ways in which that can fail."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from fastapi.security import HTTPBearer

from shared.kit.kafka.records import Record
from shared.kit.problems import Problem

log = logging.getLogger(__name__)

BEARER = HTTPBearer(auto_error=False, description="a key made by `qingyu key create`")

Caller = TypeVar("Caller")


class Doorkeeper(Generic[Caller]):
    """Lets in whoever `find` knows; nobody before the keys have been read once."""

    def __init__(
        self, find: Callable[[str], Caller | None], feed: Callable[[bytes | None], None]
    ) -> None:
        """`find`: a plain key -> who holds it; `feed` takes a record, ValueError if it is bad."""
        self._find = find
        self._feed = feed
        self._complete: Callable[[], bool] = lambda: True
        self.ready = False

    def wait_for(self, complete: Callable[[], bool]) -> None:
        """Answers nobody before `complete`: without the catalogue every region is unknown."""
        self._complete = complete

    def learn(self, record: Record) -> None:
        """Take one record of the topic of keys; a bad one is logged and passed over."""
        try:
            self._feed(record.value)
        except ValueError as error:
            log.error("a key was not understood: %s", error, extra={"action": "bad_key"})  # noqa: TRY400

    def caught_up(self) -> None:
        """All keys have been read once."""
        self.ready = True

    def known(self, key: str | None) -> Caller | None:
        """Whose key it is now: what lasts long asks again, since a key may be revoked meanwhile."""
        return self._find(key) if key else None

    def admit(self, key: str | None) -> Caller:
        """Whose key it is; raises Problem 401 or 503."""
        caller = self.known(key)
        if caller is None:
            raise unknown_key() if self.ready else keys_not_loaded()
        if not self._complete():
            raise catalogue_not_loaded()
        return caller


def unknown_key() -> Problem:
    """401: no key, or one that nobody holds."""
    return Problem(
        401,
        "Who are you?",
        "Send a key that is known here: Authorization: Bearer KEY. An operator makes one with "
        "`qingyu key create`.",
        kind="unknown-key",
        headers={"WWW-Authenticate": "Bearer"},
    )


def keys_not_loaded() -> Problem:
    """503: the keys have not been read yet."""
    return Problem(
        503,
        "Not available now",
        "The keys have not been read yet; please try again in a moment.",
        kind="keys-not-loaded",
        headers={"Retry-After": "2"},
    )


def catalogue_not_loaded() -> Problem:
    """503: the catalogue has not been read yet."""
    return Problem(
        503,
        "Not available now",
        "The catalogue has not been read yet; please try again in a moment.",
        kind="catalogue-not-loaded",
        headers={"Retry-After": "2"},
    )


def operators_only(name: str, role: str) -> Problem:
    """403: what was asked for needs an operator's key."""
    return Problem(
        403,
        "Not allowed",
        f"The key {name!r} is a {role}'s key; this is done with an operator's key.",
        kind="operators-only",
    )
