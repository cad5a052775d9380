"""The stores of telling on PostgreSQL."""

from collections.abc import Mapping
from typing import Any

from services.alerts.adapters.desk import PostgresDesk
from services.alerts.adapters.directory import PostgresDirectory
from services.alerts.adapters.notice_log import PostgresNoticeLog
from services.alerts.adapters.outbox import PostgresOutbox
from services.alerts.adapters.telling_store import PostgresTelling
from services.alerts.ports.telling import Directory, NoticeLog, Outbox, Telling
from services.alerts.ports.warnings import Desk
from shared.kit.postgres import Database
from tests.usecases.alerts.telling_parts import ROUTES


class InPostgres:
    """The real thing."""

    def __init__(self, db: Database, routes: Mapping[str, Any] = ROUTES) -> None:
        self.desk: Desk = PostgresDesk(db)
        self.telling: Telling = PostgresTelling(db)
        self.directory: Directory = PostgresDirectory(db, routes)
        self.outbox: Outbox = PostgresOutbox(db)
        self.log: NoticeLog = PostgresNoticeLog(db)
