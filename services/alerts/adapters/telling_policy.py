"""The sections of the policy file that say who is told, and how soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.alerts.adapters.policy import BadPolicyError, Section
from services.alerts.domain.matchers import Matcher
from services.alerts.domain.telling.contacts import Manners, Pace, Throttle
from services.alerts.domain.telling.reading import RoutesError, events_matcher, read_routes
from shared.model.level import Level

_NOWHERE: Mapping[str, Any] = {"receiver": "operators"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingPolicy:
    """`routes` as a document, which `read_routes` takes."""

    routes: Mapping[str, Any]
    reminders: Matcher
    manners: Manners


def telling_policy(policy: Section) -> TellingPolicy:
    """What the file says; raises BadPolicyError."""
    return TellingPolicy(
        routes=_routes(policy.section("routes")),
        reminders=_reminders(policy.section("reminders")),
        manners=Manners(
            throttle=_throttle(policy.section("throttling")),
            paces=_paces(policy.section("digests")),
        ),
    )


def _routes(section: Section) -> Mapping[str, Any]:
    document = section.values or _NOWHERE
    try:
        read_routes(document, section.place)
    except RoutesError as error:
        raise BadPolicyError("; ".join(error.problems)) from error
    return document


def _reminders(section: Section) -> Matcher:
    section.only(("events",))
    # Without any, nothing is called so.
    return events_matcher(section.texts("events") or ("-",))


def _throttle(section: Section) -> Throttle:
    section.only(("most", "per", "red_passes"))
    per = section.length("per", timedelta(hours=1))
    if per < timedelta(minutes=1):
        raise BadPolicyError(f"{section.at('per')} is at least 1m")
    return Throttle(
        most=section.number("most", 30),
        per=per,
        red_passes=section.truth("red_passes", True),
    )


def _paces(section: Section) -> Mapping[Level, Pace]:
    levels = [level for level in Level if level is not Level.NONE]
    section.only(level.word for level in levels)
    return {level: Pace(section.choice(level.word, list(Pace), Pace.AT_ONCE)) for level in levels}
