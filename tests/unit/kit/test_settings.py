"""Settings: from the environment, checked, never changed."""

import pytest
from pydantic import ValidationError

from shared.kit.settings import Settings


def test_defaults_are_for_one_machine() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.replication == 1
    assert (settings.readings_partitions, settings.totals_partitions) == (12, 12)


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGYU_KAFKA", "kafka-1:9092,kafka-2:9092")
    monkeypatch.setenv("QINGYU_PORT", "8601")
    monkeypatch.setenv("QINGYU_SOMETHING_OF_A_LATER_VERSION", "x")
    assert (Settings().kafka, Settings().port) == ("kafka-1:9092,kafka-2:9092", 8601)


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGYU_PORT", "")
    assert Settings().port == 0


def test_nonsense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGYU_PORT", "many")
    with pytest.raises(ValidationError, match="port"):
        Settings()


def test_nothing_changes_later() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().__setattr__("port", 1)


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGYU_DATABASE_URL", "postgresql://qingyu:secret@127.0.0.1/qingyu")
    assert "secret" not in repr(Settings())
