"""`qingyu up`: start a whole system and keep it running."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.terminal import TerminalReporter, fail, out
from deploy.local.dirlock import LockedError
from deploy.local.kafka_jars import JarsError
from deploy.local.options import PortsError, UpOptions, options
from deploy.local.process import PartError
from deploy.local.supervisor import Supervisor
from deploy.local.version import version
from deploy.local.watched import GivenUpError

_PORTS = "Ports (0: any free one)"


def _port(part: str, default: int) -> Any:  # typer's own helpers return Any too
    return typer.Option(
        f"--{part}-port",
        envvar=f"QINGYU_{part.upper()}_PORT",
        min=0,
        max=65535,
        metavar="PORT",
        show_default=str(default),
        rich_help_panel=_PORTS,
        help=f"Port of {part}.",
    )


Folder = Annotated[
    Path,
    typer.Option("--data-dir", "-d", envvar="QINGYU_DATA_DIR", help="Holds all data and logs."),
]
Follow = Annotated[
    bool, typer.Option("--follow", "--verbose", "-f", help="Show the parts' logs as they grow.")
]
LogLevel = Annotated[
    str, typer.Option(envvar="QINGYU_LOG_LEVEL", help="DEBUG, INFO, WARNING or ERROR.")
]
FreePorts = Annotated[
    bool,
    typer.Option(
        "--free-ports", rich_help_panel=_PORTS, help="Any free port where none is chosen."
    ),
]


def command(  # noqa: PLR0913, PLR0917 an option a port
    data_dir: Folder = Path("data"),
    follow: Follow = False,
    log_level: LogLevel = "INFO",
    free_ports: FreePorts = False,
    console_port: Annotated[int | None, _port("console", 8600)] = None,
    ingest_port: Annotated[int | None, _port("ingest", 8601)] = None,
    evaluator_port: Annotated[int | None, _port("evaluator", 8602)] = None,
    alerts_port: Annotated[int | None, _port("alerts", 8603)] = None,
    postgres_port: Annotated[int | None, _port("postgres", 15432)] = None,
    kafka_port: Annotated[int | None, _port("kafka", 19092)] = None,
) -> None:
    """Start PostgreSQL, Kafka and the four services, and keep them running until Ctrl-C.

    All data is in one folder, everything listens on this machine only, and nothing else has to be
    installed. The same command on the same folder carries on where the last one stopped. A part
    that dies is started again; one that keeps dying ends everything with its log and exit code 1.

    \b
    $ qingyu up                              data in ./data, console at port 8600
    $ qingyu up -d /srv/qingyu --follow      elsewhere, with the logs
    $ qingyu up -d other --free-ports        a second one beside it
    $ qingyu status -d other                 where that one listens
    """
    asked = options(
        data_dir,
        log_level=log_level,
        free=free_ports,
        console=console_port,
        ingest=ingest_port,
        evaluator=evaluator_port,
        alerts=alerts_port,
        postgres=postgres_port,
        kafka=kafka_port,
    )
    raise typer.Exit(_run(asked, follow=follow))


def _run(asked: UpOptions, *, follow: bool) -> int:
    out.print(f"[bold]Qingyu 晴雨[/] {version()}  [dim]data in {asked.data_dir}[/]\n")
    try:
        return Supervisor(asked, TerminalReporter(), follow=follow).run()
    except (LockedError, PortsError, PartError, JarsError, GivenUpError, OSError) as error:
        fail(str(error))
