"""What a refused reading's sender is told: which one, why, and what to do about it."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from services.ingest.domain.admission.admission import QUALITIES, REASONS, Offer, Reason, Verdict
from services.ingest.domain.admission.points import PointTable
from shared.model.instants import SECOND_US

_SENTENCES: Mapping[Reason, str] = {
    Reason.UNKNOWN_POINT: "there is no metering point {point!r}: import it into the catalogue",
    Reason.NOT_YOURS: "the point belongs to {owner}, which your key does not cover: ask an "
    "operator for a key with that scope",
    Reason.BAD_INSTANT: "{at!r} is not an instant as RFC 3339 writes it, to the microsecond, from "
    "1970 on, such as 2026-03-02T00:05:00+08:00",
    Reason.NO_ZONE: "{at!r} has no zone and the point declares none: send "
    "2026-03-02T00:05:00+08:00 or have the point's zone declared",
    Reason.NOT_VALID_THEN: "the point does not exist at that instant: its validity in the "
    "catalogue does not cover it",
    Reason.FUTURE: "the instant lies in the future: check the meter's clock and the zone",
    Reason.TOO_OLD: "{at!r} is too long ago: check the meter's clock; an operator can admit older "
    "readings with QINGYU_PAST_YEARS",
    Reason.WRONG_UNIT: "the point's readings are in {unit}, not in {stated!r}: convert them or "
    "leave the unit out",
    Reason.BAD_QUALITY: "the quality must be one of " + ", ".join(QUALITIES),
    Reason.BAD_REVISION: "the revision must be a whole number from 0 to 2147483648",
    Reason.NULL_WITHOUT_REVISION: "a null value withdraws a reading and needs a revision above "
    "that of the reading",
    Reason.NOT_A_NUMBER: "{value!r} is not a decimal number such as 1234.56",
    Reason.NEGATIVE: "a reading cannot be below zero: what flows the other way has a point of its "
    "own with another flow",
    Reason.TOO_FINE: "{value} has more than the {decimals} decimals that the point declares",
    Reason.TOO_LARGE: "{value} is more than the point's digits or the books can hold",
    Reason.OFF_GRID: "the instant is not on the point's grid of {interval} s, counted from Monday "
    "1970-01-05T00:00 in {zone}",
    Reason.NOT_A_REGISTER: "only a register has meter changes; this point's readings are intervals",
}


def refusals(
    offer: Offer, verdict: Verdict, table: PointTable, rows: npt.NDArray[np.intp]
) -> list[dict[str, str]]:
    """Point, instant, reason and sentence for each of the (refused) rows."""
    return [_refusal(offer, verdict, table, int(row)) for row in rows]


def _refusal(offer: Offer, verdict: Verdict, table: PointTable, row: int) -> dict[str, str]:
    reason = REASONS[verdict.reason[row]]
    known = {"point": offer.point.text(row) or "", "at": offer.at.text(row) or ""}
    more = {"value": offer.value.text(row), "stated": offer.unit.text(row) if offer.unit else ""}
    if reason is not Reason.UNKNOWN_POINT:
        more |= _of_point(table, int(verdict.place[row]))
    detail = _SENTENCES[reason].format(**known, **more)
    return {**known, "reason": reason.value, "detail": detail}


def _of_point(table: PointTable, place: int) -> dict[str, str | None]:
    segment = int(table.first[place] + table.count[place] - 1)
    return {
        "owner": table.owners[table.owner[place]],
        "unit": table.units[table.unit[place]],
        "decimals": str(table.decimals[place]),
        "interval": str(table.segments.interval_us[segment] // SECOND_US),
        "zone": table.zone_names[table.segments.zone[segment]] or "UTC",
    }


def counts(verdict: Verdict) -> dict[str, int]:
    """How many rows met each reason, admitted ones too."""
    found = np.bincount(verdict.reason, minlength=len(REASONS))
    return {REASONS[code].value: int(found[code]) for code in np.flatnonzero(found)}
