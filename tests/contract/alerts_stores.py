"""The two stores of alerts behind one face: in memory, and PostgreSQL."""

from typing import Protocol

from services.alerts.adapters.archive import PostgresArchive
from services.alerts.adapters.attachments import PostgresAttachments
from services.alerts.adapters.delivery_log import PostgresDeliveryLog, PostgresEndpoints
from services.alerts.adapters.desk import PostgresDesk
from services.alerts.ports.warnings import Archive, Attachments, DeliveryLog, Desk, Endpoints
from shared.kit.postgres import Database
from tests.usecases.alerts.memory import MemoryStore


class Store(Protocol):
    """All ports of one store."""

    @property
    def desk(self) -> Desk: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def endpoints(self) -> Endpoints: ...
    @property
    def deliveries(self) -> DeliveryLog: ...
    @property
    def attachments(self) -> Attachments: ...


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        store = MemoryStore()
        self.desk: Desk = store
        self.archive: Archive = store
        self.endpoints: Endpoints = store
        self.deliveries: DeliveryLog = store
        self.attachments: Attachments = store


class InPostgres:
    """The real thing."""

    def __init__(self, db: Database) -> None:
        self.desk: Desk = PostgresDesk(db)
        self.archive: Archive = PostgresArchive(db)
        self.endpoints: Endpoints = PostgresEndpoints(db)
        self.deliveries: DeliveryLog = PostgresDeliveryLog(db)
        self.attachments: Attachments = PostgresAttachments(db)
