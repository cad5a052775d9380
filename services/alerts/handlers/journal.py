"""Whether the journal is whole: each entry's hash is worked out again from the one before."""

from dataclasses import dataclass

from services.alerts.domain.chain import BEGINNING, first_broken
from services.alerts.ports.warnings import Archive, Written

_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Entries after one id were checked up to another; `broken` is the first that does not follow.

    `hash` is that of the last entry checked, which vouches for all before it. `cut`: an entry
    beyond the last one that something else still points at.
    """

    checked: int
    upto: int
    hash: bytes
    broken: int | None
    more: bool
    cut: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Reads the journal in its order."""

    archive: Archive

    async def check(self, after: int, *, limit: int) -> Checked:
        """Check at most about `limit` entries behind `after`.

        One that was altered, or next to which something was taken out or put in, is found: its
        hash does not follow. Entries cut off at the end are found by what points at them, and for
        certain by a hash noted before.
        """
        pointed_at = await self.archive.pointed_at()
        upto, before, checked = after, await self.hash_at(after), 0
        while checked < limit:
            found = await self.archive.after(upto, limit=_READ_AT_ONCE)
            if not found:
                cut = pointed_at if pointed_at > upto else None
                return Checked(
                    checked=checked, upto=upto, hash=before, broken=None, more=False, cut=cut
                )
            broken = first_broken(before, ((w.id, w.data.decode(), w.hash) for w in found))
            if broken is None:
                broken = next((w.id for w in found if not _is_told_as(w)), None)
            upto, before, checked = found[-1].id, found[-1].hash, checked + len(found)
            if broken is not None:
                return Checked(checked=checked, upto=upto, hash=before, broken=broken, more=False)
        return Checked(checked=checked, upto=upto, hash=before, broken=None, more=True)

    async def hash_at(self, entry: int) -> bytes:
        """The hash of the newest entry at or below that id; the beginning's without any."""
        return await self.archive.hash_of(entry) or BEGINNING


def _is_told_as(written: Written) -> bool:
    """The hash covers the text; what lists and streams call it must be what the text says."""
    return written.is_whole and written.told.type == written.type
