"""Routes and contacts in PostgreSQL; until somebody sets routes, the policy file's are in force."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from services.alerts.domain.telling.contacts import Contact
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.telling.reading import read_routes
from services.alerts.domain.telling.routes import Route
from services.alerts.ports.telling import Ruling
from shared.kit.postgres import Database

_NEWEST = "SELECT version FROM alerts.routes ORDER BY version DESC LIMIT 1"
_ROUTES = "SELECT document FROM alerts.routes WHERE version = $1"
_RULE = """
    INSERT INTO alerts.routes (document, made_at, made_by) VALUES ($1, $2, $3) RETURNING version
"""
_STAMP = "SELECT count(*), max(changed_at) FROM alerts.contacts"
_CONTACTS = "SELECT document FROM alerts.contacts ORDER BY name"
_KEEP = """
    INSERT INTO alerts.contacts (name, document, changed_at, changed_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE SET document = excluded.document,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_LOOK_AGAIN = """
    UPDATE alerts.groups SET due_at = least(coalesce(due_at, $2), $2)
    WHERE id IN (SELECT id FROM alerts.groups WHERE receiver = ANY($1::text[])
        ORDER BY id FOR UPDATE)
"""
_DROP = "DELETE FROM alerts.contacts WHERE name = $1"
_DROP_WAITING = """
    UPDATE alerts.notices SET state = 'failed', next_at = NULL, claimed_by = NULL,
        last_detail = 'the contact was removed'
    WHERE recipient = $1 AND state = 'waiting'
"""
_CONTACT = msgspec.json.Decoder(Contact)
_DOCUMENT = msgspec.json.Decoder(dict[str, Any])
_NUMBER = (1 << 62) - 1


def version_of(document: Document) -> int:
    """A number that stands for the document: another one for other routes; never 0."""
    text = msgspec.json.encode(document, order="deterministic")
    return int.from_bytes(sha256(text).digest()[:8], "big") & _NUMBER or 1


class PostgresDirectory:
    """The port Directory on PostgreSQL; what it has read is kept while nothing changes."""

    def __init__(self, db: Database, default: Document) -> None:
        """`default`: the routes of the policy file; raises RoutesError if they cannot be read."""
        self._db = db
        root = read_routes(default)
        self._default = Ruling(version=version_of(default), root=root, document=default)
        self._ruling: tuple[int, Ruling] | None = None
        self._contacts: tuple[object, tuple[Contact, ...]] = (None, ())

    async def ruling(self) -> Ruling:
        """One look at an index while nothing changes."""
        async with self._db.reading() as tx:
            newest: int | None = await tx.raw.fetchval(_NEWEST)
            if newest is None:
                return self._default
            if self._ruling is None or self._ruling[0] != newest:
                document = _DOCUMENT.decode(await tx.raw.fetchval(_ROUTES, newest))
                self._ruling = (newest, _ruling(document))
        return self._ruling[1]

    async def rule(self, document: Document, root: Route, by: str, now: datetime) -> Ruling:
        """A new version; older ones stay."""
        text = msgspec.json.encode(document).decode()
        async with self._db.transaction() as tx:
            await tx.raw.fetchval(_RULE, text, now, by)
        return Ruling(version=version_of(document), root=root, document=document)

    async def contacts(self) -> tuple[Contact, ...]:
        """One small query while nothing changes."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_STAMP)
            stamp = tuple(row) if row else ()
            if self._contacts[0] != stamp:
                found = await tx.raw.fetch(_CONTACTS)
                read = tuple(_CONTACT.decode(one["document"]) for one in found)
                self._contacts = (stamp, read)
        return self._contacts[1]

    async def keep(self, contact: Contact, by: str, now: datetime) -> None:
        """With everything that the contact may have missed."""
        text = msgspec.json.encode(contact).decode()
        async with self._db.transaction() as tx:
            await tx.raw.execute(_KEEP, contact.name, text, now, by)
            await tx.raw.execute(_LOOK_AGAIN, [contact.name, *contact.offices], now)

    async def drop(self, name: str) -> bool:
        """What waits for it is marked as failed."""
        async with self._db.transaction() as tx:
            gone: str = await tx.raw.execute(_DROP, name)
            await tx.raw.execute(_DROP_WAITING, name)
        return gone.endswith(" 1")


def _ruling(document: Document) -> Ruling:
    return Ruling(version=version_of(document), root=read_routes(document), document=document)
