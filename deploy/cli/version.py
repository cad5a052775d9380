"""`qingyu version`: say which Qingyu this is."""

import platform

from deploy.cli.terminal import out
from deploy.local.version import version


def command() -> None:
    """Print the version of Qingyu and of the Python it runs on.

    \b
    $ qingyu version
    """
    out.print(f"qingyu {version()} (Python {platform.python_version()})")
