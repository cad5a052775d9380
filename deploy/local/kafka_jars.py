"""Kafka's jars: exactly those of the committed lock file, fetched once, verified at each start."""

import fcntl
import hashlib
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

LOCK_FILE = Path(__file__).with_name("kafka.lock.toml")
_CONNECTIONS = 8
_TIMEOUT_S = 60
_ATTEMPTS = 3

Progress = Callable[[int, int, str], None]
"""Told (jars fetched, jars to fetch, name of the last one)."""


class JarsError(RuntimeError):
    """A jar could not be fetched, or what came is not what the lock file pins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One pinned artifact: its Maven coordinates and the SHA-256 of its bytes."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def path(self) -> Path:
        """Its place in any Maven repository."""
        folder = Path(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"


def read_lock(text: str) -> tuple[Jar, ...]:
    """The jars a lock file names; ValueError that says which entry is wrong."""
    jars = tuple(_jar(number, entry) for number, entry in enumerate(tomllib.loads(text)["jar"], 1))
    if not jars:
        raise ValueError("the lock file names no jar")
    return jars


def _jar(number: int, entry: dict[str, str]) -> Jar:
    parts = str(entry.get("coordinates", "")).split(":")
    digest = str(entry.get("sha256", ""))
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"jar {number}: coordinates must be group:artifact:version")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"jar {number} ({parts[1]}): sha256 must be 64 hexadecimal digits")
    return Jar(group=parts[0], artifact=parts[1], version=parts[2], sha256=digest)


def write_lock(jars: Sequence[Jar], heading: str) -> str:
    """The text of a lock file, one entry a jar, in the order given."""
    entries = (
        f'[[jar]]\ncoordinates = "{jar.group}:{jar.artifact}:{jar.version}"\n'
        f'sha256 = "{jar.sha256}"\n'
        for jar in jars
    )
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    return comment + "\n" + "\n".join(entries)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_stderr(done: int, total: int, name: str) -> None:
    """The plainest progress: a line now and then, for terminals and logs alike."""
    if done == 0:
        print(f"Kafka: fetching {total} jars (43 MB, once) ...", file=sys.stderr, flush=True)
    elif done == total or done % 10 == 0:
        print(f"Kafka: {done}/{total} {name}", file=sys.stderr, flush=True)


def ensure_jars(cache: Path, progress: Progress = to_stderr) -> tuple[Path, ...]:
    """Paths of all pinned jars below `cache`, fetched if missing; JarsError says what to do.

    Safe when several processes do it at once: the others wait for the first.
    """
    jars = read_lock(LOCK_FILE.read_text(encoding="utf-8"))
    store = cache / "maven"
    with _one_at_a_time(cache):
        missing = [jar for jar in jars if not _is_good(store / jar.path, jar)]
        if missing:
            _fetch_all(missing, store, progress)
    return tuple(store / jar.path for jar in jars)


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "maven.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_good(path: Path, jar: Jar) -> bool:
    return path.is_file() and digest_of(path) == jar.sha256


def _fetch_all(jars: Sequence[Jar], store: Path, progress: Progress) -> None:
    progress(0, len(jars), "")
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        pending = {pool.submit(_fetch, jar, store): jar for jar in jars}
        for done, future in enumerate(as_completed(pending), 1):
            try:
                future.result()
            except JarsError:
                pool.shutdown(cancel_futures=True)
                raise
            progress(done, len(jars), pending[future].artifact)


def _fetch(jar: Jar, store: Path) -> None:
    """Take the jar from Maven's own folder on this machine, else from its repositories."""
    target = store / jar.path
    target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    local = _maven_home() / jar.path
    if _is_good(local, jar):
        shutil.copyfile(local, target)
        return
    problem = ""
    for _ in range(_ATTEMPTS):  # a hiccup of the network, or a download that broke off
        reason = _download(jar, store)
        if _is_good(target, jar):
            return
        problem = _explain(jar, reason, digest_of(target) if target.is_file() else None)
        target.unlink(missing_ok=True)
    raise JarsError(problem)


def _explain(jar: Jar, reason: str | None, found: str | None) -> str:
    name = f"{jar.group}:{jar.artifact}:{jar.version}"
    if reason is None:
        return (
            f"{name} arrived with another content than the lock file pins: SHA-256 {found} "
            f"instead of {jar.sha256}. It was thrown away. Is a proxy or mirror altering files?"
        )
    return (
        f"{name} could not be fetched: {reason}. Qingyu needs a Maven repository once; proxies "
        "are taken from the environment, mirrors from Maven's settings.xml or jgo's configuration."
    )


def _download(jar: Jar, store: Path) -> str | None:
    """Let jgo fetch one artifact; None, or why it could not."""
    from jgo.maven import MavenContext  # noqa: PLC0415 slow to import, needed once

    context = MavenContext(repo_cache=store, remote_repos=repositories(), timeout=_TIMEOUT_S)
    project = context.project(jar.group, jar.artifact)
    try:
        project.at_version(jar.version).artifact().resolve()
    except (OSError, RuntimeError, ValueError) as error:  # requests' errors are OSErrors
        return str(error)
    return None


def repositories() -> dict[str, str]:
    """Name and address of the Maven repositories this machine is set up to use.

    jgo's default, overridden by jgo's own configuration, overridden by a mirror in Maven's
    settings. Proxies and certificates come from the environment (requests reads it).
    """
    from jgo.config import GlobalSettings  # noqa: PLC0415 slow to import, needed once
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415

    found = {"central": str(MAVEN_CENTRAL_URL), **GlobalSettings.load().repositories}
    settings = Path.home() / ".m2" / "settings.xml"
    mirror = mirror_of_central(settings.read_text("utf-8")) if settings.is_file() else None
    return {**found, "central": mirror} if mirror else found


def mirror_of_central(settings_xml: str) -> str | None:
    """The address that Maven's settings name as mirror of everything or of `central`."""
    try:
        root = ElementTree.fromstring(settings_xml)
    except ElementTree.ParseError:
        return None
    for mirror in root.iterfind(".//{*}mirrors/{*}mirror"):
        names = {name.strip() for name in mirror.findtext("{*}mirrorOf", "").split(",")}
        address = mirror.findtext("{*}url", "").strip()
        if address and names & {"*", "central", "external:*"} and "!central" not in names:
            return address.rstrip("/")
    return None


def _maven_home() -> Path:
    from jgo.constants import default_maven_repo  # noqa: PLC0415 slow to import, needed once

    return Path(str(default_maven_repo()))
