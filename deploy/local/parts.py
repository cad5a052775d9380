"""How each part of a system is started: the two servers, the schema, and the four services."""

import http.client
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import deploy
from deploy.local import kafka, postgres
from deploy.local.kafka_jars import Progress
from deploy.local.operator_key import file as key_file
from deploy.local.options import KAFKA, POSTGRES, SERVICES, UpOptions
from deploy.local.ports import LOOPBACK
from deploy.local.process import Plan

SCHEMA = "schema"
_SOURCE = Path(deploy.__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part by name, where people find it, and how to plan its start (again)."""

    name: str
    title: str
    address: str
    prepare: Callable[[], Plan]
    once: bool = False
    """True for a part that ends when it has done its work."""


Stages = Sequence[Sequence[Part]]
"""The parts of one stage start side by side; a stage begins when the one before is ready."""


def stages(options: UpOptions, operator_key: str, progress: Progress) -> Stages:
    """The whole system. The tables are made while Kafka starts; the topics right after."""
    postgres_part, kafka_part = servers(options, progress)
    return ((postgres_part,), (kafka_part, schema(options)), services(options, operator_key))


def servers(options: UpOptions, progress: Progress) -> tuple[Part, Part]:
    """PostgreSQL, then Kafka."""
    folder, numbers = options.data_dir, options.ports
    return (
        Part(
            name=POSTGRES,
            title="PostgreSQL",
            address=f"{LOOPBACK}:{numbers[POSTGRES]}",
            prepare=lambda: postgres.prepare(
                folder / "postgres", numbers[POSTGRES], log=options.log(POSTGRES)
            ),
        ),
        Part(
            name=KAFKA,
            title="Kafka",
            address=f"{LOOPBACK}:{numbers[KAFKA]}",
            prepare=lambda: kafka.prepare(
                folder / "kafka", numbers[KAFKA], log=options.log(KAFKA), progress=progress
            ),
        ),
    )


def schema(options: UpOptions) -> Part:
    """A short-lived process that brings tables and topics up to date."""
    return Part(
        name=SCHEMA,
        title="tables, topics",
        address="",
        once=True,
        prepare=lambda: Plan(
            name=SCHEMA,
            argv=(sys.executable, "-m", "deploy.local.schema"),
            log=options.log(SCHEMA),
            cwd=options.data_dir,
            ready=lambda _pid: False,
            env=environment(options),
        ),
    )


def services(options: UpOptions, operator_key: str) -> tuple[Part, ...]:
    """The four services, in the order in which they start."""
    return tuple(_service(name, options, operator_key) for name in SERVICES)


def _service(name: str, options: UpOptions, operator_key: str) -> Part:
    port = options.ports[name]
    own = {"QINGYU_PORT": str(port), "QINGYU_BOOTSTRAP_OPERATOR_KEY": operator_key}
    return Part(
        name=name,
        title=name,
        address=options.url(name),
        prepare=lambda: Plan(
            name=name,
            argv=(sys.executable, "-m", f"services.{name}"),
            log=options.log(name),
            cwd=options.data_dir,
            ready=lambda _pid: is_ready(port),
            env={**environment(options), **own},
            stopping=((signal.SIGTERM, 25.0), (signal.SIGKILL, 5.0)),
        ),
    )


def environment(options: UpOptions) -> Mapping[str, str]:
    """The settings that every service of this system is given."""
    folder = options.data_dir / "postgres"
    return {
        "QINGYU_DATABASE_URL": postgres.url(folder, options.ports[POSTGRES]),
        "QINGYU_KAFKA": f"{LOOPBACK}:{options.ports[KAFKA]}",
        "QINGYU_HOST": LOOPBACK,
        "QINGYU_LOG_LEVEL": options.log_level,
        # By it a service asks another one for what nobody is there to ask for.
        "QINGYU_SERVICE_KEY_FILE": str(key_file(options.data_dir)),
        **{f"QINGYU_{name.upper()}_URL": options.url(name) for name in SERVICES},
        # Started from the data folder, so the program's own folder must be named; and glibc's
        # per-thread heaps would cost each process tens of megabytes for nothing.
        "PYTHONPATH": str(_SOURCE),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def is_ready(port: int, timeout: float = 0.5) -> bool:
    """True if the service on the port answers /readyz with 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
