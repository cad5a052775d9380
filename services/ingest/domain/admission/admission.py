"""The decision on a batch of readings: admitted columns, and a reason for each of the others."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from services.ingest.domain.admission import decimals, instants
from services.ingest.domain.admission.points import I32, PointTable
from services.ingest.domain.admission.texts import I64, U8, Bools, Lookup, Texts
from shared.model.instants import DAY_US
from shared.model.readings import CHANGE, Mark, Readings


class Reason(StrEnum):
    """Why a reading is not admitted; the order is that of the columns' codes."""

    ADMITTED = "admitted"
    UNKNOWN_POINT = "unknown-point"
    NOT_YOURS = "not-yours"
    BAD_INSTANT = "bad-instant"
    NO_ZONE = "no-zone"
    NOT_VALID_THEN = "not-valid-then"
    FUTURE = "future"
    TOO_OLD = "too-old"
    WRONG_UNIT = "wrong-unit"
    BAD_QUALITY = "bad-quality"
    BAD_REVISION = "bad-revision"
    NULL_WITHOUT_REVISION = "null-without-revision"
    NOT_A_NUMBER = "not-a-number"
    NEGATIVE = "negative"
    TOO_FINE = "too-fine"
    TOO_LARGE = "too-large"
    OFF_GRID = "off-grid"
    NOT_A_REGISTER = "not-a-register"


REASONS = tuple(Reason)
_CODE = {reason: code for code, reason in enumerate(REASONS)}
QUALITIES = ("good", "estimated", "bad")
_QUALITY_LOOKUP = Lookup(QUALITIES)
_QUALITY_MARK: U8 = np.array([0, Mark.ESTIMATED, Mark.BAD], np.uint8)
_MOST_REVISION = 2**31
_FIRST_MONDAY_US = 4 * DAY_US
_FAULT_REASON: U8 = np.array(
    [
        _CODE[Reason.ADMITTED],
        _CODE[Reason.NOT_A_NUMBER],
        _CODE[Reason.NEGATIVE],
        _CODE[Reason.TOO_FINE],
        _CODE[Reason.TOO_LARGE],
    ],
    np.uint8,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Readings as they were sent: columns of texts; a column that nobody used is None.

    `marks`: bits of Mark that meter-change rows bring with them. `sender`: the place of each
    row's sender in the list of what senders may send for, None if there is one for all.
    `rows_per_item`: a meter change has two rows, which are admitted together or not at all.
    """

    point: Texts
    at: Texts
    value: Texts
    unit: Texts | None = None
    quality: Texts | None = None
    revision: Texts | None = None
    marks: U8 | None = None
    sender: I32 | None = None
    rows_per_item: int = 1

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of an offer.

    `reason`: a code of REASONS for each row of the offer. `place`: each row's point in the table
    (any if unknown). `admitted`: the rows in `kept`, in order, with the partition of each.
    """

    reason: U8
    place: I32
    kept: npt.NDArray[np.intp] | None
    """None if all rows are admitted."""
    admitted: Readings
    partition: I32


class _Judge:
    """Collects reasons: the first that applies to a row is its reason."""

    def __init__(self, count: int) -> None:
        self.reason: U8 = np.zeros(count, np.uint8)

    def refuse(self, rows: Bools, reason: Reason) -> None:
        """Refuse rows (True) that nobody has refused before."""
        if rows.any():
            self.reason[rows & (self.reason == 0)] = _CODE[reason]

    def refuse_by(self, codes: U8) -> None:
        """Refuse each row for its own reason, 0 for none."""
        if codes.any():
            free = (self.reason == 0) & (codes != 0)
            self.reason[free] = codes[free]

    def together(self, rows_per_item: int) -> None:
        """Refuse all rows of an item for the first reason that any of them has."""
        if rows_per_item > 1 and self.reason.any():
            items = self.reason.reshape(-1, rows_per_item)
            first = (items != 0).argmax(axis=1)
            self.reason = np.repeat(items[np.arange(len(items)), first], rows_per_item)


def admit(
    offer: Offer, table: PointTable, allowed: Bools | None, latest_us: int, oldest_us: int = 0
) -> Verdict:
    """Judge every row of the offer.

    `allowed[s, o]`: whether sender s may send for owner o of the table; None if all may do all.
    `latest_us`: readings after it are from the future. `oldest_us`: readings before it are refused,
    because a meter that has lost its clock begins at some year long gone.
    """
    judge = _Judge(len(offer))
    place = table.lookup.find(offer.point)
    unknown = place < 0
    judge.refuse(unknown, Reason.UNKNOWN_POINT)
    if unknown.any():
        place[unknown] = 0
    if not len(table.codes):
        return _nothing(judge, place)
    owner = table.owner[place]
    if allowed is not None:
        judge.refuse(~allowed[offer.sender if offer.sender is not None else 0, owner], _NOT_YOURS)
    at, segment = _instants(offer, table, place, judge)
    judge.refuse(at > latest_us, Reason.FUTURE)
    judge.refuse(at < oldest_us, Reason.TOO_OLD)
    _check_unit(offer, table, place, judge)
    flags = _flags(offer, judge)
    revision = _revisions(offer, judge)
    value = _values(offer, table, place, segment, judge, flags, revision)
    _check_grid(table, place, segment, at, judge, offer.marks)
    judge.together(offer.rows_per_item)
    return _verdict(table, judge, place, owner, (at, value, revision, flags))


_NOT_YOURS = Reason.NOT_YOURS


def _instants(offer: Offer, table: PointTable, place: I32, judge: _Judge) -> tuple[I64, I32]:
    read = instants.parse(offer.at)
    judge.refuse(read.form == instants.Form.BAD, Reason.BAD_INSTANT)
    at = read.us
    local = read.form == instants.Form.LOCAL
    if local.any():
        at = _from_wall(table, place, at, np.flatnonzero(local), judge)
    judge.refuse(at < 0, Reason.BAD_INSTANT)
    segment = _segment_of(table, place, at)
    end = table.segments.end[segment]
    # A register is read once more at the very end of its life.
    valid = (at < end) | ((at == end) & ~table.is_interval[place])
    valid &= table.segments.start[segment] <= at
    judge.refuse(~valid, Reason.NOT_VALID_THEN)
    return at, segment


def _segment_of(table: PointTable, place: I32, at: I64) -> I32:
    """The last segment of each row's point that has begun by then; its first if none has."""
    segment = table.first[place]
    if not table.several:
        return segment
    count = table.count[place]
    rows = np.flatnonzero(count > 1)
    step = 1
    while len(rows):
        following = table.first[place[rows]] + step
        begun = table.segments.start[following] <= at[rows]
        segment[rows[begun]] = following[begun]
        step += 1
        rows = rows[count[rows] > step]
    return segment


def _from_wall(
    table: PointTable, place: I32, wall: I64, rows: npt.NDArray[np.intp], judge: _Judge
) -> I64:
    """Instants of rows that state none but the wall clock's; the zone is their point's.

    Which zone a point had then depends on the instant, and this on the zone: the zone of the
    wall clock's instant as if it were UTC decides, and only a change of zone within hours of it
    could make a difference.
    """
    at = wall.copy()
    segment = _segment_of(table, place[rows], wall[rows])
    zone = table.segments.zone[segment]
    nameless = np.zeros(len(wall), np.bool_)
    missing = np.zeros(len(wall), np.bool_)
    for number in np.unique(zone):
        chosen = rows[zone == number]
        if table.zone_names[number] is None:
            nameless[chosen] = True
        else:
            at[chosen], exists = table.zones[number].from_wall(wall[chosen])
            missing[chosen] = ~exists
    judge.refuse(nameless, Reason.NO_ZONE)
    judge.refuse(missing, Reason.BAD_INSTANT)
    return at


def _check_unit(offer: Offer, table: PointTable, place: I32, judge: _Judge) -> None:
    if offer.unit is None:
        return
    stated = offer.unit.length > 0
    if stated.any():
        wrong = table.unit_lookup.find(offer.unit) != table.unit[place]
        judge.refuse(stated & wrong, Reason.WRONG_UNIT)


def _flags(offer: Offer, judge: _Judge) -> U8:
    flags = np.zeros(len(offer), np.uint8) if offer.marks is None else offer.marks.copy()
    if offer.quality is not None:
        quality = _QUALITY_LOOKUP.find(offer.quality)
        absent = offer.quality.length <= 0
        judge.refuse((quality < 0) & ~absent, Reason.BAD_QUALITY)
        flags |= np.where(absent, np.uint8(0), _QUALITY_MARK[quality])
    return flags


def _revisions(offer: Offer, judge: _Judge) -> I64 | None:
    """None if all revisions are 0."""
    if offer.revision is None:
        return None
    revision = decimals.whole_numbers(offer.revision)
    revision[offer.revision.length <= 0] = 0
    judge.refuse((revision < 0) | (revision > _MOST_REVISION), Reason.BAD_REVISION)
    return revision


def _values(
    offer: Offer,
    table: PointTable,
    place: I32,
    segment: I32,
    judge: _Judge,
    flags: U8,
    revision: I64 | None,
) -> I64:
    numbers = decimals.parse(offer.value, table.decimals[place])
    fault = _FAULT_REASON[numbers.fault]
    null = offer.value.length < 0
    if null.any():
        fault[null] = 0
        _check_nulls(offer, judge, flags, null, revision)
    judge.refuse_by(fault)
    judge.refuse(numbers.mantissa > table.segments.largest[segment], Reason.TOO_LARGE)
    return numbers.mantissa


def _check_nulls(offer: Offer, judge: _Judge, flags: U8, null: Bools, revision: I64 | None) -> None:
    """A null withdraws and needs a revision; in a meter-change row it is just not stated."""
    if offer.marks is not None:
        null = null & ((offer.marks & (CHANGE | Mark.UNSTATED)) == 0)
    flags[null] |= np.uint8(Mark.NULL)
    withdrawn = (flags & Mark.NULL) != 0
    first = withdrawn if revision is None else withdrawn & (revision == 0)
    judge.refuse(first, Reason.NULL_WITHOUT_REVISION)


def _check_grid(
    table: PointTable, place: I32, segment: I32, at: I64, judge: _Judge, marks: U8 | None
) -> None:
    """An interval's reading stands on the grid counted from a Monday's local midnight."""
    is_interval = table.is_interval[place]
    if marks is not None:
        judge.refuse(is_interval & ((marks & CHANGE) != 0), Reason.NOT_A_REGISTER)
    if not is_interval.any():
        return
    wall = at + _shifts(table, segment, at)
    off = (wall - _FIRST_MONDAY_US) % table.segments.interval_us[segment] != 0
    judge.refuse(is_interval & off, Reason.OFF_GRID)


def _shifts(table: PointTable, segment: I32, at: I64) -> I64:
    zone = table.segments.zone[segment]
    if not zone.any():
        return np.zeros(len(at), np.int64)
    shift = np.zeros(len(at), np.int64)
    for number in np.unique(zone):
        rows = zone == number
        shift[rows] = table.zones[number].at(at[rows])
    return shift


def _nothing(judge: _Judge, place: I32) -> Verdict:
    none = np.empty(0, np.intp)
    empty = Readings(
        point=np.empty(0, np.uint32),
        at=np.empty(0, np.int64),
        value=np.empty(0, np.int64),
        revision=np.empty(0, np.uint32),
        flags=np.empty(0, np.uint8),
    )
    return Verdict(
        reason=judge.reason,
        place=place,
        kept=none,
        admitted=empty,
        partition=np.empty(0, np.int32),
    )


def _verdict(
    table: PointTable,
    judge: _Judge,
    place: I32,
    owner: I32,
    columns: tuple[I64, I64, I64 | None, U8],
) -> Verdict:
    at, value, revision, flags = columns
    if revision is None:
        revisions = np.zeros(len(at), np.uint32)
    else:
        revisions = np.clip(revision, 0, _MOST_REVISION).astype(np.uint32)
    whole = Readings(point=table.number[place], at=at, value=value, revision=revisions, flags=flags)
    partition = table.partition[owner]
    if not judge.reason.any():
        return Verdict(
            reason=judge.reason, place=place, kept=None, admitted=whole, partition=partition
        )
    kept = np.flatnonzero(judge.reason == 0)
    return Verdict(
        reason=judge.reason,
        place=place,
        kept=kept,
        admitted=whole.take(kept),
        partition=partition[kept],
    )
