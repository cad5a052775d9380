"""Transfers (调剂): one part gives, another takes, and the sum stays what it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, Inexact

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import State, Target
from services.evaluator.domain.targets.exactly import day, shown
from services.evaluator.domain.targets.sound import adds_up
from services.evaluator.domain.targets.tree import cut_of

_EXACT = Context(prec=60, traps=[Inexact])


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """`amount` from one target to another, both parts of the same whole.

    giver may also be the whole itself: then it comes out of its reserve. years: further amounts by
    year, where single years were set. approver, approved_on, effective_from: as of a target; needed
    when the two are approved. A giver or taker that is itself shared out takes from or adds to its
    own reserve.
    """

    giver: str
    taker: str
    amount: Decimal
    reason: str
    years: Mapping[str, Decimal] = field(default_factory=dict)
    approver: str = ""
    approved_on: str = ""
    effective_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The new versions of giver and taker, or why there are none."""

    drafts: tuple[Target, ...] = ()
    faults: tuple[Wrong, ...] = ()


def transfer(
    wanted: Transfer, known: Mapping[str, Sequence[Target]], shared_out: frozenset[str]
) -> Moved:
    """What the transfer makes of both sides; `shared_out`: codes of targets that have parts."""
    faults = _faults(wanted, known)
    if faults:
        return Moved(faults=tuple(faults))
    giver, taker = known[wanted.giver][-1], known[wanted.taker][-1]
    try:
        given = _given(giver, taker, wanted, shared_out)
        taken = _changed(taker, giver.code, wanted, 1, taker.code in shared_out)
    except _RefusedError as error:
        return Moved(faults=(error.wrong,))
    return Moved(drafts=(given, taken))


class _RefusedError(Exception):
    """The amount cannot be moved."""

    def __init__(self, key: str, name: str, message: str) -> None:
        super().__init__(message)
        self.wrong = Wrong(key=key, field=name, message=message)


def _faults(wanted: Transfer, known: Mapping[str, Sequence[Target]]) -> list[Wrong]:
    found = [
        Wrong(key=code, field=name, message=f"there is no target {code!r}")
        for name, code in (("giver", wanted.giver), ("taker", wanted.taker))
        if code not in known
    ]
    if wanted.amount <= 0:
        message = f"{shown(wanted.amount)} is not above zero: exchange giver and taker instead"
        found.append(Wrong(key=wanted.giver, field="amount", message=message))
    if not wanted.reason.strip():
        found.append(Wrong(key=wanted.giver, field="reason", message="say why it is transferred"))
    if not found:
        found += _unlike(wanted, known[wanted.giver][-1], known[wanted.taker][-1], known)
    return found


def _unlike(
    wanted: Transfer, giver: Target, taker: Target, known: Mapping[str, Sequence[Target]]
) -> list[Wrong]:
    """Why the two cannot exchange anything."""

    def wrong(name: str, message: str) -> Wrong:
        return Wrong(key=wanted.giver, field=name, message=message)

    if giver.code == taker.code:
        return [wrong("taker", "giver and taker are the same target")]
    out_of_whole = taker.parent == giver.code
    if not out_of_whole and (not giver.parent or giver.parent != taker.parent):
        return [
            wrong(
                "taker",
                f"{giver.code} is a part of {giver.parent or 'nothing'}, {taker.code} of "
                f"{taker.parent or 'nothing'}: only parts of the same whole can exchange",
            )
        ]
    if not out_of_whole and cut_of(giver) != cut_of(taker):
        message = f"{giver.code} and {taker.code} belong to different cuts of {giver.parent}"
        return [wrong("taker", message)]
    if not adds_up(giver):
        return [wrong("amount", f"a {giver.form} in {giver.unit} is a rate: nothing can be moved")]
    return _unready(wanted, (giver, taker), known, wrong_key=wanted.giver)


def _unready(
    wanted: Transfer,
    both: tuple[Target, Target],
    known: Mapping[str, Sequence[Target]],
    wrong_key: str,
) -> list[Wrong]:
    found = []
    for target in both:
        if target.value is None:
            found.append(Wrong(key=target.code, field="value", message="has no value yet"))
        if target.state is State.SUPERSEDED:
            found.append(Wrong(key=target.code, field="state", message="is superseded"))
        earlier = known[target.code][:-1]
        if target.state is State.DRAFT and any(one.state is not State.DRAFT for one in earlier):
            message = "a changed version waits to be approved: approve it, or write the old again"
            found.append(Wrong(key=target.code, field="state", message=message))
    states = {target.state is State.DRAFT for target in both}
    if not found and len(states) > 1:
        message = f"{both[0].code} is {both[0].state}, {both[1].code} is {both[1].state}"
        found.append(Wrong(key=wrong_key, field="state", message=message))
    return found or _undated(wanted, both)


def _undated(wanted: Transfer, both: tuple[Target, Target]) -> list[Wrong]:
    """Approved targets change from a day on, and somebody approves it."""
    if both[0].state is State.DRAFT:
        return []
    found = []
    if not wanted.approver.strip():
        message = "both are in force: say who approves the transfer"
        found.append(Wrong(key=wanted.giver, field="approver", message=message))
    effective = day(wanted.effective_from)
    for target in both:
        since = day(target.effective_from) or date.min
        if effective is None or effective < since:
            message = f"say from which day it holds, not before {target.effective_from}"
            found.append(Wrong(key=target.code, field="effective_from", message=message))
    return found


def _given(giver: Target, taker: Target, wanted: Transfer, shared_out: frozenset[str]) -> Target:
    if taker.parent != giver.code:
        return _changed(giver, taker.code, wanted, -1, giver.code in shared_out)
    reserve = _plus(giver, "amount", giver.reserve, -wanted.amount)
    if reserve < 0:
        message = f"its reserve is {shown(giver.reserve)} {giver.unit}, less than the amount"
        raise _RefusedError(giver.code, "amount", message)
    return _dated(replace(giver, reserve=reserve), taker.code, wanted, -1)


def _changed(
    target: Target, other: str, wanted: Transfer, sign: int, is_shared_out: bool
) -> Target:
    value = _plus(target, "amount", target.value or Decimal(0), sign * wanted.amount)
    if value < 0:
        message = f"has {shown(target.value or Decimal(0))} {target.unit}: it would go below zero"
        raise _RefusedError(target.code, "amount", message)
    changed = replace(target, value=value, yearly=_years(target, wanted, sign))
    if is_shared_out:
        reserve = _plus(target, "amount", target.reserve, sign * wanted.amount)
        if reserve < 0:
            message = (
                f"is shared out: only its reserve of {shown(target.reserve)} {target.unit} can be "
                "given; take the rest from its parts first"
            )
            raise _RefusedError(target.code, "amount", message)
        changed = replace(changed, reserve=reserve)
    return _dated(changed, other, wanted, sign)


def _years(target: Target, wanted: Transfer, sign: int) -> dict[str, Decimal]:
    """Values of single years; the last year's goes with the target's own."""
    amounts = {str(target.last_year): wanted.amount, **wanted.years}
    found = dict(target.yearly)
    for year, amount in amounts.items():
        if year in found:
            found[year] = _plus(target, f"years.{year}", found[year], sign * amount)
        elif year in wanted.years:
            raise _RefusedError(target.code, f"years.{year}", "has no value of that year")
        if found.get(year, 0) < 0:
            raise _RefusedError(target.code, f"years.{year}", "would go below zero")
    return found


def _plus(target: Target, name: str, value: Decimal, more: Decimal) -> Decimal:
    try:
        return _EXACT.add(value, more)
    except Inexact:
        raise _RefusedError(target.code, name, "has too many digits to be added") from None


def _dated(changed: Target, other: str, wanted: Transfer, sign: int) -> Target:
    named = replace(
        changed,
        reason=wanted.reason.strip(),
        counterpart=other,
        transferred=wanted.amount.copy_negate() if sign < 0 else wanted.amount,
    )
    if changed.state is State.DRAFT:
        return named
    return replace(
        named,
        approver=wanted.approver.strip(),
        approved_on=wanted.approved_on or wanted.effective_from,
        effective_from=wanted.effective_from,
    )
