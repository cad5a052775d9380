"""What every service is told by its environment, read once and never changed."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings common to all services; each service adds its own in a subclass."""

    model_config = SettingsConfigDict(
        env_prefix="QINGYU_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    database_url: str = Field(
        default="postgresql://qingyu@127.0.0.1:15432/qingyu",
        repr=False,
        description="PostgreSQL: postgresql://user:password@host:port/database",
    )
    kafka: str = Field(
        default="127.0.0.1:19092", description="Kafka bootstrap servers, comma separated"
    )
    host: str = Field(default="127.0.0.1", description="address this service listens on")
    port: int = Field(default=0, ge=0, le=65535, description="port this service listens on")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    replication: int = Field(default=1, ge=1, description="copies Kafka keeps of every topic")
    readings_partitions: int = Field(default=12, ge=1, description="partitions of readings.v1")
    totals_partitions: int = Field(default=12, ge=1, description="partitions of totals.v1")
