"""What the ingest service is told by its environment."""

from pydantic import Field

from shared.kit.settings import Settings

_MIB = 1024 * 1024


class IngestSettings(Settings):
    """All have defaults that suit one machine."""

    port: int = Field(default=8601, ge=0, le=65535, description="port this service listens on")
    bootstrap_operator_key: str | None = Field(
        default=None,
        repr=False,
        description="an operator's key that is let in from the start; kept as a hash only",
    )
    body_bytes: int = Field(
        default=16 * _MIB, ge=1024, description="largest body of readings, unpacked"
    )
    import_bytes: int = Field(
        default=64 * _MIB, ge=1024, description="largest body of a catalogue import"
    )
    most_items: int = Field(default=20_000, ge=1, description="most readings in one request")
    future_s: int = Field(
        default=300, ge=0, description="how far ahead of our clock a reading's instant may be"
    )
    past_years: int = Field(
        default=20, ge=1, le=50, description="how many years ago a reading's instant may be"
    )
    refresh_s: float = Field(
        default=1.0, gt=0, description="how often other copies' imports and keys are looked for"
    )
    waiting_bytes: int = Field(
        default=64 * _MIB, ge=_MIB, description="bodies that may wait; beyond it senders get 503"
    )
    batch_bytes: int = Field(
        default=2 * _MIB, ge=1024, description="bodies that are judged and written together"
    )
    batches_in_flight: int = Field(
        default=4, ge=1, description="batches that may await Kafka's acknowledgement"
    )
    batch_pause_s: float = Field(
        default=0.002, ge=0, description="how long small requests wait for company under load"
    )
