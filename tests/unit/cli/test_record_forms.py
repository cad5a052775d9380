"""How records are written, told without a running system."""

import pytest
from typer.testing import CliRunner

from deploy.cli.record import app
from deploy.cli.terminal import out
from services.evaluator.domain.statistics.items import ITEMS
from services.evaluator.ports.register import RecordKind


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "width", 300)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", list(RecordKind))
def test_every_kind_tells_its_fields(kind: RecordKind) -> None:
    code, text = run("fields", kind.value)
    assert code == 0
    assert "must be given" in text


def test_choices_and_defaults_are_told() -> None:
    _, text = run("fields", "statements")
    assert "preliminary | final" in text
    assert "Asia/Shanghai" in text


def test_all_items_are_listed() -> None:
    _, text = run("items")
    assert all(code in text for code in ITEMS)


def test_items_are_found_by_either_name() -> None:
    _, text = run("items", "地区生产总值")
    assert "gdp" in text
    assert "freight-turnover" not in text


def test_what_there_is_not_is_refused() -> None:
    assert run("fields", "wishes")[0] == 1
    assert run("items", "no such thing")[0] == 1
