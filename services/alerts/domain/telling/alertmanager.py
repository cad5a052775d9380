"""Our routes as the configuration of an Alertmanager that would do the same."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.alerts.domain.telling.contacts import ChannelKind, Contact
from services.alerts.domain.telling.durations import written_duration
from services.alerts.domain.telling.routes import ALL_LABELS, RECIPIENT, Route, receivers_of

Plain = Mapping[str, Any]


def as_alertmanager_config(
    root: Route,
    contacts: Sequence[Contact],
    quiet_times: Mapping[str, Sequence[Plain]],
    inhibition: Sequence[Plain],
) -> str:
    """YAML that Alertmanager 0.25 takes; secrets are left out.

    `quiet_times`: name -> intervals, `inhibition`: rules, both in Alertmanager's own words.
    """
    used = {name for route in _all(root) for name in (*route.quiet, *route.active)}
    names = [*quiet_times, *sorted(used - set(quiet_times))]
    document: dict[str, Any] = {
        "global": {"resolve_timeout": "5m"},
        "route": _route(root, None),
        "receivers": [_receiver(name, contacts) for name in receivers_of(root)],
    }
    if names:
        document["time_intervals"] = [
            {"name": name, "time_intervals": list(quiet_times.get(name, ()))} for name in names
        ]
    if inhibition:
        document["inhibit_rules"] = [dict(rule) for rule in inhibition]
    return "\n".join(_lines(document, "")) + "\n"


def _all(route: Route) -> Iterator[Route]:
    yield route
    for child in route.routes:
        yield from _all(child)


def _route(route: Route, parent: Route | None) -> Plain:
    document: dict[str, Any] = {"receiver": route.receiver}
    if route.matchers:
        document["matchers"] = [str(matcher) for matcher in route.matchers]
    if parent is None or route.group_by != parent.group_by:
        document["group_by"] = _group_by(route)
    if parent is None or route.timing != parent.timing:
        document["group_wait"] = written_duration(route.timing.wait)
        document["group_interval"] = written_duration(route.timing.interval)
        document["repeat_interval"] = written_duration(route.timing.repeat)
    if route.goes_on:
        document["continue"] = True
    if route.quiet:
        document["mute_time_intervals"] = list(route.quiet)
    if route.active:
        document["active_time_intervals"] = list(route.active)
    if route.routes:
        document["routes"] = [_route(child, route) for child in route.routes]
    return document


def _group_by(route: Route) -> list[str]:
    if ALL_LABELS in route.group_by:
        return [ALL_LABELS]
    return [name for name in dict.fromkeys(route.group_by) if name != RECIPIENT]


def _receiver(name: str, contacts: Sequence[Contact]) -> Plain:
    # Addresses are secrets or mean nothing elsewhere; mail is the one that can be shown.
    mails = [
        {
            "to": address.target,
            "from": "qingyu@localhost",
            "smarthost": "localhost:25",
            "send_resolved": contact.resolved,
        }
        for contact in contacts
        if contact.answers_to(name)
        for address in contact.addresses
        if address.channel is ChannelKind.EMAIL
    ]
    return {"name": name, "email_configs": mails} if mails else {"name": name}


def _lines(value: Any, indent: str) -> Iterator[str]:
    """Plain values as YAML in blocks, with every text quoted as JSON does."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _entry(f"{indent}{_quoted(str(name))}:", inner, indent + "  ")
    else:
        for inner in value:
            rest = list(_lines(inner, indent + "  ")) if _is_block(inner) else []
            if rest:
                yield f"{indent}- {rest[0].lstrip()}"
                yield from rest[1:]
            else:
                yield f"{indent}- {_scalar(inner)}"


def _entry(head: str, inner: Any, indent: str) -> Iterator[str]:
    if _is_block(inner):
        yield head
        yield from _lines(inner, indent)
    else:
        yield f"{head} {_scalar(inner)}"


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _quoted(str(value))


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _quoted(text: str) -> str:
    if text.isidentifier() and text.isascii() and "_" in text:
        return text
    return '"' + "".join(map(_shown, text)) + '"'


def _shown(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return char if char.isprintable() else f"\\U{ord(char):08x}"
