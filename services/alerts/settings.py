"""What the alerts service is told by its environment."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from services.alerts.domain.delivery import RetryPolicy
from shared.kit.settings import Settings


class AlertsSettings(Settings):
    """All have defaults that suit one machine."""

    port: int = Field(default=8603, ge=0, le=65535, description="port this service listens on")
    evaluator_url: str = Field(
        default="http://127.0.0.1:8602", description="where the evaluator answers"
    )
    service_key_file: Path | None = Field(
        default=None,
        description="file with the key by which the service itself asks the evaluator, for briefs",
    )
    letters: Path | None = Field(
        default=None,
        description="folder of an office's own templates of letters, such as circular.docx",
    )
    webhook_first_wait_s: float = Field(
        default=1.0, gt=0, description="wait after the first failed attempt; doubles from there"
    )
    webhook_longest_wait_s: float = Field(
        default=300.0, gt=0, description="longest wait between two attempts"
    )
    webhook_timeout_s: float = Field(default=15.0, gt=0, description="longest time of one attempt")
    webhook_at_once: int = Field(
        default=16, ge=1, description="events sent to one endpoint at the same time"
    )
    notices_at_once: int = Field(
        default=16, ge=1, description="notices sent by one channel at the same time"
    )
    smtp_host: str = Field(default="", description="mail server for notices; empty: no mail")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="its port; 465 with tls")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="none", description="how the way to the mail server is kept secret"
    )
    smtp_user: str = Field(default="", description="login at the mail server; empty: none")
    smtp_password: str = Field(default="", repr=False, description="password of the login")
    smtp_sender: str = Field(default="qingyu@localhost", description="whom mails come from")
    alerts_policy: Path | None = Field(
        default=None, description="YAML file whose sections replace those of the built-in policy"
    )
    console_url: str = Field(
        default="http://127.0.0.1:8600", description="the console's address, for links to warnings"
    )

    @property
    def retry(self) -> RetryPolicy:
        """When a webhook is tried again."""
        return RetryPolicy(
            first=timedelta(seconds=self.webhook_first_wait_s),
            longest=timedelta(seconds=self.webhook_longest_wait_s),
        )

    @property
    def lease(self) -> timedelta:
        """How long a claimed delivery is left to its claimer: well beyond the longest attempt."""
        return timedelta(seconds=self.webhook_timeout_s * 2 + 30)
