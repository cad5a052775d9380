"""What /metrics says can be read by Prometheus, and is named as Prometheus asks for."""

import re
import shutil
import subprocess
from collections import Counter

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.options import SERVICES
from tests.system.stack import Stack

pytestmark = pytest.mark.system

PROMTOOL = shutil.which("promtool")
WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NOT_BASE_UNITS = {"ms", "us", "milliseconds", "minutes", "kb", "mb", "kib", "mib", "percent"}


@pytest.fixture(scope="module", params=SERVICES)
def said(request: pytest.FixtureRequest, shared_stack: Stack) -> str:
    """What one service tells Prometheus after it has been asked something."""
    url = shared_stack.urls[request.param]
    httpx.get(f"{url}/readyz")
    httpx.post(f"{url}/v1/readings", json=[])
    answer = httpx.get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


@pytest.fixture
def families(said: str) -> list[Metric]:
    """The same, read by Prometheus' own parser."""
    return list(text_string_to_metric_families(said))


class TestMetrics:
    def test_are_ours_and_the_processs(self, families: list[Metric]) -> None:
        names = {family.name for family in families}
        assert any(name.startswith("qingyu_") for name in names)
        assert "process_resident_memory_bytes" in names

    def test_counters_end_in_total(self, families: list[Metric]) -> None:
        for family in families:
            for sample in family.samples:
                if family.type == "counter" and not sample.name.endswith("_created"):
                    assert sample.name.endswith("_total"), sample.name
                if family.type in {"gauge", "histogram", "summary"}:
                    assert not sample.name.endswith("_total"), sample.name

    def test_are_named_in_base_units(self, families: list[Metric]) -> None:
        for family in families:
            assert WORDS.fullmatch(family.name), family.name
            assert NOT_BASE_UNITS.isdisjoint(family.name.split("_")), family.name

    def test_say_what_they_are(self, families: list[Metric]) -> None:
        for family in families:
            assert family.documentation.strip(), family.name
            assert family.type != "unknown", family.name

    def test_each_name_is_declared_once(self, said: str) -> None:
        declared = Counter(re.findall(r"^# TYPE (\S+)", said, re.MULTILINE))
        assert [name for name, count in declared.items() if count > 1] == []

    def test_no_series_comes_twice(self, families: list[Metric]) -> None:
        series = Counter(
            (sample.name, *sorted(sample.labels.items()))
            for family in families
            for sample in family.samples
        )
        assert [one for one, count in series.items() if count > 1] == []

    def test_promtool_finds_nothing(self, said: str) -> None:
        if PROMTOOL is None:
            print("promtool is not installed here: only prometheus_client's parser was asked")
            return
        checked = subprocess.run(
            [PROMTOOL, "check", "metrics"], input=said, capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
