"""The journal: whatever happens in alerts is added to it, in one order and one chain.

Entries that belong to warnings, steps, silences, gates and consultations all go this way: they are
streamed, sent to webhooks and followed by the service's own steps from here.
"""

from collections.abc import Sequence

from services.alerts.domain.chain import BEGINNING, linked
from services.alerts.ports.journal import Line
from shared.kit.postgres import Transaction

CHANNEL = "qingyu_alerts_entries"
"""NOTIFY on this channel carries the id of the newest entry."""

# Whoever holds it draws ids and commits before anybody else does: an id is never seen after a
# higher one, and each entry follows the newest hash. PostgreSQL frees it with the transaction, and
# cuts off one that stands still.
_ORDER_LOCK = 0x71_79_61_6C

_DRAW_IDS = "SELECT nextval('alerts.entry_ids') FROM generate_series(1, $1)"
_NEWEST_HASH = "SELECT hash FROM alerts.history ORDER BY id DESC LIMIT 1"
_WRITE = """
    INSERT INTO alerts.history (id, about, warning, position, kind, noticed_at, data, hash)
    SELECT id, about, warning, position, kind, noticed_at, data, hash
    FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::timestamptz[],
        $7::text[], $8::bytea[])
        AS new (id, about, warning, position, kind, noticed_at, data, hash)
"""
_DELIVER = """
    INSERT INTO alerts.deliveries (endpoint, entry, warning, next_at)
    SELECT e.id, new.id, new.warning, new.noticed_at
    FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[]) AS new (id, warning, noticed_at)
    CROSS JOIN alerts.endpoints AS e WHERE e.removed_at IS NULL
"""


async def append(tx: Transaction, lines: Sequence[Line]) -> list[int]:
    """Add the lines in order; their ids, which grow in the order of commits.

    Take it late in the transaction: from here on until the commit nobody else can add.
    """
    if not lines:
        return []
    raw = tx.raw
    await raw.execute("SELECT pg_advisory_xact_lock($1)", _ORDER_LOCK)
    ids = [row[0] for row in await raw.fetch(_DRAW_IDS, len(lines))]
    before = await raw.fetchval(_NEWEST_HASH) or BEGINNING
    texts = [line.data for line in lines]
    keys = [line.key for line in lines]
    at = [line.at for line in lines]
    await raw.execute(
        _WRITE,
        ids,
        [line.about for line in lines],
        keys,
        [line.position for line in lines],
        [line.kind for line in lines],
        at,
        texts,
        list(linked(before, zip(ids, texts, strict=True))),
    )
    await raw.execute(_DELIVER, ids, keys, at)
    await raw.execute("SELECT pg_notify($1, $2)", CHANNEL, str(ids[-1]))
    return ids
