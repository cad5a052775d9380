"""Who is there by a scenario: keys of people, contacts; and the policy that it changes."""

from collections.abc import Mapping

from services.alerts.adapters.policy import Section
from services.alerts.domain.telling.contacts import (
    Address,
    ChannelKind,
    Contact,
    Language,
    Pace,
    Throttle,
)
from shared.contracts.keys import KeyBody, hash_key
from shared.model.access import Role
from shared.model.condition import Measure
from shared.model.level import Level
from tests.usecases.scenarios import script
from tests.usecases.scenarios.script import Scenario

OPERATOR = "operator"


def sections_of(scenario: Scenario, built_in: Section) -> Mapping[str, object]:
    """The scenario's sections; what a section of it leaves out stays as it is by default."""
    found: dict[str, object] = {}
    for name, value in scenario.policy.items():
        before = built_in.values.get(name)
        own = isinstance(value, dict) and "receiver" in value
        merged = isinstance(value, dict) and isinstance(before, dict) and not own
        found[name] = {**before, **value} if merged else value  # type: ignore[dict-item]
    return found


def key_of(name: str) -> str:
    """The key of somebody, in letters that a header can carry."""
    return name.encode().hex()


def keys_of(scenario: Scenario) -> Mapping[str, KeyBody]:
    """The keys of everybody who acts."""
    people = {OPERATOR: script.Person(role="operator"), **scenario.people}
    return {
        key_of(name): KeyBody(
            id=name,
            name=name,
            sha256=hash_key(key_of(name)),
            role=one.role,
            scope=one.scope,
            created_at=0,
            measures=one.measures,
        )
        for name, one in people.items()
    }


def contact_of(name: str, body: script.Contact) -> Contact:
    most, _, per = body.at_most.partition(" per ")
    return Contact(
        name=name,
        title=name,
        language=Language(body.language),
        offices=tuple(body.offices),
        addresses=tuple(
            Address(key=one, channel=ChannelKind(one), target=f"{one}:{name}")
            for one in body.channels
        ),
        role=Role(body.role),
        scope=frozenset(body.hears),
        measures=frozenset(map(Measure, body.measures)),
        min_level=Level.of(body.least),
        resolved=body.resolved,
        paces={Level.of(level): Pace(pace) for level, pace in body.digests.items()},
        throttle=Throttle(most=int(most), per=script.length(per)) if most else None,
    )
