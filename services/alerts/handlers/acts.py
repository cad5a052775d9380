"""What people do about warnings: the row is held, the deed decided, all written at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from services.alerts.domain.hearing import Heard
from services.alerts.domain.life import (
    Deed,
    Done,
    LifePolicy,
    Proof,
    Refused,
    Respond,
    Why,
    act,
    barred,
)
from services.alerts.domain.warning import Warning
from services.alerts.ports.warnings import Archive, Attachment, Attachments, Desk, Listed
from shared.model.access import Act, Principal

MOST_FILES = 100
"""Files that may belong to one warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What was done, and where the warning stands in the list now."""

    done: Done
    latest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was sent."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """Gather, calculate, apply; whatever is raised comes from the ports."""

    desk: Desk
    archive: Archive
    attachments: Attachments
    policy: LifePolicy
    clock: Callable[[], datetime]
    word: Callable[[], None]

    async def act(
        self, key: UUID, deed: Deed, principal: Principal, expected: int | None = None
    ) -> Acted | Refused:
        """Do it to the warning, or say why not; `expected`: entries that the person has seen."""
        async with self.desk.work() as work:
            warning = (await work.known((), {key})).warnings.get(key)
            if warning is None:
                return Refused(why=Why.NOT_SEEN)
            done = act(warning, deed, principal, self.clock(), self.policy, expected)
            if isinstance(done, Refused):
                return done
            latest = await work.write(_written(done))
        self.word()
        return Acted(done=done, latest=latest or 0)

    async def respond(
        self,
        key: UUID,
        response: Respond,
        files: Sequence[str],
        principal: Principal,
        expected: int | None = None,
    ) -> Acted | Refused:
        """A response with files that were sent before, named by their hashes."""
        kept = await self.attachments.of(key)
        missing = tuple(name for name in files if name not in kept)
        proofs = tuple(_proof(kept[name]) for name in files if name in kept)
        deed = replace(response, attachments=proofs, missing=missing)
        return await self.act(key, deed, principal, expected)

    async def attach(self, key: UUID, file: File, principal: Principal) -> Attachment | Refused:
        """Keep a file with a warning, for a response to name it."""
        found = await self._seen(key, Act.RESPOND, principal)
        if isinstance(found, Refused):
            return found
        attachment = Attachment(
            sha256=sha256(file.data).hexdigest(),
            name=file.name,
            content_type=file.content_type,
            size=len(file.data),
            at=self.clock(),
            by=principal.name,
        )
        is_kept = await self.attachments.keep(key, attachment, file.data, most=MOST_FILES)
        return attachment if is_kept else Refused(why=Why.TOO_MANY_FILES)

    async def attached(
        self, key: UUID, sha256_hex: str, principal: Principal
    ) -> tuple[Attachment, bytes] | Refused:
        """A file of a warning."""
        found = await self._seen(key, None, principal)
        if isinstance(found, Refused):
            return found
        return await self.attachments.data(key, sha256_hex) or Refused(why=Why.NO_FILE)

    async def files(self, key: UUID, principal: Principal) -> tuple[Attachment, ...] | Refused:
        """The files of a warning, the oldest first."""
        found = await self._seen(key, None, principal)
        if isinstance(found, Refused):
            return found
        kept = (await self.attachments.of(key)).values()
        return tuple(sorted(kept, key=lambda one: (one.at, one.sha256)))

    async def _seen(self, key: UUID, what: Act | None, principal: Principal) -> Listed | Refused:
        found = await self.archive.warning(key)
        why = Why.NOT_SEEN if found is None else barred(found.warning, what, principal)
        if found is None or why:
            return Refused(why=why or Why.NOT_SEEN)
        return found


def _written(done: Done) -> Heard:
    warnings: tuple[Warning, ...] = (done.warning,)
    return Heard(numbers={}, warnings=warnings, entries=(done.note,), reasons=())


def _proof(kept: Attachment) -> Proof:
    return Proof(sha256=kept.sha256, name=kept.name, content_type=kept.content_type, size=kept.size)
