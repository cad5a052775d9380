"""What people do about warnings, and the passing of time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.alerts.adapters.attachments import PostgresAttachments
from services.alerts.adapters.conditions import life_policy_in, policies_in
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.domain.life import LifePolicy
from services.alerts.domain.tick import Job, Tick
from services.alerts.entrypoints import acts as acts_api
from services.alerts.entrypoints import journal as journal_api
from services.alerts.handlers.acts import Acts
from services.alerts.handlers.desk import WarningDesk
from services.alerts.handlers.journal import Journal
from services.alerts.ports.warnings import Archive, Attachments
from services.alerts.wiring import Arm, Ground

_LOOK = timedelta(seconds=5)


def arm(ground: Ground) -> Arm:
    """Its parts on PostgreSQL."""
    desk = WarningDesk(desk=PostgresDesk(ground.db), policies=policies_in(ground.policy))
    return arm_of(
        desk,
        ground.archive,
        PostgresAttachments(ground.db),
        life_policy_in(ground.policy),
        clock=ground.clock,
        word=ground.word,
    )


def arm_of(
    desk: WarningDesk,
    archive: Archive,
    attachments: Attachments,
    policy: LifePolicy,
    *,
    clock: Callable[[], datetime],
    word: Callable[[], None],
) -> Arm:
    """Its parts on any ports."""

    async def pass_time(tick: Tick) -> None:
        if await desk.pass_time(tick.end):
            word()

    acts = Acts(
        desk=desk.desk,
        archive=archive,
        attachments=attachments,
        policy=policy,
        clock=clock,
        word=word,
    )
    return Arm(
        routers=(acts_api.router, journal_api.router),
        state={"acts": acts, "journal": Journal(archive=archive)},
        jobs=(Job(name="time", every=_LOOK, work=pass_time),),
    )
