"""What the console is told by its environment."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field

from shared.kit.settings import Settings


class ConsoleSettings(Settings):
    """All have defaults that suit one machine."""

    port: int = Field(default=8600, ge=0, le=65535, description="port the pages are served on")
    ingest_url: str = Field(default="http://127.0.0.1:8601", description="where ingest answers")
    evaluator_url: str = Field(
        default="http://127.0.0.1:8602", description="where the evaluator answers"
    )
    alerts_url: str = Field(default="http://127.0.0.1:8603", description="where alerts answers")
    console_url: str = Field(
        default="",
        description="the address people open, such as https://energy.example.cn; used in one-time "
        "links, and https makes the session's cookie a secure one",
    )
    console_session_hours: int = Field(
        default=12, ge=1, le=24 * 30, description="how long a person stays signed in"
    )
    console_link_minutes: int = Field(
        default=30, ge=1, le=24 * 60, description="how long a one-time sign-in link can be used"
    )

    @property
    def services(self) -> Mapping[str, str]:
        """Where each service answers, by name."""
        return {
            "ingest": self.ingest_url.rstrip("/"),
            "evaluator": self.evaluator_url.rstrip("/"),
            "alerts": self.alerts_url.rstrip("/"),
        }

    @property
    def session_life(self) -> timedelta:
        """How long a person stays signed in."""
        return timedelta(hours=self.console_session_hours)

    @property
    def link_life(self) -> timedelta:
        """How long a one-time link can be used."""
        return timedelta(minutes=self.console_link_minutes)
