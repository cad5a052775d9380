"""Contacts: who is told, in which language, by which ways, and what they may hear at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.model.access import Principal, Role, may_see
from shared.model.condition import DUAL, Measure
from shared.model.level import Level

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_DIGEST_HOUR = 9


class ChannelKind(StrEnum):
    """The ways a notice can go."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SMS = "sms"
    WECOM = "wecom"
    """企业微信"""
    DINGTALK = "dingtalk"
    """钉钉"""
    FEISHU = "feishu"
    """飞书"""
    APPRISE = "apprise"
    """Any other service that the library apprise knows."""
    STREAM = "stream"
    """Server-sent events."""
    KAFKA = "kafka"
    ALERTMANAGER = "alertmanager"
    """Another Alertmanager, which is sent alerts."""


class Language(StrEnum):
    """What a contact reads."""

    ZH = "zh"
    EN = "en"


class Pace(StrEnum):
    """How soon a contact wants to hear."""

    AT_ONCE = "immediate"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One way to a contact; `target` is an address or URL, `secret` signs or unlocks.

    `key` names it among the contact's addresses and never changes.
    """

    key: str
    channel: ChannelKind
    target: str = field(repr=False, default="")
    secret: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """At most so many notices in a period; what is above goes into a digest. Red may pass."""

    most: int
    per: timedelta
    red_passes: bool = True


Paces = Mapping[Level, Pace]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who is told; `offices` are the receivers of routes that the contact answers to.

    `scope` and `measures` as those of a key: a contact hears only what a key with them could see.
    """

    name: str
    title: str
    language: Language
    offices: tuple[str, ...]
    addresses: tuple[Address, ...]
    role: Role
    scope: frozenset[str]
    measures: frozenset[Measure] = DUAL
    min_level: Level = Level.NOTICE
    resolved: bool = True
    paces: Paces = field(default_factory=dict)
    throttle: Throttle | None = None

    @property
    def principal(self) -> Principal:
        """The contact as one who looks."""
        return Principal(
            key_id=f"contact:{self.name}",
            name=self.name,
            role=self.role,
            scope=self.scope,
            measures=self.measures,
        )

    def answers_to(self, receiver: str) -> bool:
        """Whether a route with this receiver reaches the contact."""
        return receiver == self.name or receiver in self.offices


def may_hear_of(contact: Contact, subject: str, regions: tuple[str, ...], measure: Measure) -> bool:
    """Whether the contact may be told of it: the same place decides as for keys."""
    return may_see(contact.principal, subject, regions, measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How contacts are treated that have not said otherwise."""

    throttle: Throttle
    paces: Paces


def pace_of(contact: Contact, manners: Manners, worst: Level) -> Pace:
    """How soon the contact wants to hear of something of that level."""
    return contact.paces.get(worst, manners.paces.get(worst, Pace.AT_ONCE))


def is_too_much(contact: Contact, manners: Manners, recent: int, worst: Level) -> bool:
    """Whether one more notice after `recent` ones in the throttle's period is too many."""
    throttle = contact.throttle or manners.throttle
    if throttle.red_passes and worst is Level.RED:
        return False
    return recent >= throttle.most


def throttle_of(contact: Contact, manners: Manners) -> Throttle:
    """The throttle that counts for the contact."""
    return contact.throttle or manners.throttle


def digest_at(pace: Pace, now: datetime) -> datetime:
    """When the next digest of that pace is given: at the full hour, or at nine in the morning."""
    here = now.astimezone(OFFICE_ZONE)
    hour = here.replace(minute=0, second=0, microsecond=0)
    if pace is not Pace.DAILY:
        return (hour + timedelta(hours=1)).astimezone(now.tzinfo)
    nine = hour.replace(hour=_DIGEST_HOUR)
    return (nine if here < nine else nine + timedelta(days=1)).astimezone(now.tzinfo)
