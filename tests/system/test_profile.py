"""A profile is applied to a real system by the command; its levels are those derived by hand."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.system.stack import Stack, stack_in
from tests.usecases.evaluator.profile_year import Scenario, scenario

pytestmark = pytest.mark.system

NAME = "qinghai-peak"
PLACE = "region:630000"
SCENARIO = Path(__file__).parents[1] / "scenarios" / "profiles" / "qinghai-2023.yaml"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    with stack_in(tmp_path_factory.mktemp("profile")) as running:
        yield running


def apply(stack: Stack) -> str:
    """`qingyu profile apply` as an operator types it; what it printed."""
    words = ("profile", "apply", NAME, "--year-of-data", "--data-dir", str(stack.folder))
    command = [sys.executable, "-m", "deploy.cli.main", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr + stack.logs()
    return ran.stdout


def settled(wanted: Scenario) -> list[tuple[str, str, str]]:
    """Target, period and level of all quarters and the year, as they stand in the end."""
    found: dict[tuple[str, str], str] = {}
    for one in wanted.expected:
        for _, told in sorted(one.months.items()):
            for period, level, *_ in (words.split() for words in told):
                if "M" not in period:
                    found[one.target, period] = level
    return [(target, period, level) for (target, period), level in found.items()]


def test_a_profile_makes_a_system_of_its_place(stack: Stack) -> None:
    first = apply(stack)
    assert "2 demonstration plants" in first
    targets = stack.get("evaluator", "/v1/targets", holder=PLACE)["items"]
    assert {one["code"] for one in targets} >= {"QH-ENERGY-INTENSITY", "QH-CLEAN-POWER"}
    for target, period, level in settled(scenario(SCENARIO)):
        figure = f"/v1/figures/{PLACE}/target:{target}/{period}"
        seen = stack.get("evaluator", figure, scope="monitored")["level"]
        assert seen["colour"] == level, (target, period, seen)
    assert "Nothing was new" in apply(stack)
