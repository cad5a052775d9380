"""Files stay readable on a few screens, functions on one."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("deploy", "services", "shared", "tests")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50

FILES = sorted(
    path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
)


@cache
def source(path: Path) -> str:
    """The text of one of the files."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """What one of the files says."""
    return ast.parse(source(path))


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Of statements only: no function stands inside an expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from functions(child)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_files_are_readable_on_a_few_screens() -> None:
    lines = {str(path): len(source(path).splitlines()) for path in FILES}
    assert len(lines) > 1_000, "the files were not found"
    assert {path: number for path, number in lines.items() if number > LONGEST_FILE} == {}


def test_functions_are_readable_on_one() -> None:
    too_long = {
        f"{path}:{function.lineno} {function.name}": length(function)
        for path in FILES
        for function in functions(tree(path))
        if length(function) > LONGEST_FUNCTION
    }
    assert too_long == {}
