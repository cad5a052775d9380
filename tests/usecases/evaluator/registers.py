"""A register in memory that behaves as the one in PostgreSQL."""

from collections.abc import Mapping, Sequence

from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import Draft, Entry, RecordKind, Taken
from shared.kit.errors import Unavailable


class MemoryRegister:
    """Keeps every version of every record; commits are numbered from 1, an hour apart.

    at_us: the instant of the next commit; a test may set it. fails: puts and reads raise
    Unavailable. conflicts: so many puts are told that somebody was quicker.
    """

    def __init__(self, at_us: int = 0) -> None:
        self.at_us = at_us
        self.fails = False
        self.conflicts = 0
        self.puts = 0
        self.entries: list[Entry] = []

    async def put(
        self, drafts: Sequence[Draft], by: str, *, based_on: Mapping[str, int] | None = None
    ) -> Taken:
        """All that is new, in one commit."""
        self._reach()
        self._compare({draft.kind for draft in drafts}, based_on or {})
        commit = self._last() + 1
        made = [entry for draft in drafts if (entry := self._entry(draft, commit, by)) is not None]
        if not made:
            return Taken(commit=0, entries=(), unchanged=len(drafts))
        self.puts += 1
        self.entries += made
        self.at_us += 3_600_000_000
        return Taken(commit=commit, entries=tuple(made), unchanged=len(drafts) - len(made))

    async def find(
        self,
        kind: RecordKind,
        *,
        keys: Sequence[str] | None = None,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
    ) -> Sequence[Entry]:
        """The newest versions, by key."""
        self._reach()
        newest = {
            entry.key: entry
            for entry in self.entries
            if entry.kind is kind and (as_of is None or entry.commit <= as_of)
        }
        return tuple(
            entry
            for key, entry in sorted(newest.items())
            if (keys is None or key in keys) and (subjects is None or entry.subject in subjects)
        )

    async def history(self, kind: RecordKind, key: str) -> Sequence[Entry]:
        """All versions, oldest first."""
        self._reach()
        return tuple(entry for entry in self.entries if (entry.kind, entry.key) == (kind, key))

    async def commit_at(self, instant_us: int | None) -> int:
        """The last commit at or before the instant."""
        self._reach()
        commits = [e.commit for e in self.entries if instant_us is None or e.at_us <= instant_us]
        return max(commits, default=0)

    async def revision(self) -> int:
        """The newest commit."""
        self._reach()
        return self._last()

    def _last(self) -> int:
        return self.entries[-1].commit if self.entries else 0

    def _reach(self) -> None:
        if self.fails:
            raise Unavailable("the register is away")

    def _compare(self, kinds: set[RecordKind], based_on: Mapping[str, int]) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise ConflictError("somebody else was quicker")
        newest = {e.key: e.version for e in self.entries if e.kind in kinds}
        for key, version in based_on.items():
            if newest.get(key, 0) != version:
                raise ConflictError(f"{key} is at version {newest.get(key, 0)}, not {version}")

    def _entry(self, draft: Draft, commit: int, by: str) -> Entry | None:
        known = [e for e in self.entries if (e.kind, e.key) == (draft.kind, draft.key)]
        if known and known[-1].body == draft.body:
            return None
        return Entry(
            kind=draft.kind,
            key=draft.key,
            version=len(known) + 1,
            commit=commit,
            at_us=self.at_us,
            by=by,
            subject=draft.subject,
            body=draft.body,
        )
