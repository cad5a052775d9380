"""Reads quiet times as they are written (in Alertmanager's words), and writes them again."""

import re
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from services.alerts.domain.suppression.quiet import Interval, Span

_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_Read = Callable[[str], int]
_KNOWN = ("times", "weekdays", "days_of_month", "months", "years", "location", "holidays")
_CALENDARS = ("", "cn")
_MIDNIGHT = 24 * 60
_LAST_YEAR = 9_999
_LONGEST_MONTH = 31


def interval_of(written: Mapping[str, object], place: str) -> Interval:
    """The interval; raises ValueError that names the place and what may stand there."""
    for name in written:
        if name not in _KNOWN:
            raise ValueError(f"{place}.{name} is not known here; known are {', '.join(_KNOWN)}")
    return Interval(
        times=_times(written.get("times"), f"{place}.times"),
        weekdays=_words(written.get("weekdays"), f"{place}.weekdays", _WEEKDAYS, 0),
        days_of_month=_days(written.get("days_of_month"), f"{place}.days_of_month"),
        months=_words(written.get("months"), f"{place}.months", _MONTHS, 1),
        years=_years(written.get("years"), f"{place}.years"),
        location=_location(written.get("location"), f"{place}.location"),
        holidays=_calendar(written.get("holidays"), f"{place}.holidays"),
    )


def written_interval(interval: Interval) -> dict[str, object]:
    """The interval as it is written; what it does not restrict is left out."""
    found: dict[str, object] = {
        "times": [
            {"start_time": _clock(first), "end_time": _clock(last)}
            for first, last in interval.times
        ],
        "weekdays": [_named(span, _WEEKDAYS, 0) for span in interval.weekdays],
        "days_of_month": [_numbered(span) for span in interval.days_of_month],
        "months": [_named(span, _MONTHS, 1) for span in interval.months],
        "years": [_numbered(span) for span in interval.years],
        "location": interval.location,
        "holidays": interval.holidays,
    }
    return {name: value for name, value in found.items() if value}


_DAYS = "日一二三四五六"


def described(interval: Interval) -> str:
    """The interval in a few words of an office: `周一至周五 22:00–24:00`."""
    parts = [
        "、".join(f"{a}" if a == b else f"{a}–{b}" for a, b in interval.years),
        "、".join(f"{a}月" if a == b else f"{a}–{b}月" for a, b in interval.months),
        "、".join(
            _day_text(a) if a == b else f"{_day_text(a)}至{_day_text(b)}"
            for a, b in interval.days_of_month
        ),
        "、".join(
            f"周{_DAYS[a]}" if a == b else f"周{_DAYS[a]}至周{_DAYS[b]}"
            for a, b in interval.weekdays
        ),
        "休息日" if interval.holidays else "",
        "、".join(f"{_clock(a)}–{_clock(b)}" for a, b in interval.times),
    ]
    text = " ".join(part for part in parts if part) or "始终"
    return text if interval.location == "Asia/Shanghai" else f"{text} ({interval.location})"


def _day_text(day: int) -> str:
    return f"{day}日" if day > 0 else "最后一日" if day == -1 else f"倒数第{-day}日"


def _list(value: object, place: str) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError(f"{place} must be a list, not {value!r}")  # noqa: TRY004 - for people
    return value


def _times(value: object, place: str) -> tuple[Span, ...]:
    return tuple(_time(one, f"{place}[{i}]") for i, one in enumerate(_list(value, place)))


def _time(value: object, place: str) -> Span:
    if not isinstance(value, dict) or set(value) != {"start_time", "end_time"}:
        raise ValueError(f"{place} needs start_time and end_time, as 08:00 and 24:00")
    first = _minutes(value["start_time"], f"{place}.start_time")
    last = _minutes(value["end_time"], f"{place}.end_time")
    if first >= last:
        raise ValueError(f"{place} must end after it starts; write two for one over midnight")
    return first, last


def _minutes(value: object, place: str) -> int:
    found = _CLOCK.fullmatch(str(value))
    minutes = int(found[1]) * 60 + int(found[2]) if found else _MIDNIGHT + 1
    if minutes > _MIDNIGHT:
        raise ValueError(f"{place} is {value!r}, but a time of day is written 00:00 to 24:00")
    return minutes


def _words(value: object, place: str, words: Sequence[str], base: int) -> tuple[Span, ...]:
    return tuple(
        _span(one, f"{place}[{i}]", lambda text: _word(text, words, base))
        for i, one in enumerate(_list(value, place))
    )


def _word(text: str, words: Sequence[str], base: int) -> int:
    if text.lower() in words:
        return words.index(text.lower()) + base
    number = int(text) if base and text.isdecimal() else -1
    if base <= number < len(words) + base:
        return number
    raise ValueError(f"{text!r} is none of {', '.join(words)}")


def _days(value: object, place: str) -> tuple[Span, ...]:
    found = tuple(
        _span(one, f"{place}[{i}]", _day, ordered=False)
        for i, one in enumerate(_list(value, place))
    )
    for first, last in found:
        if (first > 0) == (last > 0) and first > last:
            raise ValueError(f"{place}: {first}:{last} is upside-down")
    return found


def _day(text: str) -> int:
    if re.fullmatch(r"-?[0-9]{1,2}", text) and 1 <= abs(int(text)) <= _LONGEST_MONTH:
        return int(text)
    raise ValueError(f"{text!r} is no day of a month: 1 to 31, or -1 for the last to -31")


def _years(value: object, place: str) -> tuple[Span, ...]:
    return tuple(_span(one, f"{place}[{i}]", _year) for i, one in enumerate(_list(value, place)))


def _year(text: str) -> int:
    if text.isdecimal() and 1 <= int(text[:5]) <= _LAST_YEAR:
        return int(text)
    raise ValueError(f"{text!r} is no year")


def _span(value: object, place: str, read: _Read, *, ordered: bool = True) -> Span:
    first, _, last = str(value).partition(":")
    try:
        span = read(first.strip()), read((last or first).strip())
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error
    if ordered and span[0] > span[1]:
        raise ValueError(f"{place}: {value} is upside-down")
    return span


def _location(value: object, place: str) -> str:
    text = "Asia/Shanghai" if value is None else str(value)
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError(f"{place} is {text!r}, which is no zone such as Asia/Shanghai") from error
    return text


def _calendar(value: object, place: str) -> str:
    text = "" if value is None else str(value)
    if text not in _CALENDARS:
        raise ValueError(f"{place} is {text!r}, but the only calendar is cn")
    return text


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _named(span: Span, words: Sequence[str], base: int) -> str:
    first, last = words[span[0] - base], words[span[1] - base]
    return first if first == last else f"{first}:{last}"


def _numbered(span: Span) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}:{span[1]}"
