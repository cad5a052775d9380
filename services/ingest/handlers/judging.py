"""Many requests judged in one pass: columns in, bundles for the log and verdicts for each out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from services.ingest.domain.admission.admission import Offer, Verdict, admit
from services.ingest.domain.admission.explaining import counts, refusals
from services.ingest.domain.admission.points import PointTable
from services.ingest.domain.admission.texts import Bools
from services.ingest.ports import Bundle, Decoded, Part, UnreadableBody
from shared.model.access import Principal, may_send
from shared.model.readings import Readings, join


@dataclass(slots=True, kw_only=True)
class Judged:
    """What became of a group of requests, by their place in the group."""

    bundles: tuple[Bundle, ...] = ()
    accepted: dict[int, int] = field(default_factory=dict)
    refused: dict[int, list[dict[str, str | int]]] = field(default_factory=dict)
    unreadable: Mapping[int, UnreadableBody] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)


class Judge:
    """Judges groups of requests; remembers what each key may send for."""

    def __init__(self) -> None:
        self._version = -1
        self._owners: dict[str, int] = {}
        self._allowed: dict[Principal, Bools] = {}

    def judge(
        self,
        decoded: Decoded,
        principals: Sequence[Principal],
        table: PointTable,
        window_us: tuple[int, int],
    ) -> Judged:
        """Judge all parts; `principals` by the place of each body.

        `window_us`: the oldest and the latest instant that are admitted.
        """
        judged = Judged(unreadable=decoded.unreadable)
        columns: list[Readings] = []
        partitions: list[npt.NDArray[np.int32]] = []
        for part in decoded.parts:
            offer, allowed = self._with_senders(part, principals, table)
            verdict = admit(offer, table, allowed, window_us[1], window_us[0])
            _note(judged, part, offer, verdict, table)
            columns.append(verdict.admitted)
            partitions.append(verdict.partition)
        if columns:
            judged.bundles = bundles(join(columns), np.concatenate(partitions))
        return judged

    def _with_senders(
        self, part: Part, principals: Sequence[Principal], table: PointTable
    ) -> tuple[Offer, Bools | None]:
        """The offer with its rows' senders, and what each may send; None if everything."""
        senders = [principals[body] for body in part.bodies]
        different = dict.fromkeys(senders)
        if all(sender.sees_all and may_send(sender, "") for sender in different):
            return part.offer, None
        allowed = np.stack([self._row(sender, table) for sender in different])
        if len(different) == 1:
            return part.offer, allowed
        places = {sender: place for place, sender in enumerate(different)}
        by_body = np.array([places[sender] for sender in senders], np.int32)
        return replace(part.offer, sender=np.repeat(by_body, part.rows)), allowed

    def _row(self, sender: Principal, table: PointTable) -> Bools:
        """Whether the sender may send for each owner of the table."""
        if table.version != self._version:
            self._version, self._allowed = table.version, {}
            self._owners = {owner: place for place, owner in enumerate(table.owners)}
        row = self._allowed.get(sender)
        if row is None:
            row = np.full(len(table.owners), sender.sees_all and may_send(sender, ""), np.bool_)
            covered = (owner for owner in sender.scope if may_send(sender, owner))
            row[[self._owners[owner] for owner in covered if owner in self._owners]] = True
            self._allowed[sender] = row
        return row


def _note(judged: Judged, part: Part, offer: Offer, verdict: Verdict, table: PointTable) -> None:
    for reason, count in counts(verdict).items():
        judged.reasons[reason] = judged.reasons.get(reason, 0) + count
    each = offer.rows_per_item
    first = 0
    for body, rows in zip(part.bodies, part.rows, strict=True):
        judged.accepted[body] = rows // each
        if verdict.kept is not None:
            bad = first + each * np.flatnonzero(verdict.reason[first : first + rows : each])
            judged.accepted[body] -= len(bad)
            judged.refused[body] = [
                {"index": (int(row) - first) // each, **refusal}
                for row, refusal in zip(bad, refusals(offer, verdict, table, bad), strict=True)
            ]
        first += rows


def bundles(readings: Readings, partition: npt.NDArray[np.int32]) -> tuple[Bundle, ...]:
    """The readings by partition, in their order within each."""
    if not len(readings):
        return ()
    if (partition == partition[0]).all():
        return (Bundle(int(partition[0]), readings),)
    order = np.argsort(partition.astype(np.uint16), kind="stable")
    ordered = readings.take(order)
    sizes = np.bincount(partition)
    edges = [0, *np.cumsum(sizes).tolist()]
    return tuple(
        Bundle(number, ordered.take(slice(edges[number], edges[number + 1])))
        for number in np.flatnonzero(sizes).tolist()
    )
