"""What Alertmanager's clients send, read as its OpenAPI describes it and no stricter."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from services.alerts.domain.alertmanager import EARLIEST, LATEST, Query, external_of, flaw_of
from services.alerts.domain.external import External
from services.alerts.domain.matchers import Matcher, Matchers, Operator, equal, parse_matcher
from services.alerts.handlers.silences import Wanted

_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
)
_TRUE = ("true", "1", "t")
_FALSE = ("false", "0", "f")
# Far more than anybody means; keeps one request from filling memory and the journal.
_MOST_ALERTS = 50_000
_NOT_SET = datetime(1, 1, 1, tzinfo=UTC)


class BadRequestError(Exception):
    """What was sent is not what the OpenAPI describes; the text says what."""


class _Matcher(msgspec.Struct):
    name: str
    value: str
    isRegex: bool  # noqa: N815 - Alertmanager's names
    isEqual: bool = True  # noqa: N815


class _Silence(msgspec.Struct):
    matchers: list[_Matcher]
    startsAt: str  # noqa: N815
    endsAt: str  # noqa: N815
    createdBy: str  # noqa: N815
    comment: str
    id: str = ""


class _Alert(msgspec.Struct):
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: str = ""  # noqa: N815
    endsAt: str = ""  # noqa: N815
    generatorURL: str | msgspec.UnsetType = msgspec.UNSET  # noqa: N815


_SILENCE = msgspec.json.Decoder(_Silence)
_ALERTS = msgspec.json.Decoder(list[_Alert])


def read_silence(body: bytes, now: datetime, longest: timedelta) -> tuple[str, Wanted]:
    """The id (empty: a new one) and the silence; raises BadRequestError.

    Whatever the OpenAPI allows is taken. What could never hide anything keeps its flaw, and what
    would last longer than is allowed is cut.
    """
    sent = _decoded(_SILENCE.decode, body)
    if not sent.matchers:
        raise BadRequestError("matchers in body should have at least 1 items")
    starts_at, ends_at = _instant(sent.startsAt, "startsAt"), _instant(sent.endsAt, "endsAt")
    matchers, flaw = _matchers(sent.matchers)
    starts_now = min(max(starts_at, now), LATEST - longest)
    flaw = flaw or flaw_of(matchers, sent.comment, starts_at, ends_at, now)
    wanted = Wanted(
        matchers=matchers,
        reason=_clean(sent.comment),
        starts_at=starts_at if flaw else starts_now,
        ends_at=ends_at if flaw else min(ends_at, starts_now + longest),
        author=_clean(sent.createdBy),
        flaw=flaw,
        as_sent=() if matchers else _as_sent(sent.matchers),
    )
    return sent.id, wanted


def read_alerts(body: bytes, now: datetime, resolves: timedelta) -> list[External]:
    """The alerts that were sent; raises BadRequestError."""
    sent = _decoded(_ALERTS.decode, body)
    if len(sent) > _MOST_ALERTS:
        raise BadRequestError(f"alerts in body should have at most {_MOST_ALERTS} items")
    return [_alert(one, now, resolves) for one in sent]


def read_query(parameters: "Callable[[str], list[str]]") -> Query:
    """The filters of lists of alerts; `parameters` gives all values of a name."""
    receiver = _last(parameters("receiver"))
    return Query(
        matchers=read_filter(parameters("filter")),
        active=_truth(parameters, "active"),
        silenced=_truth(parameters, "silenced"),
        inhibited=_truth(parameters, "inhibited"),
        muted=_truth(parameters, "muted"),
        receiver=_receiver(receiver) if receiver else None,
    )


def read_filter(texts: list[str]) -> Matchers:
    """Matchers; what is none is taken for the name of an alert, as amtool takes it."""
    return tuple(_filter(text) for text in texts)


def check_truths(parameters: "Callable[[str], list[str]]") -> None:
    """Raises BadRequestError for a word that is neither true nor false."""
    _truth(parameters, "unprocessed")


def _filter(text: str) -> Matcher:
    try:
        return parse_matcher(text)
    except ValueError:
        return equal("alertname", _clean(text))


def _receiver(text: str) -> Matcher:
    try:
        return Matcher("receiver", Operator.LIKE, text)
    except ValueError:
        return equal("receiver", _clean(text))


def _truth(parameters: "Callable[[str], list[str]]", name: str) -> bool:
    text = _last(parameters(name))
    if text is None:
        return True
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise BadRequestError(f"{name} in query must be of type boolean: {text!r}")


def _last(texts: list[str]) -> str | None:
    return texts[-1] if texts else None


def _decoded(decode: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return decode(body)
    except msgspec.ValidationError as error:
        raise BadRequestError(f"the body is not what it must be: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(f"the body is no JSON: {error}") from error


def _matchers(sent: list[_Matcher]) -> tuple[Matchers, str]:
    try:
        return tuple(_matcher(one) for one in sent), ""
    except ValueError as error:
        return (), str(error)


def _matcher(sent: _Matcher) -> Matcher:
    return Matcher(sent.name, _operator(sent), _clean(sent.value))


def _as_sent(sent: list[_Matcher]) -> tuple[tuple[str, str, str], ...]:
    return tuple((one.name, _operator(one).value, one.value) for one in sent)


def _operator(sent: _Matcher) -> Operator:
    if sent.isRegex:
        return Operator.LIKE if sent.isEqual else Operator.NOT_LIKE
    return Operator.EQUAL if sent.isEqual else Operator.NOT_EQUAL


def _alert(sent: _Alert, now: datetime, resolves: timedelta) -> External:
    address = "" if sent.generatorURL is msgspec.UNSET else sent.generatorURL
    if sent.generatorURL is not msgspec.UNSET and not _URI.fullmatch(address):
        raise BadRequestError(f"generatorURL must be of type uri: {address!r}")
    return external_of(
        _cleaned(sent.labels),
        _cleaned(sent.annotations),
        address,
        _optional(sent.startsAt, "startsAt"),
        _optional(sent.endsAt, "endsAt"),
        now=now,
        resolves=resolves,
    )


def _optional(text: str, name: str) -> datetime | None:
    # Programs written in Go send the year 1 for an instant that is not set.
    found = _instant(text, name) if text else _NOT_SET
    return None if found <= EARLIEST else found


def _instant(text: str, name: str) -> datetime:
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise BadRequestError(f"{name} must be of type date-time: {text!r}")
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    micros = int((found[7] or "0")[:6].ljust(6, "0"))
    away = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0))
    zone = timezone(-away if found[8] == "-" else away) if away < timedelta(days=1) else None
    try:
        # A leap second is the last one that this calendar knows.
        instant = datetime(
            max(year, 1), month, day, hour, minute, min(second, 59), micros, tzinfo=zone
        )
    except ValueError as error:
        raise BadRequestError(f"{name} must be of type date-time: {text!r} ({error})") from error
    if zone is None or second > 60:
        raise BadRequestError(f"{name} must be of type date-time: {text!r}")
    return _within(instant)


def _within(instant: datetime) -> datetime:
    if instant.year <= EARLIEST.year:
        return EARLIEST
    return LATEST if instant.year >= LATEST.year else instant.astimezone(UTC)


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    return {_clean(name): _clean(value) for name, value in texts.items()}


def _clean(text: str) -> str:
    # PostgreSQL keeps any character but this one.
    return text.replace("\x00", "\ufffd")
