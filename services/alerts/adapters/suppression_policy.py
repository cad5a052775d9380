"""The policy file on suppression: `inhibition`, `quiet_times`, `silences`, `external`."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.alerts.adapters.policy import BadPolicyError, Section
from services.alerts.domain.matchers import Matchers, parse_matcher
from services.alerts.domain.suppression.inhibition import Rule
from services.alerts.domain.suppression.quiet import Interval, QuietTime, RestDays
from services.alerts.domain.suppression.reading import interval_of
from services.alerts.domain.suppression.silences import Guard
from shared.kit.workdays import is_working

_GUARD = Guard()
_RESOLVES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionPolicy:
    """What the file says of suppression; `resolves`: when an external alert ends by itself."""

    guard: Guard
    rules: tuple[Rule, ...]
    quiet_times: tuple[QuietTime, ...]
    resolves: timedelta


def suppression_policy(policy: Section) -> SuppressionPolicy:
    """The sections read; raises BadPolicyError that names the place."""
    silences = policy.section("silences")
    return SuppressionPolicy(
        guard=_guard(silences),
        rules=tuple(_rule(one) for one in policy.sections("inhibition")),
        quiet_times=tuple(_quiet(one) for one in policy.sections("quiet_times")),
        resolves=silences.length("external_resolves_after", _RESOLVES),
    )


def rests(day: date) -> bool:
    """Whether China's calendar of working days lets people rest on the day."""
    return not is_working(day)[0]


CALENDARS: dict[str, RestDays] = {"cn": rests}
"""The calendars that a quiet time may name."""


def _guard(section: Section) -> Guard:
    section.only(
        (
            "alone_at_most",
            "longest",
            "unapproved_ends_after",
            "remind_before_end",
            "remind_every",
            "listed_for",
            "external_resolves_after",
        )
    )
    return Guard(
        most=section.number("alone_at_most", _GUARD.most),
        longest=section.length("longest", _GUARD.longest),
        unapproved=section.length("unapproved_ends_after", _GUARD.unapproved),
        before_end=section.length("remind_before_end", _GUARD.before_end),
        every=section.length("remind_every", _GUARD.every) or _GUARD.every,
        keep=section.length("listed_for", _GUARD.keep),
    )


def _rule(section: Section) -> Rule:
    section.only(("name", "source", "target", "equal", "ancestor"))
    if not section.texts("source") or not section.texts("target"):
        raise BadPolicyError(f"{section.place} needs source and target, each a list of matchers")
    return Rule(
        name=section.text("name", section.place),
        source=_matchers(section, "source"),
        target=_matchers(section, "target"),
        equal=section.texts("equal"),
        ancestor=section.truth("ancestor", default=False),
    )


def _quiet(section: Section) -> QuietTime:
    section.only(("name", "when", "matchers", "reason", "red_too", "only_routes"))
    if not section.text("name", "") or not section.sections("when"):
        raise BadPolicyError(f"{section.place} needs a name and, under when, a list of intervals")
    return QuietTime(
        name=section.text("name", ""),
        intervals=tuple(_interval(one) for one in section.sections("when")),
        matchers=_matchers(section, "matchers"),
        reason=section.text("reason", ""),
        grave_too=section.truth("red_too", default=False),
        only_routes=section.truth("only_routes", default=False),
    )


def _interval(section: Section) -> Interval:
    try:
        return interval_of(section.values, section.place)
    except ValueError as error:
        raise BadPolicyError(str(error)) from error


def _matchers(section: Section, name: str) -> Matchers:
    try:
        return tuple(parse_matcher(text) for text in section.texts(name))
    except ValueError as error:
        raise BadPolicyError(f"{section.at(name)}: {error}") from error
