"""How numbers of a brief are printed: rounding, units, direction and size words, in one place.

Halves go away from nought (四舍五入). A direction word goes by the printed number: what prints as
0.0 has not moved. Whoever needs a number in a brief prints it here, so that text and tables agree.
"""

from dataclasses import dataclass
from fractions import Fraction

from services.alerts.domain.briefs.facts import Amount, Label
from shared.model.exact import text

PERCENT_DECIMALS = 1
"""Per cent and percentage points."""
DUTY_DECIMALS = 2
"""Per cent of a target: offices publish what is done and what is left so (100.39 %, 12.75 %)."""
INTENSITY_DECIMALS = 3
SMALL_INTENSITY = Fraction(1, 10)
"""Below it an intensity is printed with so many digits that count:"""
SIGNIFICANT = 4
_MOST_DECIMALS = 9
OTHER_DECIMALS = 2
"""Of a unit that nobody foresaw."""
SLIGHT = Fraction(1)
"""A change below it (per cent, printed) is slight (小幅);"""
MARKED = Fraction(5)
"""from it on marked (明显);"""
SHARP = Fraction(10)
"""from it on sharp (大幅)."""
TEN_THOUSAND = 10_000

MISSING = Label("暂无数据", "no data")
NOT_RATED = Label("不作评级", "not rated")


@dataclass(frozen=True, slots=True, order=True)
class Printed:
    """A number as it is printed: a whole number of units of its last decimal."""

    mantissa: int
    decimals: int

    def __str__(self) -> str:
        """Plain decimal notation; nought has no sign."""
        return text(self.mantissa, self.decimals)

    @property
    def sign(self) -> int:
        """Minus one, nought or one."""
        return (self.mantissa > 0) - (self.mantissa < 0)

    @property
    def value(self) -> Fraction:
        """The printed number exactly."""
        return Fraction(self.mantissa, 10**self.decimals)

    @property
    def size(self) -> "Printed":
        """Without its sign."""
        return Printed(abs(self.mantissa), self.decimals)

    def less(self, other: "Printed") -> "Printed":
        """The difference of two printed numbers of the same decimals."""
        return Printed(self.mantissa - other.mantissa, self.decimals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """size: how many of the exact unit are one printed unit.

    spoken: as it is said in a sentence that has named the measure.
    """

    size: int
    decimals: int
    label: Label
    spoken: Label


def _unit(size: int, decimals: int, zh: str, en: str, spoken: str = "") -> Unit:
    return Unit(size=size, decimals=decimals, label=Label(zh, en), spoken=Label(spoken or zh, en))


_REGIONS = {
    "tce": _unit(TEN_THOUSAND, 2, "万吨标准煤", "ten-thousand tce"),
    "tCO2": _unit(TEN_THOUSAND, 2, "万吨二氧化碳", "ten-thousand tCO2", "万吨"),
    "tCO2e": _unit(TEN_THOUSAND, 2, "万吨二氧化碳当量", "ten-thousand tCO2e"),
    "tce/万元": _unit(1, INTENSITY_DECIMALS, "吨标准煤/万元", "tce per ten-thousand CNY"),
    "tCO2/万元": _unit(
        1, INTENSITY_DECIMALS, "吨二氧化碳/万元", "tCO2 per ten-thousand CNY", "吨/万元"
    ),
    "tCO2e/万元": _unit(1, INTENSITY_DECIMALS, "吨二氧化碳当量/万元", "tCO2e per ten-thousand CNY"),
    "万元": _unit(TEN_THOUSAND, 2, "亿元", "hundred-million CNY"),
}
_ENTERPRISES = {
    "tce": _unit(1, 0, "吨标准煤", "tce"),
    "tCO2": _unit(1, 0, "吨二氧化碳", "tCO2"),
    "tCO2e": _unit(1, 0, "吨二氧化碳当量", "tCO2e"),
    "MWh": _unit(1, 0, "兆瓦时", "MWh"),
    "kWh": _unit(TEN_THOUSAND, 2, "万千瓦时", "ten-thousand kWh"),
}


def rounded(value: Fraction, decimals: int) -> Printed:
    """The value to so many decimals, halves away from nought."""
    return _divided(value.numerator, value.denominator, decimals)


def _divided(above: int, below: int, decimals: int) -> Printed:
    """The quotient rounded, in whole numbers: a brief prints a hundred thousand of them."""
    whole = (2 * abs(above) * 10**decimals + below) // (2 * below)
    return Printed(-whole if above < 0 else whole, decimals)


def unit_of(name: str, *, enterprise: bool = False) -> Unit:
    """How amounts in the exact unit are printed, of regions or of enterprises."""
    found = (_ENTERPRISES if enterprise else _REGIONS).get(name)
    return found or _unit(1, OTHER_DECIMALS, name, name)


def amount(value: Fraction, unit: str, *, enterprise: bool = False) -> Printed:
    """An amount in its printed unit; small intensities get as many decimals as they need."""
    how = unit_of(unit, enterprise=enterprise)
    if "/" in unit and 0 < abs(value) < SMALL_INTENSITY * how.size:
        scaled = value / how.size
        return rounded(scaled, _needed(abs(scaled)))
    return _divided(value.numerator, value.denominator * how.size, how.decimals)


def _needed(size: Fraction) -> int:
    """Decimals that leave four digits which count."""
    decimals = SIGNIFICANT
    while size * 10 ** (decimals - SIGNIFICANT + 1) < 1 and decimals < _MOST_DECIMALS:
        decimals += 1
    return decimals


def percent(value: Fraction) -> Printed:
    """Per cent or percentage points."""
    return rounded(value, PERCENT_DECIMALS)


def percent_text(value: Fraction | None) -> Label:
    """Per cent for the cell of a table."""
    return MISSING if value is None else both(str(percent(value)))


def duty(value: Fraction) -> Printed:
    """Per cent of a target: since its base, its progress, the progress due, what is left."""
    return rounded(value, DUTY_DECIMALS)


def duty_text(value: Fraction | None) -> Label:
    """Per cent of a target for the cell of a table."""
    return MISSING if value is None else both(str(duty(value)))


def amount_text(one: Amount, *, enterprise: bool = False) -> Label:
    """An amount for the cell of a table."""
    if one.value is None:
        return MISSING
    return both(str(amount(one.value, one.unit, enterprise=enterprise)))


def both(same: str) -> Label:
    """What is the same in both languages."""
    return Label(same, same)


def size_words(moved: Printed) -> Label:
    """小幅, 明显 or 大幅; nothing for what is between slight and marked."""
    size = abs(moved.value)
    if size < SLIGHT:
        return Label("小幅", " slightly")
    if size < MARKED:
        return Label("", "")
    return Label("明显", " markedly") if size < SHARP else Label("大幅", " sharply")


def direction(moved: Printed, measure: str) -> Label:
    """增长 or 下降 of totals, 上升 or 下降 of intensities; 持平 for what prints as nought."""
    if moved.sign == 0:
        return Label("持平", "unchanged")
    if moved.sign < 0:
        return Label("下降", "down")
    return Label("上升" if measure.endswith("intensity") else "增长", "up")


def change(moved: Printed, measure: str, *, sized: bool = False) -> Label:
    """`增长3.2%`, `小幅下降0.1%`, `持平`; `up by 3.2%`, `down slightly by 0.1%`, `unchanged`."""
    word = direction(moved, measure)
    if moved.sign == 0:
        return word
    size = size_words(moved) if sized else Label("", "")
    return Label(f"{size.zh}{word.zh}{moved.size}%", f"{word.en}{size.en} by {moved.size}%")


def trend(now: Printed, before: Printed | None, moved: Printed) -> Label:
    """How the change itself has changed since the period before, by the printed numbers.

    now, before: the changes in per cent; moved: the first less the second in percentage points.
    """
    points = moved.size
    if before is None or now.sign == 0 or before.sign == 0:
        return _plain_trend(moved)
    if now.sign != before.sign:
        return _turned(now, points)
    word = Label("增幅", "rise") if now.sign > 0 else Label("降幅", "fall")
    if moved.sign == 0:
        return Label(f"{word.zh}与上期持平", f"the {word.en} was the same as in the period before")
    wider = moved.sign == now.sign
    return Label(
        f"{word.zh}{'扩大' if wider else '收窄'}{points}个百分点",
        f"the {word.en} {'widened' if wider else 'narrowed'} by {points} percentage points",
    )


def _turned(now: Printed, points: Printed) -> Label:
    if now.sign > 0:
        return Label(
            f"由降转升，较上期回升{points}个百分点",
            f"turning from a fall to a rise, {points} percentage points higher"
            " than in the period before",
        )
    return Label(
        f"由升转降，较上期回落{points}个百分点",
        f"turning from a rise to a fall, {points} percentage points lower"
        " than in the period before",
    )


def _plain_trend(moved: Printed) -> Label:
    if moved.sign == 0:
        return Label("变化率与上期持平", "the rate was the same as in the period before")
    word = Label("回升", "higher") if moved.sign > 0 else Label("回落", "lower")
    return Label(
        f"较上期{word.zh}{moved.size}个百分点",
        f"{moved.size} percentage points {word.en} than in the period before",
    )


def pull(points: Printed) -> Label:
    """拉动: what a part adds to the change of the whole, or takes off it."""
    if points.sign == 0:
        return Label("对总量变化无拉动", "leaving the total unchanged")
    size = points.size
    if points.sign > 0:
        return Label(f"拉动总量增长{size}个百分点", f"adding {size} percentage points to the total")
    return Label(f"拉动总量下降{size}个百分点", f"taking {size} percentage points off the total")


def share_change(points: Printed) -> Label:
    """How a share has changed."""
    if points.sign == 0:
        return Label("占比与上年同期持平", "the same as a year earlier")
    word = Label("提高", "higher") if points.sign > 0 else Label("下降", "lower")
    return Label(
        f"占比同比{word.zh}{points.size}个百分点",
        f"{points.size} percentage points {word.en} than a year earlier",
    )


def listed(items: tuple[Label, ...]) -> Label:
    """A、B、C; A, B, C."""
    return Label("、".join(one.zh for one in items), ", ".join(one.en for one in items))


def ranks(values: tuple[Printed, ...]) -> tuple[int, ...]:
    """The rank of each, the largest first; what prints the same shares a rank (1, 2, 2, 4)."""
    order = sorted((one.value for one in values), reverse=True)
    return tuple(order.index(one.value) + 1 for one in values)
