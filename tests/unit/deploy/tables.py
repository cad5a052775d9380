"""Tables in memory and mappings in YAML, read the way a replay reads them."""

import io
from pathlib import Path

import yaml

from deploy.replay.mapping import Mapping, parse
from deploy.replay.rows import Reader, Reading, Unreadable
from deploy.replay.sources import Source


def mapping(text: str) -> Mapping:
    """A mapping from its YAML."""
    return parse(yaml.safe_load(text), Path("mapping.yaml"))


def read(spec: Mapping, text: str, path: str = "table.csv") -> list[Reading | Unreadable]:
    """What a table gives."""
    return list(Reader(spec).read(Source(path=path, lines=io.StringIO(text, newline=""))))


def pairs(found: list[Reading | Unreadable]) -> list[tuple[str, int, str]]:
    """Point, instant and value of every reading; nothing may be unreadable."""
    assert not [one for one in found if isinstance(one, Unreadable)]
    return [(one.point, one.at_us, one.value) for one in found if isinstance(one, Reading)]
