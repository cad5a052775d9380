"""Contacts as they are written and shown: addresses that are secrets are never shown again."""

import re
from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.telling.contacts import (
    Address,
    ChannelKind,
    Contact,
    Language,
    Pace,
    Throttle,
)
from services.alerts.domain.telling.durations import parse_duration, written_duration
from shared.model.access import Role
from shared.model.condition import Measure
from shared.model.level import Level

_HIDDEN = "***"
_SECRET_TARGETS = frozenset(
    {
        ChannelKind.SMS,
        ChannelKind.WECOM,
        ChannelKind.DINGTALK,
        ChannelKind.FEISHU,
        ChannelKind.APPRISE,
    }
)
_PASSWORD = re.compile(r"^(https?://[^/@?#]*?:)[^/?#]*(@)", re.IGNORECASE)
_LEAST_PERIOD = timedelta(minutes=1)


class AddressShape(BaseModel):
    """One way to a contact."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelKind
    key: str = Field(
        default="",
        max_length=60,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="names it among the contact's addresses; the channel, if left out",
    )
    target: str = Field(
        default="",
        max_length=2_000,
        description="mail address, URL, or apprise URL (shown as scheme://***); empty for streams "
        "and the topic",
    )
    secret: str = Field(
        default="",
        max_length=500,
        description="webhook: whsec_… that signs (made here if left out); Alertmanager: a bearer "
        "token. Never shown",
    )


class ThrottleShape(BaseModel):
    """At most `most` notices in `per`; what is above goes into a digest."""

    model_config = ConfigDict(extra="forbid")

    most: int = Field(ge=1, le=100_000)
    per: str = Field(default="1h", examples=["1h"])
    red_passes: bool = True


class ContactBody(BaseModel):
    """A contact: who is told, by which ways, and what it may hear at all."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=200, examples=["鄂尔多斯市能源局"])
    language: Language = Language.ZH
    offices: list[str] = Field(
        default_factory=list, max_length=50, examples=[["energy-prefecture"]]
    )
    addresses: list[AddressShape] = Field(default_factory=list, max_length=20)
    role: Role = Role.REGULATOR
    scope: list[str] = Field(max_length=500, examples=[["region:150600"]])
    measures: list[Measure] = Field(default_factory=lambda: [Measure.ENERGY, Measure.CARBON])
    min_level: str = Field(default="notice", examples=["yellow"])
    resolved: bool = Field(default=True, description="whether to hear of what was resolved")
    digests: dict[str, Pace] = Field(default_factory=dict, examples=[{"yellow": "hourly"}])
    throttle: ThrottleShape | None = None


class AddressShown(BaseModel):
    """An address without what must stay secret."""

    key: str
    channel: str
    target: str
    has_secret: bool
    secret: str | None = Field(default=None, description="only in the answer that makes it")


class ContactShown(BaseModel):
    """A contact as it stands."""

    name: str
    title: str
    language: str
    offices: list[str]
    addresses: list[AddressShown]
    role: str
    scope: list[str]
    measures: list[str]
    min_level: str
    resolved: bool
    digests: dict[str, str]
    throttle: ThrottleShape | None


class ContactsPage(BaseModel):
    """All contacts, by name."""

    items: list[ContactShown]


def contact_of(name: str, body: ContactBody, known: Contact | None) -> Contact:
    """The contact; raises ValueError that names the field."""
    return Contact(
        name=name,
        title=body.title or name,
        language=body.language,
        offices=_offices(body.offices),
        addresses=_addresses(body.addresses, known.addresses if known else ()),
        role=body.role,
        scope=_scope(body.scope),
        measures=frozenset(body.measures),
        min_level=_level("min_level", body.min_level),
        resolved=body.resolved,
        paces={_level("digests", word): pace for word, pace in body.digests.items()},
        throttle=_throttle(body.throttle),
    )


def shown(contact: Contact, made: Sequence[str] = ()) -> ContactShown:
    """The contact without secrets, but for those of the addresses `made` just now."""
    return ContactShown(
        name=contact.name,
        title=contact.title,
        language=contact.language.value,
        offices=list(contact.offices),
        addresses=[_address_shown(one, one.key in made) for one in contact.addresses],
        role=contact.role.value,
        scope=sorted(contact.scope),
        measures=sorted(contact.measures),
        min_level=contact.min_level.word,
        resolved=contact.resolved,
        digests={level.word: pace.value for level, pace in contact.paces.items()},
        throttle=_throttle_shown(contact.throttle),
    )


def hidden(address: Address) -> str:
    """The address as it may be shown."""
    if address.channel in _SECRET_TARGETS:
        return f"{address.target.partition('://')[0]}://{_HIDDEN}"
    return _PASSWORD.sub(rf"\1{_HIDDEN}\2", address.target)


def _address_shown(address: Address, made: bool) -> AddressShown:
    return AddressShown(
        key=address.key,
        channel=address.channel.value,
        target=hidden(address),
        has_secret=bool(address.secret),
        secret=address.secret if made else None,
    )


def _throttle_shown(throttle: Throttle | None) -> ThrottleShape | None:
    if throttle is None:
        return None
    return ThrottleShape(
        most=throttle.most, per=written_duration(throttle.per), red_passes=throttle.red_passes
    )


def _addresses(wanted: Sequence[AddressShape], known: Sequence[Address]) -> tuple[Address, ...]:
    before = {address.key: address for address in known}
    found: dict[str, Address] = {}
    for number, shape in enumerate(wanted):
        key = shape.key or shape.channel.value
        if key in found:
            raise ValueError(f"addresses[{number}].key: {key!r} is there twice; give another key")
        found[key] = _address(key, shape, before.get(key))
    return tuple(found.values())


def _address(key: str, shape: AddressShape, before: Address | None) -> Address:
    same = before if before and before.channel is shape.channel else None
    target = shape.target
    if same and target == hidden(same):
        target = same.target
    return Address(
        key=key,
        channel=shape.channel,
        target=target,
        secret=shape.secret or (same.secret if same else ""),
    )


def _offices(names: Sequence[str]) -> tuple[str, ...]:
    for number, name in enumerate(names):
        if not name or not name.isprintable():
            raise ValueError(f"offices[{number}]: {name!r} is no name of a receiver")
    return tuple(dict.fromkeys(names))


def _scope(texts: Sequence[str]) -> frozenset[str]:
    for number, text in enumerate(texts):
        if text != "*" and not text.partition(":")[2]:
            raise ValueError(f"scope[{number}]: {text!r}; write region:150600, enterprise:… or *")
    return frozenset(texts)


def _level(name: str, word: str) -> Level:
    try:
        return Level.of(word)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _throttle(shape: ThrottleShape | None) -> Throttle | None:
    if shape is None:
        return None
    try:
        per = parse_duration(shape.per)
    except ValueError as error:
        raise ValueError(f"throttle.per: {error}") from error
    if per < _LEAST_PERIOD:
        raise ValueError("throttle.per: at least 1m")
    return Throttle(most=shape.most, per=per, red_passes=shape.red_passes)
