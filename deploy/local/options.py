"""What `qingyu up` was asked for: the folder and the ports, checked before anything starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import ports

POSTGRES = "postgres"
KAFKA = "kafka"
SERVICES = ("ingest", "evaluator", "alerts", "console")
"""In the order in which they start; they stop in the other."""

DEFAULT_PORTS: Mapping[str, int] = {
    POSTGRES: 15432,
    KAFKA: 19092,
    "ingest": 8601,
    "evaluator": 8602,
    "alerts": 8603,
    "console": 8600,
}


class PortsError(RuntimeError):
    """Some ports cannot be had; the message names each, its part, and what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpOptions:
    """A data folder (absolute) and a port for each part."""

    data_dir: Path
    ports: Mapping[str, int]
    log_level: str = "INFO"

    @property
    def logs(self) -> Path:
        """Where the parts' logs are."""
        return self.data_dir / "logs"

    def log(self, part: str) -> Path:
        """The log of one part."""
        return self.logs / f"{part}.log"

    def url(self, service: str) -> str:
        """The base address of a service."""
        return f"http://{ports.LOOPBACK}:{self.ports[service]}"


def options(
    data_dir: Path, *, log_level: str = "INFO", free: bool = False, **chosen: int | None
) -> UpOptions:
    """Options with the default port (or a free one) for every part that none was chosen for.

    Port 0 means any free one, chosen now.
    """
    found = {
        part: _port(chosen.get(part), 0 if free else default)
        for part, default in DEFAULT_PORTS.items()
    }
    return UpOptions(data_dir=data_dir.expanduser().resolve(), ports=found, log_level=log_level)


def _port(chosen: int | None, default: int) -> int:
    wanted = default if chosen is None else chosen
    return wanted or ports.free_port()


def check_ports(
    wanted: Mapping[str, int],
    *,
    is_free: Callable[[int], bool] = ports.is_free,
    holder: Callable[[int], str | None] = ports.holder,
) -> None:
    """Raise PortsError with one line for every port that is taken or wanted twice."""
    problems = []
    for part, port in wanted.items():
        rivals = [other for other in wanted if wanted[other] == port and other != part]
        if rivals:
            problems.append(f"port {port} is wanted by both {part} and {rivals[0]}")
        elif not is_free(port):
            problems.append(
                f"port {port} ({part}) is in use by {holder(port) or 'another program'}"
            )
        else:
            continue
        problems[-1] += f"; choose another with {option_name(part)} or {variable_name(part)}"
    if problems:
        raise PortsError("\n".join(problems))


def option_name(part: str) -> str:
    """The option of `qingyu up` that sets the part's port."""
    return f"--{part}-port"


def variable_name(part: str) -> str:
    """The environment variable that sets the part's port."""
    return f"QINGYU_{part.upper()}_PORT"
