"""How the parts of the alerts service are put together, one file an arm of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import httpx
from fastapi import APIRouter

from services.alerts.adapters.policy import Section, load
from services.alerts.domain.tick import Job
from services.alerts.ports.warnings import Archive
from services.alerts.settings import AlertsSettings
from shared.kit.clock import Clock, now
from shared.kit.kafka.producer import Producer
from shared.kit.postgres import Database
from shared.kit.process import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every arm stands on. `word` is said after something was added to the journal.

    `policy` is the policy file; each arm reads its own sections and refuses what it cannot use.
    """

    db: Database
    settings: AlertsSettings
    producer: Producer
    client: httpx.AsyncClient
    archive: Archive
    word: Callable[[], None]
    policy: Section = field(default_factory=load)
    clock: Clock = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What an arm adds to the service: routes, what they find in `request.state`, tasks, ends.

    `words` are called whenever there are new entries in the journal (from any copy). `jobs` are
    done in their rhythm by one copy at a time.
    """

    routers: tuple[APIRouter, ...] = ()
    state: Mapping[str, object] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    words: tuple[Callable[[], None], ...] = ()
    jobs: tuple[Job, ...] = ()
    closers: tuple[tuple[str, Callable[[], Awaitable[None]]], ...] = ()
