"""The README's own lines bring a newcomer's meter into the books and onto the page."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local import operator_key, state
from tests.system import walk
from tests.system.stack import until

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHROMIUM = Path("/usr/bin/chromium")
LARGEST_PICTURE = 20_000
SPAN = {"from": "2026-03-02", "to": "2026-03-03"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """The newcomer's folder, what the lines said, and the doors that are open now."""

    folder: Path
    said: str
    http: httpx.Client
    urls: dict[str, str]

    def get(self, service: str, path: str, **params: str) -> Any:
        """The JSON of a GET."""
        answer = self.http.get(self.urls[service] + path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    def link(self, target: str) -> str:
        """A one-time address that signs in and leads to the target."""
        made = self.http.post(f"{self.urls['console']}/console/sign-in-tokens", json={})
        return str(httpx.URL(made.json()["url"]).copy_merge_params({"next": target}))


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Generator[Walked]:
    folder = walk.copy_of(ROOT, tmp_path_factory.mktemp("newcomer"))
    with walk.walked(README, folder, walk.ports()) as said:
        data = folder / named(r"qingyu up --data-dir (\S+)")
        running = state.read(data)
        assert running is not None
        headers = {"Authorization": f"Bearer {operator_key.read(data)}"}
        with httpx.Client(headers=headers, timeout=30) as http:
            yield Walked(folder=folder, said=said, http=http, urls=dict(running.urls))


def named(pattern: str) -> str:
    """What the README's lines say at that place."""
    found = re.search(pattern, walk.script(README), re.MULTILINE)
    assert found is not None, pattern
    return found[1]


ENTERPRISE = named(r"owner: (enterprise:\S+)")
REGIONS = re.findall(r'code: "(\d{6})"', walk.script(README))


def registers(folder: Path) -> list[tuple[str, Decimal]]:
    """Instant (on the meter's clock) and register: the reading sent by curl, then the file's."""
    first = re.search(r'"at": "([^"]+)\+08:00", "value": "([^"]+)"', walk.script(README))
    assert first is not None
    with (folder / "meter.csv").open(encoding="utf-8") as file:
        rows = [(row["time"], Decimal(row["register"])) for row in csv.DictReader(file)]
    return [(first[1].replace("T", " ")[:16], Decimal(first[2])), *rows]


def quantity(folder: Path) -> Decimal:
    """What passed the meter."""
    read = registers(folder)
    return read[-1][1] - read[0][1]


def again(newcomer: Walked, line: str) -> str:
    """What a line says now."""
    path = f"{newcomer.folder}/.venv/bin{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", line],
        cwd=newcomer.folder,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout


class TestTheLines:
    def test_end_well(self, newcomer: Walked) -> None:
        assert "Traceback" not in newcomer.said

    def test_bring_the_readings_into_the_books(self, newcomer: Walked) -> None:
        read = dict(registers(newcomer.folder))
        subjects = [ENTERPRISE, *(f"region:{code}" for code in REGIONS)]
        for subject in subjects:
            params = {"carrier": "electricity", "flow": "import", "step": "hour", **SPAN}
            (book,) = newcomer.get("evaluator", f"/v1/books/{subject}", **params)["items"]
            hours = {
                row["start"]: Decimal(row["quantity"])
                for row in book["hours"]
                if Decimal(row["quantity"])
            }
            clock = [f"2026-03-02 0{hour}:00" for hour in range(3)]
            assert hours == {
                "2026-03-01T16:00:00Z": read[clock[1]] - read[clock[0]],
                "2026-03-01T17:00:00Z": read[clock[2]] - read[clock[1]],
            }
            assert Decimal(book["total"]["quantity"]) == quantity(newcomer.folder)
            assert Decimal(book["total"]["estimated"]) == read[clock[2]] - read[clock[1]]

    @pytest.mark.parametrize(
        ("line", "shows"),
        [
            ("qingyu books enterprise:", "1201.0"),
            ("qingyu books region:", "1201.0"),
            ("qingyu warnings", "PLANT-2026-03-02"),
        ],
    )
    def test_show_what_they_promise(self, newcomer: Walked, line: str, shows: str) -> None:
        """Said again: the line may have been faster than the readings before it."""
        whole = named(f"^({line}.*)$")
        until(lambda: shows in again(newcomer, whole), f"{shows} from {whole}", 30)

    def test_raise_a_warning(self, newcomer: Walked) -> None:
        code = named(r"code: (PLANT-\d\S+)")

        def raised() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = newcomer.get("alerts", "/v1/warnings", budget=code)[
                "items"
            ]
            return found

        levels = {one["rule"]: one["highest"] for one in until(raised, "a warning", 30)}
        assert levels["used"] == "red"


class TestThePage:
    def test_answers_with_the_sums(self, newcomer: Walked) -> None:
        with httpx.Client(timeout=30, follow_redirects=True) as browser:
            token = httpx.URL(newcomer.link("/")).params["token"]
            target = f"/books/{ENTERPRISE}"
            page = browser.post(
                f"{newcomer.urls['console']}/sign-in", data={"token": token, "next": target}
            )
        assert page.status_code == 200
        assert page.url.path == target
        assert f"{quantity(newcomer.folder):,}" in page.text

    def test_is_shown_by_a_real_browser(self, newcomer: Walked, tmp_path: Path) -> None:
        if not CHROMIUM.exists():
            print(f"{CHROMIUM} is not installed here: no picture of the page was taken")
            return
        address = newcomer.link(f"/books/{ENTERPRISE}")
        seen = browse(tmp_path, f"--screenshot={tmp_path}/page.png", address)
        picture = (tmp_path / "page.png").read_bytes()
        assert picture.startswith(b"\x89PNG"), seen
        assert len(picture) > LARGEST_PICTURE, "the page is empty"
        shutil.copy(tmp_path / "page.png", newcomer.folder / "page.png")
        shown = browse(tmp_path, "--dump-dom", newcomer.link(f"/books/{ENTERPRISE}"))
        assert f"{quantity(newcomer.folder):,}" in shown


def browse(folder: Path, *wishes: str) -> str:
    """What a browser without a screen says; the form of a one-time link sends itself on."""
    ended = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={folder}/profile",
            "--window-size=1280,1400",
            "--virtual-time-budget=8000",
            *wishes,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ended.stdout


class TestTheScript:
    def test_sends_what_is_left_running_to_the_background(self) -> None:
        readme = "\n".join(
            [
                "```sh",
                "not this",
                "```",
                walk.BEGIN,
                "```sh",
                "qingyu up -d data        # leave it running",
                "other &   # leave it running",
                "echo '# stays'",
                "```",
                "```text",
                "nor this",
                "```",
                "```sh",
                "third",
                "```",
                walk.END,
                "```sh",
                "nor that",
                "```",
            ]
        )
        lines = ["qingyu up -d data &", "other &", "echo '# stays'", "third"]
        assert walk.script(readme).splitlines() == lines
