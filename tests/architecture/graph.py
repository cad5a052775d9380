"""The graph of imports between our modules, read from the files without any cache."""

from functools import cache

import grimp

PACKAGES = ("deploy", "services", "shared")
SERVICES = ("services.ingest", "services.evaluator", "services.alerts", "services.console")


@cache
def imports() -> grimp.ImportGraph:
    """Our own modules and, as single nodes, the packages of others that they import."""
    first, *rest = PACKAGES
    return grimp.build_graph(first, *rest, include_external_packages=True, cache_dir=None)
