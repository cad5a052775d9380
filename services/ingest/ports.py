"""What the handlers need of the world outside, in their own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.ingest.domain.admission.admission import Offer
from services.ingest.domain.catalogue.planning import Change
from services.ingest.domain.catalogue.rows import Fault, Row
from services.ingest.domain.keys import Key
from shared.model.catalogue import Catalogue
from shared.model.readings import Readings


class Outdated(Exception):  # noqa: N818 - an instruction: plan again
    """The catalogue has a newer version than the plan was made for; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One operator's file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRows:
    """What could be read of a file, and what not."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()


class ReadFile(Protocol):
    """Turns a file into rows; never raises for what stands in it."""

    def __call__(self, file: File) -> ReadRows:
        """Rows in the order of the file, with line numbers from 1."""


class CatalogueStore(Protocol):
    """Where the catalogue is kept, for all copies of this service.

    Every method raises ConnectionError when the store is away; then nothing was changed.
    """

    async def version(self) -> int:
        """The newest version; 0 before the first import."""

    async def newer(self, known: Catalogue) -> Catalogue:
        """The newest catalogue, given one that is known already."""

    async def commit(
        self, base: int, recorded_at: int, changes: Sequence[Change], *, by: str, files: list[str]
    ) -> int:
        """Write the changes as version `base + 1` and stage their publication, all or nothing.

        Returns the version. Raises Outdated if `base` is not the newest version any more.
        """


class KeyStore(Protocol):
    """Where keys are kept, as hashes; raises ConnectionError when it is away."""

    async def all(self) -> tuple[Key, ...]:
        """Every key, revoked ones too, oldest first."""

    async def generation(self) -> str:
        """A word that differs whenever any key was added or revoked."""

    async def add(self, key: Key) -> bool:
        """Store a key and stage its publication; False if its id or hash is there already."""

    async def revoke(self, key_id: str, at_us: int) -> Key | None:
        """Revoke a key and stage its publication; None if there is no such key."""

    async def write(
        self, *, add: Sequence[Key], change: Sequence[Key], revoke: Sequence[Key]
    ) -> bool:
        """Store all of it as it is and stage it, or nothing: False if a key is in the way.

        Of `change` the rights are written, of `revoke` the instant.
        """


class Wake(Protocol):
    """Tells whoever publishes that something is staged."""

    def __call__(self) -> None:
        """Returns at once."""


class Format(StrEnum):
    """How a body is written."""

    JSON = "application/json"
    NDJSON = "application/x-ndjson"
    CSV = "text/csv"


class UnreadableBody(ValueError):  # noqa: N818 - the sender's fault, by its own name
    """A body that is not what its format says; the text is for its sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One request's bytes, unpacked: readings, or meter changes if `changes`."""

    format: Format
    data: bytes
    changes: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Readings of several bodies in one set of columns.

    `bodies`: which bodies, in the order of their rows; `rows`: how many rows each has.
    """

    bodies: tuple[int, ...]
    rows: tuple[int, ...]
    offer: Offer


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bodies turned into columns, all but those that cannot be read."""

    parts: tuple[Part, ...]
    unreadable: dict[int, UnreadableBody]


class Decode(Protocol):
    """Turns bodies into columns, as few sets of them as possible; never raises."""

    def __call__(self, bodies: Sequence[Body]) -> Decoded:
        """Every body is in one part or unreadable."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Admitted readings of one partition."""

    partition: int
    readings: Readings


class ReadingLog(Protocol):
    """Where admitted readings go."""

    async def append(
        self,
        bundles: Sequence[Bundle],
        *,
        catalogue_version: int,
        received_at_us: int,
        correlation_id: str,
    ) -> None:
        """Returns when all are safe; raises ConnectionError if that is not certain."""
