"""The books page: which time to show, and the curve of what was used against the budget's line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.console.entrypoints.chart import Drawing, Frame, Point, Series, draw
from services.console.entrypoints.figures import grouped, local, number, share
from services.console.entrypoints.forecasting import Ahead
from shared.model.instants import HOUR_US, hour_iso, iso, to_us
from shared.model.period import Period, UnknownZoneError, between, parse_period

STEPS = ("hour", "day", "month")
DEFAULT_ZONE = "Asia/Shanghai"
WIDE = Frame(width=960, height=330)
NARROW = Frame(width=380, height=300, left=46, right=8)
_HOURS_SHOWN = timedelta(days=3)
_LONGEST = {"hour": timedelta(days=31), "day": timedelta(days=400), "month": timedelta(days=8000)}

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that the table shows; dates on the clock of the zone, the end not included."""

    first: date
    end: date
    step: str
    zone: str

    @property
    def period(self) -> Period:
        """The same in hours."""
        return between(self.first, self.end, self.zone)

    @property
    def params(self) -> dict[str, str]:
        """For the evaluator."""
        return {
            "from": hour_iso(self.period.first_hour),
            "to": hour_iso(self.period.end_hour),
            "step": self.step,
        }


def period_of(budget: Document | None, now: datetime) -> Period:
    """The budget's period, or this year."""
    if budget is not None:
        try:
            return parse_period(str(budget["period"]), str(budget["zone"]))
        except (ValueError, UnknownZoneError):
            return parse_period(str(now.year), DEFAULT_ZONE)
    return parse_period(str(now.year), DEFAULT_ZONE)


def window_of(asked: Mapping[str, str], period: Period, watermark: datetime | None) -> Window:
    """What was asked for, filled up from the period; raises ValueError for dates that are none."""
    step = asked.get("step", "month")
    if step not in STEPS:
        raise ValueError(f"step is one of {', '.join(STEPS)}")
    first, end = _dates(period)
    if step == "hour" and "from" not in asked:
        last = min(watermark, _instant(period.end_hour)) if watermark else _instant(period.end_hour)
        end = _day(last + timedelta(hours=23), period.zone_name)
        first = end - _HOURS_SHOWN
    first = date.fromisoformat(asked["from"]) if asked.get("from") else first
    end = date.fromisoformat(asked["to"]) if asked.get("to") else end
    if end <= first:
        raise ValueError("the end lies before the beginning")
    return Window(
        first=first, end=min(end, first + _LONGEST[step]), step=step, zone=period.zone_name
    )


def _dates(period: Period) -> tuple[date, date]:
    return (
        _day(_instant(period.first_hour), period.zone_name),
        _day(_instant(period.end_hour), period.zone_name),
    )


def _instant(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC)


def _day(moment: datetime, zone_name: str) -> date:
    return date.fromisoformat(local(moment.isoformat(), zone_name, "%Y-%m-%d"))


def lane_of(
    lanes: Sequence[Document], asked: Mapping[str, str], budget: Document | None
) -> Document | None:
    """The carrier and flow to show: as asked for, else what the budget limits, else the first."""
    wanted = [
        lane
        for lane in lanes
        if asked.get("carrier") in (None, lane["carrier"])
        and asked.get("flow") in (None, lane["flow"])
    ]
    unit = budget["unit"] if budget else None
    limited = [lane for lane in wanted if lane["unit"] == unit]
    return next(iter((*limited, *wanted)), None)


def days_of(
    lanes: Sequence[Document], lane: Document | None, budget: Document | None
) -> list[Document]:
    """The daily hours that the chart adds up: of the lane, or of all imports if it is tce."""
    if lane is None:
        return []
    if budget is not None and budget["unit"] == "tce":
        return _as_coal([one for one in lanes if one["flow"] == "import"])
    same = [one for one in lanes if _key(one) == _key(lane)]
    return list(same[0]["hours"]) if same else []


def _key(lane: Document) -> tuple[str, str]:
    return lane["carrier"], lane["flow"]


def _as_coal(lanes: Sequence[Document]) -> list[Document]:
    """Days of several carriers put together: their tce added, the least complete one counts."""
    days: dict[str, dict[str, str]] = {}
    for hour in (hour for lane in lanes for hour in lane["hours"]):
        day = days.setdefault(hour["start"], {**hour, "quantity": "0", "estimated": "0"})
        day["quantity"] = str(_decimal(day["quantity"]) + _decimal(hour.get("tce")))
        day["completeness"] = str(
            min(_decimal(day.get("completeness")), _decimal(hour.get("completeness")))
        )
    return [days[start] for start in sorted(days)]


def _decimal(text: str | None) -> Decimal:
    return number(text) or Decimal(0)


def drawings(
    days: Sequence[Document],
    period: Period,
    budget: Document | None,
    warnings: Sequence[Document],
    words: Mapping[str, str],
    ahead: Ahead | None = None,
) -> tuple[Drawing, Drawing]:
    """The chart for wide and for narrow screens; `days`: daily hours of the book, in order."""
    coming = ahead or Ahead()
    series = Series(
        used=_used(days, period, budget),
        line=_line(period, budget),
        total=_float(budget["total"]) if budget else None,
        cells=[_cell(day, period, words) for day in days],
        marks=_marks(warnings, period, words),
        months=_months(period),
        ahead=coming.course,
        fan=coming.fan,
    )
    return draw(series, WIDE), draw(series, NARROW)


def _place(us: int, period: Period) -> float:
    first = period.first_hour * HOUR_US
    return min(max((us - first) / (period.hours * HOUR_US), 0.0), 1.0)


def _used(days: Sequence[Document], period: Period, budget: Document | None) -> list[Point]:
    """Running sums at the end of each day, to the watermark if one is known."""
    state = (budget or {}).get("state") or {}
    mark = state.get("watermark")
    until = _us(mark) if mark else None
    points: list[Point] = [(0.0, 0.0)]
    running = 0.0
    for day in days:
        start = _us(day["start"])
        if until is not None and start >= until:
            break
        running += _float(day["quantity"])
        end = start + 24 * HOUR_US
        points.append((_place(end if until is None else min(end, until), period), running))
    return points


def _line(period: Period, budget: Document | None) -> list[Point]:
    """The phased line: by month shares if the budget has them, else straight."""
    if budget is None:
        return []
    total = _float(budget["total"])
    shares = _month_shares(budget)
    months = period.months()
    if shares is None or len(shares) != len(months):
        return [(0.0, 0.0), (1.0, total)]
    points: list[Point] = [(0.0, 0.0)]
    height = 0.0
    for month, percent in zip(months, shares, strict=True):
        height += total * percent / 100
        points.append((_place(month.end_hour * HOUR_US, period), height))
    return points


def _month_shares(budget: Document) -> list[float] | None:
    phasing = budget.get("phasing")
    shares = phasing.get("shares") if isinstance(phasing, dict) else None
    return [_float(str(percent)) for percent in shares] if shares else None


def _cell(
    day: Document, period: Period, words: Mapping[str, str]
) -> tuple[float, float, str, bool, str]:
    start = _us(day["start"])
    known = number(day.get("completeness"))
    state = "missing" if not known else "partial" if known < 1 else "complete"
    estimated = bool(number(day.get("estimated")))
    when = local(day["start"], period.zone_name, "%Y-%m-%d")
    text = f"{when}: {grouped(day['quantity'])}, {words[state]} {share(day.get('completeness'))} %"
    if estimated:
        text += f", {words['estimated']} {grouped(day['estimated'])}"
    end = start + 24 * HOUR_US
    return _place(start, period), _place(end, period), state, estimated, text


def _marks(
    warnings: Sequence[Document], period: Period, words: Mapping[str, str]
) -> list[tuple[float, str, str]]:
    marks = []
    for warning in warnings:
        for change in warning["sequence"]:
            when = local(change["hour"], period.zone_name)
            rule = words.get(f"rule_{warning['rule']}", warning["rule"])
            text = f"{when} {rule}: {words.get(change['level'], change['level'])}"
            marks.append((_place(_us(change["hour"]), period), change["level"], text))
    return marks


def _months(period: Period) -> list[tuple[float, str]]:
    return [
        (
            _place(month.first_hour * HOUR_US, period),
            local(hour_iso(month.first_hour), period.zone_name, "%Y-%m")[2:],
        )
        for month in period.months()
    ]


def _us(instant: str) -> int:
    return to_us(datetime.fromisoformat(instant))


def _float(text: str) -> float:
    value = number(text)
    return float(value) if value is not None else 0.0


def chart_params(period: Period) -> dict[str, str]:
    """The whole period by day, for the evaluator."""
    return {
        "from": iso(period.first_hour * HOUR_US),
        "to": iso(period.end_hour * HOUR_US),
        "step": "day",
    }


def time_pattern(step: str) -> str:
    """How the beginning of a step is written."""
    return {"hour": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m"}[step]
