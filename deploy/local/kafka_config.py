"""The text of the embedded Kafka's settings: one node that is broker and controller."""

from pathlib import Path

from deploy.local.ports import LOOPBACK

LARGEST_MESSAGE = 10 * 1024 * 1024


def server_properties(data: Path, port: int, controller_port: int, *, flush: bool = True) -> str:
    """server.properties of a node that keeps its log in `data` and listens on loopback only.

    `flush`: what is acknowledged is on the disk; decisions/0002 has the price, measured.
    """
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        **_ONE_BROKER,
        **_TIMES,
        **_LIMITS,
        **_SMALL,
    }
    if flush:
        settings["log.flush.interval.messages"] = "1"
    return "".join(f"{key}={_escaped(value)}\n" for key, value in settings.items())


def _escaped(value: str) -> str:
    """Java reads properties as Latin-1: anything else is written as \\uXXXX."""
    text = value.replace("\\", "\\\\")
    units = text.encode("utf-16-be")
    codes = (int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2))
    return "".join(chr(code) if code < 127 else f"\\u{code:04x}" for code in codes)


_ONE_BROKER = {
    "auto.create.topics.enable": "false",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
}

# With the default session of 9 s a start after SIGKILL waits for the old session to end.
_TIMES = {
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "100",
    "log.retention.check.interval.ms": "60000",
}

_LIMITS = {
    "message.max.bytes": str(LARGEST_MESSAGE),
    "replica.fetch.max.bytes": str(LARGEST_MESSAGE),
    "log.segment.bytes": str(128 * 1024 * 1024),
}

# Two cores, a few dozen connections: small pools; the cleaner's default buffer alone is 128 MB.
_SMALL = {
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "background.threads": "2",
    "num.replica.alter.log.dirs.threads": "1",
    "log.cleaner.dedupe.buffer.size": str(8 * 1024 * 1024),
    "log.cleaner.io.buffer.size": str(256 * 1024),
}


LOG4J2_PROPERTIES = """\
status = error
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %m (%c{1})%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = OUT
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""
"""Warnings, and the start itself, to the part's one log (which the supervisor rotates)."""
