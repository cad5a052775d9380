"""Routes, groups, notices and the ways they go."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.alerts.adapters.briefs.enclosures import BriefEnclosures
from services.alerts.adapters.briefs.store import PostgresBriefs
from services.alerts.adapters.channels.apprised import AppriseWay, problem_of
from services.alerts.adapters.channels.email import MailWay, Smtp
from services.alerts.adapters.channels.inside import KafkaWay, StreamWay
from services.alerts.adapters.channels.posted import AlertmanagerWay, WebhookWay
from services.alerts.adapters.directory import PostgresDirectory
from services.alerts.adapters.notice_log import PostgresNoticeLog
from services.alerts.adapters.outbox import PostgresOutbox
from services.alerts.adapters.presence import Presence
from services.alerts.adapters.telling_policy import telling_policy
from services.alerts.adapters.telling_store import PostgresTelling
from services.alerts.adapters.templates import Templates
from services.alerts.adapters.webhook import Poster
from services.alerts.domain.suppression.explaining import Suppression
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import Patience
from services.alerts.domain.tick import Job, Tick
from services.alerts.domain.warning import Warning
from services.alerts.entrypoints import contacts, notices, routes
from services.alerts.entrypoints.telling import Postmen, Tellers
from services.alerts.handlers.placing import Follower
from services.alerts.handlers.postman import Postman
from services.alerts.handlers.suppression import Suppressor
from services.alerts.handlers.telling import Teller
from services.alerts.ports.telling import Enclosures, Outbox, Way
from services.alerts.settings import AlertsSettings
from services.alerts.wiring import Arm, Ground
from services.alerts.wiring.silences import suppressor
from shared.kit.clock import Clock
from shared.kit.kafka.producer import Sender

_ALONE = "alerts: the journal is followed for telling"
_READ = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hushing:
    """The port Hush by what suppresses."""

    suppressor: Suppressor

    async def of(self, warnings: Iterable[Warning], now: datetime) -> Mapping[UUID, Suppression]:
        """The first explanation of each."""
        return await self.suppressor.of(warnings, now)

    async def names(self) -> frozenset[str]:
        """All that routes can speak of."""
        return frozenset(one.name for one in await self.suppressor.all_quiet())

    async def quiet(self, now: datetime) -> frozenset[str]:
        """Those that cover this moment."""
        times = await self.suppressor.all_quiet()
        return frozenset(one.name for one in times if one.covers(now, self.suppressor.rest))


def ways(
    settings: AlertsSettings,
    client: httpx.AsyncClient,
    producer: Sender,
    enclosures: Enclosures | None = None,
) -> Mapping[ChannelKind, Way]:
    """A way for every channel; `enclosures`: the files that go with mails."""
    poster = Poster(client, whole_s=settings.webhook_timeout_s)
    smtp = Smtp(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        user=settings.smtp_user,
        password=settings.smtp_password,
        security=settings.smtp_security,
    )
    apprised = AppriseWay()
    return {
        ChannelKind.EMAIL: MailWay(smtp, enclosures),
        ChannelKind.WEBHOOK: WebhookWay(poster),
        ChannelKind.SMS: apprised,
        ChannelKind.WECOM: apprised,
        ChannelKind.DINGTALK: apprised,
        ChannelKind.FEISHU: apprised,
        ChannelKind.APPRISE: apprised,
        ChannelKind.STREAM: StreamWay(),
        ChannelKind.KAFKA: KafkaWay(producer),
        ChannelKind.ALERTMANAGER: AlertmanagerWay(poster, settings.console_url),
    }


def _ways(ground: Ground) -> Mapping[ChannelKind, Way]:
    enclosures = BriefEnclosures(PostgresBriefs(ground.db))
    return ways(ground.settings, ground.client, ground.producer, enclosures)


def postman_of(
    outbox: Outbox,
    found: Mapping[ChannelKind, Way],
    settings: AlertsSettings,
    clock: Clock,
    channel: ChannelKind,
) -> Postman:
    """The postman of a channel, with the settings' patience."""
    return Postman(
        channel,
        outbox,
        found[channel],
        Patience(retry=settings.retry),
        clock,
        random.random,
        at_once=settings.notices_at_once,
    )


def arm(ground: Ground) -> Arm:
    """Its parts on PostgreSQL."""
    policy = telling_policy(ground.policy)
    directory = PostgresDirectory(ground.db, policy.routes)
    telling, outbox = PostgresTelling(ground.db), PostgresOutbox(ground.db)
    hush = Hushing(suppressor=suppressor(ground))
    teller = Teller(
        telling=telling,
        directory=directory,
        hush=hush,
        renderer=Templates(ground.settings.console_url),
        manners=policy.manners,
    )
    follower = Follower(
        telling=telling, directory=directory, read=_READ.decode, reminders=policy.reminders
    )
    presence = Presence(ground.settings.database_url)
    found = _ways(ground)
    make = partial(postman_of, outbox, found, ground.settings, ground.clock)
    postmen = Postmen(make, outbox, presence, ground.clock)
    tellers = Tellers(
        follower, teller, partial(ground.db.alone, _ALONE), ground.clock, postmen.word
    )

    async def digests(tick: Tick) -> None:
        while await teller.digests(tick.end):
            postmen.word()

    return Arm(
        routers=(routes.router, contacts.router, notices.router),
        state={
            "directory": directory,
            "quiet_names": hush.names,
            "notice_log": PostgresNoticeLog(ground.db),
            "outbox": outbox,
            "teller": teller,
            "notices_made": postmen.word,
            "look_at_groups": tellers.look,
            "check_apprise": problem_of,
        },
        tasks={
            "presence": presence.run,
            "journal for telling": tellers.follow,
            "telling": tellers.tell,
            "postmen": postmen.run,
            "notices waiting": postmen.count,
        },
        words=(tellers.word,),
        jobs=(Job(name="digests", every=timedelta(minutes=1), work=digests),),
    )
