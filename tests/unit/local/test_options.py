"""Ports are checked before anything starts, and the message says what to change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.options import DEFAULT_PORTS, PortsError, check_ports, options


def free_except(*taken: int) -> Callable[[int], bool]:
    return lambda port: port not in taken


def nobody(_port: int) -> str | None:
    return None


class TestCheckPorts:
    def test_accepts_free_ports(self) -> None:
        check_ports(DEFAULT_PORTS, is_free=free_except(), holder=nobody)

    def test_says_port_part_holder_option_and_setting(self) -> None:
        with pytest.raises(PortsError) as caught:
            check_ports(
                DEFAULT_PORTS, is_free=free_except(8601), holder=lambda _port: "nginx (pid 7)"
            )
        assert str(caught.value) == (
            "port 8601 (ingest) is in use by nginx (pid 7); "
            "choose another with --ingest-port or QINGYU_INGEST_PORT"
        )

    def test_names_every_port_that_is_taken(self) -> None:
        with pytest.raises(PortsError) as caught:
            check_ports(DEFAULT_PORTS, is_free=free_except(8600, 19092), holder=nobody)
        assert len(str(caught.value).splitlines()) == 2

    def test_refuses_one_port_for_two_parts(self) -> None:
        wanted = {**DEFAULT_PORTS, "alerts": 8601}
        with pytest.raises(PortsError, match="wanted by both ingest and alerts"):
            check_ports(wanted, is_free=free_except(), holder=nobody)


class TestOptions:
    def test_have_a_default_port_for_every_part(self, tmp_path: Path) -> None:
        assert options(tmp_path).ports == DEFAULT_PORTS

    def test_take_the_ports_that_were_chosen(self, tmp_path: Path) -> None:
        assert options(tmp_path, ingest=9601).ports == {**DEFAULT_PORTS, "ingest": 9601}

    def test_find_a_free_port_for_zero(self, tmp_path: Path) -> None:
        assert options(tmp_path, console=0).ports["console"] not in (0, DEFAULT_PORTS["console"])

    def test_can_find_free_ports_for_all_but_the_chosen(self, tmp_path: Path) -> None:
        found = options(tmp_path, free=True, ingest=9601).ports
        assert found["ingest"] == 9601
        assert not set(found.values()) & set(DEFAULT_PORTS.values())
