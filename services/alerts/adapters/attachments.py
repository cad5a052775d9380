"""Files that responses are proved with, in PostgreSQL: bytes once, names a warning."""

from collections.abc import Mapping
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.ports.warnings import Attachment
from shared.kit.postgres import Database

_HOW_MANY = "SELECT count(*) FROM alerts.attached WHERE warning = $1 AND sha256 <> $2"
_KEEP_DATA = "INSERT INTO alerts.attachments (sha256, data) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_KEEP = """
    INSERT INTO alerts.attached (warning, sha256, name, content_type, size, at, by_name)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
_OF = "SELECT * FROM alerts.attached WHERE warning = $1"
_DATA = """
    SELECT a.*, d.data FROM alerts.attached AS a JOIN alerts.attachments AS d USING (sha256)
    WHERE a.warning = $1 AND a.sha256 = $2
"""


class PostgresAttachments:
    """The port Attachments on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep(self, warning: UUID, attachment: Attachment, data: bytes, *, most: int) -> bool:
        """Bytes that are there already are not written again."""
        digest = bytes.fromhex(attachment.sha256)
        async with self._db.transaction() as tx:
            if await tx.raw.fetchval(_HOW_MANY, warning, digest) >= most:
                return False
            await tx.raw.execute(_KEEP_DATA, digest, data)
            await tx.raw.execute(
                _KEEP,
                warning,
                digest,
                attachment.name,
                attachment.content_type,
                attachment.size,
                attachment.at,
                attachment.by,
            )
        return True

    async def of(self, warning: UUID) -> Mapping[str, Attachment]:
        """By the primary key's beginning."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_OF, warning)
        return {one.sha256: one for one in map(rows.attachment, found)}

    async def data(self, warning: UUID, sha256: str) -> tuple[Attachment, bytes] | None:
        """By primary key."""
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            return None
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_DATA, warning, digest)
        return (rows.attachment(row), row["data"]) if row else None
