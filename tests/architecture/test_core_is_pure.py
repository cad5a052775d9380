"""What decides may import only what cannot reach the outside world.

A list of what is forbidden always misses something (once it missed `subprocess`); this is a list
of what is allowed.
"""

from tests.architecture.graph import SERVICES, imports

ALLOWED = frozenset(
    {
        "__future__",
        "abc",
        "bisect",
        "collections",
        "contextlib",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "math",
        "numbers",
        "numpy",
        "operator",
        "re",
        "statistics",
        "string",
        "struct",
        "types",
        "typing",
        "unicodedata",
        "uuid",
        "zoneinfo",
    }
)


def core_packages() -> list[str]:
    domains = [f"{service}.domain" for service in SERVICES]
    return ["shared.model", *(name for name in domains if name in imports().modules)]


def core_modules() -> list[str]:
    graph = imports()
    return sorted(
        module
        for package in core_packages()
        for module in {package, *graph.find_descendants(package)}
    )


def strangers(module: str) -> set[str]:
    """What the module imports and should not."""
    package = next(name for name in core_packages() if f"{module}.".startswith(f"{name}."))
    own = (f"{package}.", "shared.model.")
    return {
        imported
        for imported in imports().find_modules_directly_imported_by(module)
        if not f"{imported}.".startswith(own) and imported.partition(".")[0] not in ALLOWED
    }


def test_the_core_imports_only_what_is_allowed() -> None:
    found = {module: strangers(module) for module in core_modules()}
    assert len(found) > 100, "the core was not found"
    assert {module: odd for module, odd in found.items() if odd} == {}


def test_every_service_but_the_console_has_a_core() -> None:
    without_domain = {"services.console"}
    assert {f"{name}.domain" for name in set(SERVICES) - without_domain} <= set(core_packages())
