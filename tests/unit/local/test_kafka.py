"""What the embedded Kafka is told, and how its readiness is read."""

import re
import socket
import struct
import threading
from pathlib import Path

from deploy.local.kafka import cluster_id, serves
from deploy.local.kafka_config import server_properties


def properties(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


class TestServerProperties:
    def test_listen_on_loopback_only(self) -> None:
        found = properties(server_properties(Path("/data"), 1, 2))
        assert found["listeners"] == "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2"

    def test_flush_every_append_unless_told_otherwise(self) -> None:
        key = "log.flush.interval.messages"
        assert properties(server_properties(Path("/data"), 1, 2))[key] == "1"
        assert key not in properties(server_properties(Path("/data"), 1, 2, flush=False))

    def test_escape_folders_that_java_would_misread(self) -> None:
        found = properties(server_properties(Path("/数据"), 1, 2))
        assert found["log.dirs"] == "/\\u6570\\u636e"


class TestClusterId:
    def test_never_looks_like_an_option(self) -> None:
        for made in (cluster_id() for _ in range(500)):  # one in 64 would, if nobody cared
            assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", made)


def answer(brokers: int, controller: int) -> bytes:
    """A metadata response, version 1, as Kafka writes it."""
    body = struct.pack(">ii", 1, brokers)
    for number in range(brokers):
        host = b"127.0.0.1"
        body += struct.pack(">ih", number, len(host)) + host + struct.pack(">ih", 9092, -1)
    body += struct.pack(">ii", controller, 0)
    return struct.pack(">i", len(body)) + body


def judge(reply: bytes) -> bool:
    """What `serves` says of a server that replies with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reply_once() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(reply)

        thread = threading.Thread(target=reply_once)
        thread.start()
        try:
            return serves(listener.getsockname()[1], timeout=10)
        finally:
            thread.join()


class TestServes:
    def test_once_there_are_a_broker_and_a_controller(self) -> None:
        assert judge(answer(brokers=1, controller=1))

    def test_not_while_the_broker_is_fenced(self) -> None:
        assert not judge(answer(brokers=0, controller=1))

    def test_not_without_a_controller(self) -> None:
        assert not judge(answer(brokers=1, controller=-1))

    def test_not_when_the_answer_breaks_off(self) -> None:
        assert not judge(answer(brokers=1, controller=1)[:9])

    def test_not_when_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        assert not serves(port)
