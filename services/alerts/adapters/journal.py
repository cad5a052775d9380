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
_COLUMNS = ("id", "about", "warning", "position", "kind", "noticed_at", "data", "hash")
# Behind the lock, entries from the first of these ids on are those just written.
_DELIVER = """
    INSERT INTO alerts.deliveries (endpoint, entry, warning, next_at)
    SELECT e.id, h.id, h.warning, h.noticed_at
    FROM alerts.endpoints AS e CROSS JOIN alerts.history AS h
    WHERE e.removed_at IS NULL AND h.id >= $1
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
    hashes = linked(before, zip(ids, (line.data for line in lines), strict=True))
    await raw.copy_records_to_table(
        "history",
        schema_name="alerts",
        columns=_COLUMNS,
        records=[_row(*one) for one in zip(ids, lines, hashes, strict=True)],
    )
    await raw.execute(_DELIVER, ids[0])
    await raw.execute("SELECT pg_notify($1, $2)", CHANNEL, str(ids[-1]))
    return ids


def _row(entry: int, line: Line, chained: bytes) -> tuple[object, ...]:
    about = line.about.value
    return entry, about, line.key, line.position, line.kind, line.at, line.data, chained
