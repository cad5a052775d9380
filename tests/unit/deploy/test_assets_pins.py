"""The committed pins: every file by its hash, every package by its integrity, no address."""

import json
from pathlib import Path

import pytest
import yaml

import deploy.assets
from deploy.assets.pins import missing, read_pins
from services.alerts.adapters.briefs import assets

HERE = Path(deploy.assets.__file__).parent
DIGEST = "0" * 64


def lock() -> dict[str, dict[str, str]]:
    packages: dict[str, dict[str, str]] = json.loads((HERE / "package-lock.json").read_text())[
        "packages"
    ]
    return {name: package for name, package in packages.items() if name}


class TestTheCommittedFiles:
    def test_name_no_address(self) -> None:
        for name in ("package.json", "package-lock.json", "files.yaml"):
            text = (HERE / name).read_text()
            assert "://" not in text
            assert '"resolved"' not in text

    def test_pin_every_package_by_its_integrity(self) -> None:
        assert all(package["integrity"].startswith("sha512-") for package in lock().values())

    def test_agree_on_the_versions(self) -> None:
        wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
        locked = {name.removeprefix("node_modules/"): p["version"] for name, p in lock().items()}
        assert wanted.items() <= locked.items()

    def test_take_files_of_locked_packages_only(self) -> None:
        packages = [name.removeprefix("node_modules/") + "/" for name in lock()]
        for pin in read_pins((HERE / "files.yaml").read_text()):
            assert pin.source.startswith(tuple(packages))

    def test_are_all_in_this_environment(self) -> None:
        assert missing(read_pins((HERE / "files.yaml").read_text()), assets.folder()) == ()


class TestReadPins:
    @pytest.mark.parametrize(
        ("files", "message"),
        [
            ([], "names no file"),
            ([{"file": "a", "source": "b"}], "pin 1: file, source and sha256"),
            (["a"], "pin 1: file, source and sha256"),
            ([{"file": "a", "source": "b", "sha256": "00"}], r"pin 1 \(a\): sha256"),
            ([{"file": "../a", "source": "b", "sha256": DIGEST}], "leads out of its folder"),
            ([{"file": "a", "source": "/b", "sha256": DIGEST}], "leads out of its folder"),
            ([{"file": "a", "source": "b", "sha256": DIGEST}] * 2, "names a file twice"),
        ],
    )
    def test_says_what_is_wrong(self, files: list[object], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            read_pins(yaml.safe_dump({"files": files}))


class TestWhereAssetsAre:
    def test_a_variable_names_another_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "outlines").mkdir()
        (tmp_path / "outlines/china.json").write_text("{}")
        monkeypatch.setenv("QINGYU_ASSETS", str(tmp_path))
        assert assets.outline("china.json") == tmp_path / "outlines/china.json"

    def test_what_is_missing_is_said_with_what_to_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QINGYU_ASSETS", str(tmp_path / "none"))
        for ask in (assets.folder, assets.fonts, lambda: assets.font("a.ttf")):
            with pytest.raises(assets.AssetMissing, match=r"make setup.*deploy\.assets") as caught:
                ask()
            assert "QINGYU_ASSETS is" in str(caught.value)

    def test_fonts_are_looked_for_in_a_folder_that_is_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QINGYU_ASSETS", str(tmp_path))
        with pytest.raises(assets.AssetMissing, match="fonts"):
            assets.fonts()
