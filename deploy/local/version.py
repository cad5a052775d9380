"""Which Qingyu this is."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version


def version() -> str:
    """The version of the installed package, or a word that says it is not installed."""
    try:
        return installed_version("qingyu")
    except PackageNotFoundError:
        return "not installed"
