"""One system that several modules share; each brings enterprises of its own."""

from collections.abc import Generator

import pytest

from tests.system.stack import Stack, stack_in


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """A system on free ports with an empty catalogue at first; stopped at the end."""
    with stack_in(tmp_path_factory.mktemp("shared")) as stack:
        yield stack
