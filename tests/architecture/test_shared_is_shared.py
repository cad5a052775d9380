"""A module may live in `shared` only if at least two services need it, directly or through others.

What only one service needs belongs to that service; what none needs belongs nowhere.
"""

import pytest

from tests.architecture.graph import SERVICES, imports

# The broker in memory serves the tests of all services.
EXCEPTIONS = frozenset({"shared.kit.kafka.memory"})


def leaf_modules() -> list[str]:
    graph = imports()
    return sorted(
        module
        for module in graph.find_descendants("shared")
        if not graph.find_children(module) and module not in EXCEPTIONS
    )


def services_that_reach(module: str) -> set[str]:
    graph = imports()
    return {
        service
        for service in SERVICES
        if service in graph.modules
        and module in graph.find_upstream_modules(service, as_package=True)
    }


def test_two_services_need_each() -> None:
    needed = {module: services_that_reach(module) for module in leaf_modules()}
    assert len(needed) > 20, "the modules were not found"
    assert {module: who for module, who in needed.items() if len(who) < 2} == {}


@pytest.mark.parametrize("module", sorted(EXCEPTIONS))
def test_an_exception_is_still_one(module: str) -> None:
    assert module in imports().modules
    assert len(services_that_reach(module)) < 2
