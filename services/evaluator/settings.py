"""What the evaluator is told by its environment."""

from pydantic import Field

from shared.kit.settings import Settings


class EvaluatorSettings(Settings):
    """Settings of one copy of the evaluator."""

    port: int = Field(default=8602, ge=0, le=65535, description="port this service listens on")
    min_poll_ms: int = Field(
        default=20,
        ge=0,
        description="how long a busy consumer gathers messages before it commits; "
        "longer means less work and later warnings",
    )
    batch_mib: int = Field(default=8, ge=1, description="most that one commit takes in, MiB")
    rows_at_hand: int = Field(
        default=2_000_000, ge=10_000, description="readings kept in memory (25 bytes each)"
    )
    books_mib: int = Field(default=64, ge=1, description="books kept in memory, MiB")
    factors_file: str = Field(
        default="", description="standard-coal factors (YAML); empty for those of the package"
    )
    conditions_file: str = Field(
        default="",
        description="by what conditions become levels (YAML); empty for that of the package",
    )
    watch_file: str = Field(
        default="",
        description="by what forecasts, silence, bad data and gaps become levels (YAML); "
        "empty for that of the package",
    )
    dead_letters_a_minute: int = Field(
        default=100, ge=1, description="unreadable messages a minute before the service stops"
    )
