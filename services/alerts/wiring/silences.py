"""Silences, quiet times, and Alertmanager's API."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from services.alerts.adapters.conditions import policies_in
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.directory import PostgresDirectory
from services.alerts.adapters.policy import Section
from services.alerts.adapters.silences import (
    PostgresOpened,
    PostgresQuietTimes,
    PostgresSilences,
)
from services.alerts.adapters.suppression_policy import (
    CALENDARS,
    SuppressionPolicy,
    suppression_policy,
)
from services.alerts.domain.suppression.inhibition import Rule
from services.alerts.domain.suppression.quiet import QuietTime
from services.alerts.domain.suppression.reading import written_interval
from services.alerts.domain.telling.alertmanager import as_alertmanager_config
from services.alerts.domain.telling.routes import Route
from services.alerts.domain.tick import Job
from services.alerts.entrypoints import alertmanager, quiet_times
from services.alerts.entrypoints import silences as silences_api
from services.alerts.handlers.alertmanager import Alertmanager
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.silences import SilenceDesk
from services.alerts.handlers.suppression import Suppressor
from services.alerts.ports.suppression import Opened, QuietTimes, Silences
from services.alerts.ports.telling import Directory
from services.alerts.ports.warnings import Desk
from services.alerts.wiring import Arm, Ground
from shared.kit.clock import Clock
from shared.model.access import Principal, may_operate

_EVERY = timedelta(minutes=1)
_VERSION = "0.1.0"


def suppressor(ground: Ground) -> Suppressor:
    """What explains suppression: for whoever tells people, and for whoever asks."""
    db, rules = ground.db, suppression_policy(ground.policy)
    return _suppressor(rules, PostgresSilences(db), PostgresQuietTimes(db), PostgresOpened(db))


def arm(ground: Ground) -> Arm:
    """Its parts on PostgreSQL."""
    policy, db = ground.policy, ground.db
    return arm_on(
        policy,
        silences=PostgresSilences(db),
        quiet=PostgresQuietTimes(db),
        opened=PostgresOpened(db),
        desk=PostgresDesk(db),
        directory=PostgresDirectory(db, _routes(policy)),
        console=ground.settings.console_url,
        clock=ground.clock,
    )


def arm_on(
    policy: Section,
    *,
    silences: Silences,
    quiet: QuietTimes,
    opened: Opened,
    desk: Desk,
    directory: Directory,
    console: str,
    clock: Clock,
) -> Arm:
    """Its parts on any stores; a test passes others."""
    rules = suppression_policy(policy)
    hush = _suppressor(rules, silences, quiet, opened)
    keeper = SilenceDesk(
        silences=silences, opened=opened, clock=clock, new_id=uuid4, guard=rules.guard
    )

    async def root() -> Route:
        return (await directory.ruling()).root

    manager = Alertmanager(
        silences=keeper,
        suppressor=hush,
        opened=opened,
        desk=WarningDesk(desk=desk, policies=policies_in(policy)),
        root=root,
        config=partial(_config, directory, hush, rules.rules),
        clock=clock,
        console=console.rstrip("/"),
        resolves=rules.resolves,
        began=clock(),
        version=_VERSION,
    )
    return Arm(
        routers=_ROUTERS,
        state={"silences": keeper, "suppressor": hush, "alertmanager": manager},
        jobs=(Job(name="silences", every=_EVERY, work=keeper.pass_time),),
    )


_ROUTERS = (
    silences_api.router,
    silences_api.of_warnings,
    quiet_times.router,
    *alertmanager.routers,
)


async def _config(
    directory: Directory, hush: Suppressor, rules: Sequence[Rule], caller: Principal
) -> str:
    # Whom a receiver stands for, and other people's quiet times, only operators see.
    whole = may_operate(caller)
    known = [one for one in await hush.all_quiet() if whole or one.owner is None]
    times = {one.name: _intervals(one) for one in known}
    return as_alertmanager_config(
        (await directory.ruling()).root,
        await directory.contacts() if whole else (),
        {name: found for name, found in times.items() if found},
        [_inhibition(rule) for rule in rules if not rule.ancestor],
    )


def _suppressor(
    rules: SuppressionPolicy, silences: Silences, quiet: QuietTimes, opened: Opened
) -> Suppressor:
    return Suppressor(
        silences=silences,
        quiet_times=quiet,
        opened=opened,
        rules=rules.rules,
        standing=rules.quiet_times,
        guard=rules.guard,
        rest=CALENDARS,
    )


def _routes(policy: Section) -> Mapping[str, Any]:
    routes = policy.section("routes").values
    return routes or {"receiver": "default"}


def _intervals(quiet: QuietTime) -> Sequence[Mapping[str, Any]]:
    """In Alertmanager's words, which know no calendar of rest days."""
    written = [written_interval(one) for one in quiet.intervals if not one.holidays]
    return [{name: one[name] for name in one if name != "holidays"} for one in written]


def _inhibition(rule: Rule) -> Mapping[str, Any]:
    return {
        "source_matchers": [str(matcher) for matcher in rule.source],
        "target_matchers": [str(matcher) for matcher in rule.target],
        "equal": list(rule.equal),
    }
