"""Files stay readable on a few screens, functions on one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("deploy", "services", "shared", "tests")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50

FILES = sorted(
    path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("path", FILES, ids=str)
def test_sizes(path: Path) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST_FILE
    too_long = {
        f"{function.name}, line {function.lineno}": length(function)
        for function in functions(ast.parse(source))
        if length(function) > LONGEST_FUNCTION
    }
    assert too_long == {}
