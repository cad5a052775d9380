"""Budgets of the small province, and the warnings that its books must lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shared.model.instants import hour_iso
from shared.model.period import Period, parse_period
from tests.system.world import CITY, COUNTIES, ELECTRICITY, GAS, PROVINCE, SCALES, TAG, Books, World
from tests.unit.evaluator.judge_oracle import levels

ZONE = "Asia/Shanghai"
WORDS = ("none", "notice", "yellow", "orange", "red")
Sequences = dict[tuple[str, str], list[tuple[str, str]]]
"""(budget, rule) -> (hour, level) of every change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The numbers of the standard policy, as the issue gives them."""

    used: tuple[tuple[int, int], ...] = ((1, 80), (2, 90), (3, 95), (4, 100))
    used_clear_line_percent: int = 99
    pace: tuple[tuple[int, int], ...] = ((2, 5), (3, 10), (4, 20))
    pace_fall_points: int = 1
    pace_from: Fraction = Fraction(1, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Linear, or per cent by month."""

    kind: str
    shares: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version; the first is in effect from the beginning."""

    total: Decimal
    phasing: Shape
    effective_from_hour: int = -(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A budget as it is posted and as it is judged."""

    code: str
    subject: str
    carrier: str
    period_text: str
    total: Decimal
    months: tuple[str, ...] = ()
    zone: str = ZONE

    @property
    def body(self) -> dict[str, object]:
        """What is posted."""
        phased = {"months": list(self.months)} if self.months else {}
        return {
            "code": self.code,
            "name": self.code,
            "subject": self.subject,
            "carrier": self.carrier,
            "period": self.period_text,
            "zone": self.zone,
            "total": f"{self.total:f}",
            **phased,
        }

    @property
    def period(self) -> Period:
        """Its hours."""
        return parse_period(self.period_text, self.zone)

    @property
    def policy(self) -> Standard:
        """The standard one."""
        return Standard()

    @property
    def versions(self) -> tuple[Version, ...]:
        """Only one."""
        shares = tuple(map(Decimal, self.months))
        shape = Shape(kind="months" if self.months else "linear", shares=shares)
        return (Version(total=self.total, phasing=shape),)


_PARTS = (
    ("own-power", "enterprise", ELECTRICITY, "0.97", ()),
    ("own-gas", "enterprise", GAS, "1.04", ()),
    ("county-power", f"region:{COUNTIES[0]}", ELECTRICITY, "0.99", ("54", "46")),
    ("other-county-power", f"region:{COUNTIES[1]}", ELECTRICITY, "1.1", ()),
    ("city-power", f"region:{CITY}", ELECTRICITY, "0.96", ()),
    ("province-power", f"region:{PROVINCE}", ELECTRICITY, "1.01", ("47.5", "52.5")),
    ("province-gas", f"region:{PROVINCE}", GAS, "0.93", ()),
    ("park-power", f"tag:{TAG}", ELECTRICITY, "0.985", ()),
)


def limits(world: World, books: Books) -> tuple[Limit, ...]:
    """Budgets of every kind of subject, a little above or below what will be used."""
    own = f"enterprise:{world.enterprises[0].code}"
    found: list[Limit] = []
    for code, place, carrier, share, months in _PARTS:
        subject = own if place == "enterprise" else place
        used = Decimal(sum(books[subject, carrier].values())).scaleb(-SCALES[carrier])
        found.append(
            Limit(
                code=f"KILLS-{code}",
                subject=subject,
                carrier=carrier,
                period_text="2026-03-16/2026-04-16",
                total=(used * Decimal(share)).quantize(Decimal(1)),
                months=months,
            )
        )
    return tuple(found)


def warnings_of(limit: Limit, hours: Mapping[int, int], to_hour: int) -> Sequences:
    """How the levels of both rules must change in the hours before `to_hour`."""
    exact = {hour: Fraction(q, 10 ** SCALES[limit.carrier]) for hour, q in hours.items()}
    used, pace, _ = levels(limit, exact, to_hour)
    turns: dict[str, Any] = {"used": used, "pace": pace}
    return {
        (limit.code, rule): [(hour_iso(hour), WORDS[level]) for hour, level in found]
        for rule, found in turns.items()
        if found
    }
