"""Where downloads are kept between runs: one folder a person may delete at any time."""

import os
from pathlib import Path


def cache_dir() -> Path:
    """QINGYU_CACHE_DIR, or qingyu/ under XDG_CACHE_HOME, or ~/.cache/qingyu."""
    chosen = os.environ.get("QINGYU_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "qingyu"
