"""The register on PostgreSQL: one row a version, one commit a put, nothing ever overwritten."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from services.evaluator.adapters.register_codec import decode, encode
from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import Draft, Entry, RecordKind, Taken
from shared.kit.postgres import Database, Transaction
from shared.model.instants import from_us, to_us

_NOTHING_TAKEN = 0
_ALL = 2**31 - 1


class PostgresRegister:
    """The RegisterPages on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def put(
        self, drafts: Sequence[Draft], by: str, *, based_on: Mapping[str, int] | None = None
    ) -> Taken:
        """See Register. Of two drafts of one record the later one counts."""
        # Written out before the transaction: locks are held for as short as can be.
        last = {(draft.kind, draft.key): draft for draft in drafts}
        bodies = {place: encode(draft.body) for place, draft in last.items()}
        kinds = [kind.value for kind, _ in bodies]
        async with self._db.transaction() as tx:
            await tx.raw.execute(_LOCK)
            await _compare(tx, set(kinds), based_on or {})
            stored = await tx.raw.fetch(
                _DIFFERING, kinds, [k for _, k in bodies], [*bodies.values()]
            )
            changed = _changed(stored, list(last.values()))
            if not changed:
                return Taken(commit=_NOTHING_TAKEN, entries=(), unchanged=len(last))
            entries = await _add(tx, changed, bodies, by)
        return Taken(commit=entries[0].commit, entries=entries, unchanged=len(last) - len(entries))

    async def find(
        self,
        kind: RecordKind,
        *,
        keys: Sequence[str] | None = None,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
    ) -> Sequence[Entry]:
        """See Register."""
        if keys is None:
            return await self._find(kind, subjects, as_of, "", _ALL)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_FIND_KEYS, kind.value, sorted(set(keys)), as_of)
        found = (_entry(kind, row) for row in rows)
        return tuple(e for e in found if subjects is None or e.subject in subjects)

    async def page(
        self,
        kind: RecordKind,
        *,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
        after: str = "",
        limit: int = 100,
    ) -> Sequence[Entry]:
        """See RegisterPages."""
        return await self._find(kind, subjects, as_of, after, limit)

    async def history(self, kind: RecordKind, key: str) -> Sequence[Entry]:
        """See Register."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_HISTORY, kind.value, key)
        return tuple(_entry(kind, row) for row in rows)

    async def commit_at(self, instant_us: int | None) -> int:
        """See Register.

        A commit draws its number in its own transaction, after it has locked the table of commits
        for writing. Whoever locks the table against writers therefore waits until every number
        drawn so far is either visible or given up, and no smaller one can come later; the lock is
        held for one reading only. An instant to come is taken as now.
        """
        async with self._db.transaction() as tx:
            await tx.raw.execute(_NO_WRITERS)
            instant = None if instant_us is None else from_us(instant_us)
            number: int = await tx.raw.fetchval(_COMMIT_AT, instant)
        return number

    async def revision(self) -> int:
        """See Register."""
        async with self._db.reading() as tx:
            number: int = await tx.raw.fetchval("select n from evaluator.register_revision")
        return number

    async def _find(
        self,
        kind: RecordKind,
        subjects: Sequence[str] | None,
        as_of: int | None,
        after: str,
        limit: int,
    ) -> Sequence[Entry]:
        wanted = None if subjects is None else list(subjects)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(
                _FIND if wanted is None else _FIND_SUBJECTS,
                *(kind.value, as_of, after, limit),
                *(() if wanted is None else (wanted,)),
            )
        return tuple(_entry(kind, row) for row in rows)


async def _compare(tx: Transaction, kinds: set[str], based_on: Mapping[str, int]) -> None:
    if not based_on:
        return
    moved = await tx.raw.fetchrow(_MOVED, sorted(kinds), list(based_on), list(based_on.values()))
    if moved is not None:
        raise ConflictError(
            f"{moved['key']} is at version {moved['version']} by now, not {moved['based_on']}"
        )


def _changed(stored: Sequence[asyncpg.Record], drafts: Sequence[Draft]) -> list[tuple[Draft, int]]:
    """Drafts that say something new, with their versions; 1.0 is no news after 1.00."""
    changed: list[tuple[Draft, int]] = []
    for row in stored:
        draft = drafts[row["nr"] - 1]
        if row["body"] is None or decode(draft.kind, row["body"]) != draft.body:
            changed.append((draft, row["version"] + 1))
    return changed


async def _add(
    tx: Transaction,
    changed: Sequence[tuple[Draft, int]],
    bodies: Mapping[tuple[RecordKind, str], str],
    by: str,
) -> tuple[Entry, ...]:
    (commit,) = await tx.raw.fetch(_COMMIT)
    number, at = commit["n"], commit["at"]
    hours = [draft.hours or (None, None) for draft, _ in changed]
    columns: list[list[Any]] = [
        [draft.kind.value for draft, _ in changed],
        [draft.key for draft, _ in changed],
        [version for _, version in changed],
        [draft.subject for draft, _ in changed],
        [first for first, _ in hours],
        [end for _, end in hours],
        [bodies[draft.kind, draft.key] for draft, _ in changed],
    ]
    await tx.raw.execute(_ADD, *columns, number, at, by)
    return tuple(
        Entry(
            kind=draft.kind,
            key=draft.key,
            version=version,
            commit=number,
            at_us=to_us(at),
            by=by,
            subject=draft.subject,
            body=draft.body,
        )
        for draft, version in changed
    )


def _entry(kind: RecordKind, row: asyncpg.Record) -> Entry:
    return Entry(
        kind=kind,
        key=row["key"],
        version=row["version"],
        commit=row["commit_n"],
        at_us=to_us(row["at"]),
        by=row["by"],
        subject=row["subject"],
        body=decode(kind, row["body"]),
    )


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# One put at a time: versions and commits then grow together, for every key.
_LOCK = "select n from evaluator.register_revision for update"

_NO_WRITERS = "lock table evaluator.commits in share mode"

_COMMIT_AT = _sql("""
    select coalesce(max(n), 0) from evaluator.commits where $1::timestamptz is null or at <= $1
""")

_COMMIT = _sql("""
    with made as (
        insert into evaluator.commits (n, kind)
        values (nextval('evaluator.next_commit'), 'register') returning n, at
    ), newest as (
        update evaluator.register_revision as r set n = m.n from made as m
    )
    select n, at from made
""")

_MOVED = _sql("""
    select b.key, b.version as based_on, coalesce(max(r.version), 0) as version
    from unnest($2::text[], $3::int[]) as b (key, version)
    left join evaluator.register as r on r.key = b.key and r.kind = any($1::text[])
    group by b.key, b.version having coalesce(max(r.version), 0) <> b.version
    limit 1
""")

_DIFFERING = _sql("""
    select d.nr, coalesce(r.version, 0) as version, r.body::text as body
    from unnest($1::text[], $2::text[], $3::text[]) with ordinality as d (kind, key, body, nr)
    left join lateral (
        select version, body from evaluator.register as r
        where r.kind = d.kind and r.key = d.key order by version desc limit 1
    ) as r on true
    where r.body is null or r.body <> d.body::jsonb
    order by d.nr
""")

_ADD = _sql("""
    insert into evaluator.register
        (kind, key, version, subject, first_hour, end_hour, body, commit_n, at, by)
    select d.kind, d.key, d.version, d.subject, d.first_hour, d.end_hour, d.body::jsonb,
        $8::bigint, $9::timestamptz, $10::text
    from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[],
        $7::text[]) as d (kind, key, version, subject, first_hour, end_hour, body)
""")

_NEWEST = """
    select distinct on (key) key, version, commit_n, at, by, subject, body::text as body
    from evaluator.register
    where kind = $1 and ($2::bigint is null or commit_n <= $2) and key > $3 {more}
    order by key, version desc
"""

_FIND = _sql(_NEWEST.format(more="") + " limit $4")

# A record may have moved from one subject to another: those that ever were the subjects' are
# looked at, and the newest version decides.
_EVER_OF = """
    and key in (select key from evaluator.register where kind = $1 and subject = any($5::text[]))
"""

_FIND_SUBJECTS = _sql(f"""
    select * from ({_NEWEST.format(more=_EVER_OF)}) as newest
    where subject = any($5::text[]) order by key limit $4
""")

_FIND_KEYS = _sql("""
    select r.* from unnest($2::text[]) with ordinality as k (key, nr)
    cross join lateral (
        select key, version, commit_n, at, by, subject, body::text as body
        from evaluator.register
        where kind = $1 and key = k.key and ($3::bigint is null or commit_n <= $3)
        order by version desc limit 1
    ) as r
    order by k.nr
""")

_HISTORY = _sql("""
    select key, version, commit_n, at, by, subject, body::text as body from evaluator.register
    where kind = $1 and key = $2 order by version
""")
