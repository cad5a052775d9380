"""Writing notices at addresses: numbers grow in the order of commits."""

from collections.abc import Sequence

import msgspec

from services.alerts.adapters import rows
from services.alerts.ports.telling import Letter
from shared.kit.postgres import Transaction

# As for the journal: whoever reads on from a number must never find a lower one later.
_ORDER_LOCK = 0x71_79_6E_6F
_DRAW = "SELECT nextval('alerts.notice_numbers') FROM generate_series(1, $1)"
_INSERT = """
    INSERT INTO alerts.notices (number, notice, recipient, address, channel, group_id, reason,
        level, warnings, created_at, document, rendered, next_at)
    SELECT number, notice, recipient, address, channel, group_id, reason, level,
        string_to_array(warnings, ',')::uuid[], created_at, document, rendered, created_at
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[],
        $7::text[], $8::smallint[], $9::text[], $10::timestamptz[], $11::text[], $12::text[])
        AS new (number, notice, recipient, address, channel, group_id, reason, level, warnings,
        created_at, document, rendered)
    ON CONFLICT (notice, address) DO NOTHING
"""


async def insert_letters(tx: Transaction, letters: Sequence[Letter]) -> list[int]:
    """Make all due; their numbers.

    Take it late in the transaction: until the commit nobody else can add.
    """
    if not letters:
        return []
    await tx.raw.execute("SELECT pg_advisory_xact_lock($1)", _ORDER_LOCK)
    numbers = [row[0] for row in await tx.raw.fetch(_DRAW, len(letters))]
    fields = [(number, *_fields(letter)) for number, letter in zip(numbers, letters, strict=True)]
    await tx.raw.execute(_INSERT, *rows.columns(fields, 12))
    return numbers


def _fields(letter: Letter) -> tuple[object, ...]:
    notice = letter.notice
    return (
        notice.id,
        notice.recipient,
        letter.address,
        letter.channel.value,
        notice.group,
        notice.reason.value,
        int(notice.level),
        ",".join(map(str, notice.warnings)),
        notice.at,
        msgspec.json.encode(notice.document).decode(),
        msgspec.json.encode(letter.rendered).decode(),
    )
