"""Has the pinned files in a folder: what is missing comes by npm, is verified, and is copied."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.assets.errors import AssetsError
from deploy.assets.npm import Npm, install_wheel, last_lines, of_the_machine, of_the_wheel
from deploy.assets.pins import PINS_FILE, Pin, digest_of, missing, read_pins

_HERE = Path(__file__).parent
_ATTEMPTS = 2
"""Of the whole; npm itself asks for each file again after a hiccup."""
_STILL_S = 15
_LONGEST_S = 1800

Tell = Callable[[str], None]
"""Told one line at a time what is being done."""


def to_stderr(line: str) -> None:
    """The plainest progress: a line, for terminals and logs alike."""
    print(f"Assets: {line}", file=sys.stderr, flush=True)


def ensure(folder: Path, tell: Tell = to_stderr, package: Path = _HERE) -> tuple[Pin, ...]:
    """Have all pinned files in the folder; what had to be fetched. AssetsError says what to do.

    package: where package.json, package-lock.json and the pins are. Does nothing where all files
    are there. Safe when several processes do it at once.
    """
    pins = read_pins((package / PINS_FILE).read_text(encoding="utf-8"))
    with _one_at_a_time(folder):
        wanted = missing(pins, folder)
        if wanted:
            _fetch(wanted, folder, package, tell)
            tell(f"{len(wanted)} files verified and put into {folder}")
    return wanted


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise AssetsError(
            f"{folder} cannot be written: {error}. Run this as whoever owns the environment."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(wanted: Sequence[Pin], folder: Path, package: Path, tell: Tell) -> None:
    npm = _npm(tell)
    with tempfile.TemporaryDirectory(prefix="qingyu-assets-") as name:
        room = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(package / file, room / file)
        tell(f"fetching fonts and outlines with npm {npm.version} (130 MB, once) ...")
        _install(npm, room, tell)
        for pin in wanted:
            _verify(pin, room / "node_modules" / pin.source)
        for pin in wanted:
            _copy(room / "node_modules" / pin.source, folder / pin.file)


def _npm(tell: Tell) -> Npm:
    found = of_the_machine() or of_the_wheel()
    if found:
        return found
    tell("no npm (7 or newer) on PATH: installing one into this environment (60 MB) ...")
    install_wheel()
    found = of_the_wheel()
    if found is None:
        raise AssetsError(
            "the npm that pip installed does not run on this machine. Install npm (7 or newer) "
            "by other means, then run again: python -m deploy.assets"
        )
    return found


def _install(npm: Npm, room: Path, tell: Tell) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        problem = _run(npm, room, tell)
        if problem is None:
            return
        if attempt < _ATTEMPTS:
            tell(f"npm failed, trying again ({attempt + 1} of {_ATTEMPTS}):\n  {problem}")
    raise AssetsError(
        f"npm could not fetch the fonts and outlines:\n  {problem}\n"
        "npm asks the registry it is set up for: look at `npm config get registry`, and set "
        "registry, proxy or cafile in ~/.npmrc (or NPM_CONFIG_REGISTRY and so on) if this "
        "machine needs another way. Then run again: python -m deploy.assets\n"
        "Without any network: copy share/qingyu from an environment that has it to "
        f"{Path(sys.prefix, 'share', 'qingyu')}, or name its place in QINGYU_ASSETS."
    )


def _run(npm: Npm, room: Path, tell: Tell) -> str | None:
    """Let npm install what the lock file pins; None, or why it could not."""
    with subprocess.Popen(
        (*npm.command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        cwd=room,
        env=npm.with_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for waited in range(_STILL_S, _LONGEST_S + 1, _STILL_S):
            try:
                said, _ = process.communicate(timeout=_STILL_S)
            except subprocess.TimeoutExpired:
                tell(f"still fetching, {waited} s ...")
            else:
                return None if process.returncode == 0 else _reason(said)
        process.kill()
    return f"not done after {_LONGEST_S // 60} minutes"


def _reason(said: str) -> str:
    """npm's own sentences: the first ones say what is wrong, the last ones what it thinks helps."""
    lines = [line for line in said.splitlines() if line.startswith(("npm error ", "npm ERR! "))]
    reasons = [line for line in lines if "log of this run" not in line and len(line.split()) > 2]
    return "\n  ".join(reasons[:4]) if reasons else last_lines(said)


def _verify(pin: Pin, path: Path) -> None:
    found = digest_of(path)
    if found == pin.sha256:
        return
    if found is None:
        raise AssetsError(
            f"the npm packages hold no {pin.source}: {PINS_FILE} and package-lock.json do "
            "not belong together. Take both from the same version of Qingyu."
        )
    raise AssetsError(
        f"{pin.source} came with another content than {PINS_FILE} pins: SHA-256 {found} "
        f"instead of {pin.sha256}. Nothing was copied. Is a proxy or registry altering files?"
    )


def _copy(source: Path, target: Path) -> None:
    """Whoever looks sees the whole file or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, partial)
    partial.replace(target)
