"""The README's shell blocks as one script, run in a copy of the sources as a newcomer would."""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.options import DEFAULT_PORTS, variable_name
from deploy.local.ports import free_port, is_free
from services.alerts.adapters.briefs import assets
from tests.system.stack import until

BEGIN, END = "<!-- walk:begin -->", "<!-- walk:end -->"
STAYS = "leave it running"
_FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)#[^'\"]*$")
_STOP_S = 60
_PATIENCE_S = 240.0
# Whatever the lines have started is stopped at the end, and waited for.
_FRAME = """set -e
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
trap 'exit 0' TERM
{lines}
touch "$WALK_DONE"
wait
"""


def blocks(readme: str) -> list[str]:
    """The shell blocks between the marks, in their order."""
    parts = readme.split(BEGIN)[1:]
    return [block for part in parts for block in _FENCED.findall(part.partition(END)[0])]


def script(readme: str) -> str:
    """All blocks in one; a line that is to be left running goes to the background."""
    lines = (line for block in blocks(readme) for line in block.splitlines())
    return "\n".join(_in_background(line) if STAYS in line else line for line in lines)


def _in_background(line: str) -> str:
    command = _COMMENT.sub("", line).rstrip()
    return command if command.endswith("&") else f"{command} &"


def copy_of(source: Path, target: Path) -> Path:
    """The files under version control, as they are now, with an environment that has all packages.

    Instead of being downloaded, packages, fonts and outlines are those that run this test; the
    program itself is the copy's.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=source, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, target / name)
    _environment(target)
    return target


def _environment(target: Path) -> None:
    home = target / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)})
    (Path(packages) / "copy.pth").write_text(f"{target}\n{sysconfig.get_path('purelib')}\n")
    program = home / "bin" / "qingyu"
    program.write_text(
        f"#!{home}/bin/python\nfrom deploy.cli.main import run\n\nraise SystemExit(run())\n"
    )
    program.chmod(0o755)
    (home / "share").mkdir(exist_ok=True)
    (home / "share" / "qingyu").symlink_to(assets.folder())
    for stamp in ("made.stamp", "runtime.stamp", "dev.stamp", "assets.stamp"):
        (home / stamp).touch()


def ports() -> Mapping[str, int]:
    """The ports that the README names, or free ones if any of them is taken."""
    if all(is_free(port) for port in DEFAULT_PORTS.values()):
        return DEFAULT_PORTS
    print("a port that the README names is in use: its lines are run with other ports")
    return {part: free_port() for part in DEFAULT_PORTS}


@contextmanager
def walked(readme: str, folder: Path, numbers: Mapping[str, int]) -> Iterator[str]:
    """What the lines said; what they started runs until the end."""
    lines = script(readme)
    for part, default in DEFAULT_PORTS.items():
        lines = lines.replace(f":{default}", f":{numbers[part]}")
    said, done = folder / "walk.log", folder / "walk.done"
    (folder / "walk.sh").write_text(_FRAME.format(lines=lines), encoding="utf-8")
    chosen = {variable_name(part): str(port) for part, port in numbers.items()}
    with said.open("wb") as log:
        shell = subprocess.Popen(
            ["bash", "walk.sh"],
            cwd=folder,
            env={**_newcomer(), **chosen, "WALK_DONE": str(done)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: done.exists() or shell.poll() is not None, "the walk", _PATIENCE_S)
        text = said.read_text(encoding="utf-8")
        assert done.exists(), text
        yield text
    finally:
        shell.send_signal(signal.SIGTERM)
        shell.wait(_STOP_S)


def _newcomer() -> dict[str, str]:
    """The environment without what belongs to this run of the tests."""
    own = Path(sys.executable).parent
    places = os.environ.get("PATH", "").split(os.pathsep)
    path = os.pathsep.join(place for place in places if Path(place) != own)
    dropped = {"PATH", "VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PATH": path, "LC_ALL": "C.UTF-8"}
