"""Stack measurements: hours of concentration × flow, or of mass, become a measured mass of CO2.

Only hours that the instrument marks as normal count. An hour that is marked otherwise, or that is
not there, is a gap: it is not nought, and nothing is put in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, Source, absent, leaf
from shared.model.period import Period

NORMAL = "N"
GAPS: Mapping[str, Label] = {
    "T": Label("超测量上限", "above measuring range"),
    "S": Label("人工设定值", "value set by hand"),
    "F": Label("排放源停运", "source stopped"),
    "M": Label("维护", "maintenance"),
    "C": Label("校准", "calibration"),
    "D": Label("仪器故障", "instrument fault"),
    "B": Label("通信中断", "instrument not reached"),
    "P": Label("电源故障", "power failure"),
    "": Label("没有数据", "no data"),
}
"""What the flags of HJ 212 other than N mean; none of them is a measurement of the source."""

MG_A_TONNE = 10**9
SHORT_TON = Fraction("0.90718474")
"""Tonnes in a short ton, exactly."""
POUND = Fraction("0.00045359237")
_TONNES = {
    "t": Fraction(1),
    "kg": Fraction(1, 1000),
    "g": Fraction(1, 10**6),
    "mg": Fraction(1, MG_A_TONNE),
    "short-ton": SHORT_TON,
    "lb": POUND,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Hours of one stack: columns of equal length, an hour at most once.

    hour: numbers of UTC hours. concentration: mg/m³. flow: m³ in the hour. flag: HJ 212's mark of
    the hour, the worse one of both instruments. None where there is no value.
    """

    hour: tuple[int, ...]
    concentration: tuple[Fraction | None, ...]
    flow: tuple[Fraction | None, ...]
    flag: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Masses:
    """Hours of a stack whose mass was worked out elsewhere, in `unit` (`t`, `short-ton`, `lb`)."""

    hour: tuple[int, ...]
    mass: tuple[Fraction | None, ...]
    flag: tuple[str, ...]
    unit: str = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What the hours of a period come to.

    tonnes: of the valid hours alone. gaps: how many hours lack a valid value, by flag. The source
    stood still in `stopped` of them.
    """

    tonnes: Fraction
    valid: int
    hours: int
    gaps: Mapping[str, int]

    @property
    def stopped(self) -> int:
        """Hours in which the source is said to have been off."""
        return self.gaps.get("F", 0)

    @property
    def completeness(self) -> Fraction:
        """Valid hours ÷ hours of the period in which the source was not said to be off."""
        running = self.hours - self.stopped
        return Fraction(self.valid, running) if running else Fraction(0)


def of_stack(stack: Stack, period: Period) -> Measurement:
    """The mass of the valid hours of the period, exactly; raises ValueError for a doubled hour."""
    masses = tuple(
        None if c is None or f is None else c * f / MG_A_TONNE
        for c, f in zip(stack.concentration, stack.flow, strict=True)
    )
    return of_masses(Masses(hour=stack.hour, mass=masses, flag=stack.flag), period)


def of_masses(masses: Masses, period: Period) -> Measurement:
    """As of_stack; raises ValueError for a doubled hour or an unknown unit."""
    if masses.unit not in _TONNES:
        raise ValueError(f"{masses.unit!r} is no unit of mass: use {', '.join(_TONNES)}")
    if len(set(masses.hour)) != len(masses.hour):
        raise ValueError("an hour stands here twice")
    total, valid = Fraction(0), 0
    gaps: dict[str, int] = {}
    for hour, mass, flag in zip(masses.hour, masses.mass, masses.flag, strict=True):
        if not period.first_hour <= hour < period.end_hour:
            continue
        if flag == NORMAL and mass is not None:
            total, valid = total + mass, valid + 1
        else:
            mark = "" if flag == NORMAL else flag
            gaps[mark] = gaps.get(mark, 0) + 1
    silent = period.hours - valid - sum(gaps.values())
    if silent:
        gaps[""] = gaps.get("", 0) + silent
    return Measurement(
        tonnes=total * _TONNES[masses.unit], valid=valid, hours=period.hours, gaps=gaps
    )


def worse(flags: Sequence[str]) -> str:
    """The flag of an hour from those of its instruments: the first that is not normal."""
    return next((flag for flag in flags if flag != NORMAL), NORMAL)


def measured(measurement: Measurement, source: Source) -> Figure:
    """The mass as a figure for an account; hours without a valid value are flagged.

    A period without any valid hour is missing, not nought.
    """
    label = Label("烟气实测二氧化碳排放", "CO2 measured at the stack")
    if measurement.valid == 0:
        reason = Label("没有有效的烟气监测小时", "no valid hour of stack measurement")
        return absent(label, "tCO2", reason)
    return leaf(label, measurement.tonnes, "tCO2", source, flags=tuple(_flags(measurement)))


def stack_source(href: str, pointer: str, measurement: Measurement) -> Source:
    """Where a measured mass was read, with its hours beside it."""
    return Source(
        kind=LeafKind.BOOK,
        href=href,
        pointer=pointer,
        notes={
            "valid_hours": str(measurement.valid),
            "hours": str(measurement.hours),
            **{f"gap_{flag or 'silent'}": str(count) for flag, count in measurement.gaps.items()},
        },
    )


def _flags(measurement: Measurement) -> list[Label]:
    found: list[Label] = []
    for flag, count in sorted(measurement.gaps.items()):
        what = GAPS.get(flag) or Label(f"标记{flag}", f"flag {flag}")
        found.append(
            Label(
                f"烟气监测缺{count}小时：{what.zh}，未补零",
                f"{count} hours of stack measurement lack ({what.en}); they are no noughts",
            )
        )
    return found
