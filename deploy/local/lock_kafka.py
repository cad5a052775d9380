"""Write kafka.lock.toml anew: `python -m deploy.local.lock_kafka` after changing the version."""

import tempfile
from pathlib import Path
from typing import Any

from deploy.local.kafka_jars import LOCK_FILE, Jar, digest_of, repositories, write_lock

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
"""Kafka logs through SLF4J; without this binding it would be silent. Same version as log4j-core."""

_HEADING = f"""\
Every jar that the embedded Kafka loads, with the SHA-256 of its bytes.
{KAFKA}, the libraries it needs at run time, and its logging binding.
Written by `python -m deploy.local.lock_kafka`; do not edit by hand."""


def resolve() -> tuple[Jar, ...]:
    """Ask jgo for Kafka's run-time closure, fetch every jar, and take its digest."""
    from jgo.maven import MavenContext  # noqa: PLC0415 slow to import

    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), remote_repos=repositories(), timeout=60)
        asked = [context.create_dependency(KAFKA)]
        inputs, transitive = context.resolver.resolve(asked)
        needed = [d.artifact for d in transitive if d.scope in {"compile", "runtime"}]
        binding = context.create_dependency(LOGGING).artifact
        return tuple(_pin(item) for item in [inputs[0].artifact, *needed, binding])


def _pin(artifact: Any) -> Jar:
    return Jar(
        group=artifact.groupId,
        artifact=artifact.artifactId,
        version=artifact.version,
        sha256=digest_of(Path(artifact.resolve())),
    )


def main() -> int:
    """Replace the committed lock file; the difference is reviewed like code."""
    jars = resolve()
    LOCK_FILE.write_text(write_lock(jars, _HEADING), encoding="utf-8")
    print(f"{len(jars)} jars pinned in {LOCK_FILE.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
