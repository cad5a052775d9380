"""`python -m deploy.assets`: have the fonts and outlines, or say what to do."""

import sys
from pathlib import Path

from deploy.assets.errors import AssetsError
from deploy.assets.fetch import ensure


def main() -> int:
    """Fetch what is missing below share/qingyu of this environment; the exit code."""
    try:
        ensure(Path(sys.prefix, "share", "qingyu"))
    except AssetsError as error:
        print(f"Assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
