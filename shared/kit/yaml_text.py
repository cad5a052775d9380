"""YAML by the loader in C where there is one: plain values, or nodes that know their lines."""

from typing import Any

import yaml

__all__ = ["LOADER", "UnreadableError", "compose", "line_of", "load", "unreadable"]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""What reads texts for `yaml.scan` and the like; it makes plain values only."""

_DEEPEST = 100


class UnreadableError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def load(text: str) -> Any:
    """The text's plain values, None for an empty one; raises yaml.YAMLError."""
    try:
        _refuse_depth(text)
        return yaml.load(text, Loader=LOADER)
    except yaml.YAMLError:
        # The loader in Python quotes the place that is wrong, the one in C does not.
        return yaml.safe_load(text)
    except ValueError as error:
        # 2026-13-01 looks like a date and is none.
        raise yaml.YAMLError(str(error)) from error


def compose(text: str) -> yaml.Node | None:
    """The text's node, None for an empty one; raises UnreadableError."""
    try:
        _refuse_depth(text)
        root: yaml.Node | None = yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise unreadable(error) from error
    return root


def unreadable(error: Exception) -> UnreadableError:
    """What is wrong, in a line of its own; the text's first where the error names none."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return UnreadableError(1, f"not readable as YAML: {error}")
    mark = error.problem_mark or error.context_mark
    return UnreadableError(mark.line + 1 if mark else 1, f"not readable as YAML: {error.problem}")


def _refuse_depth(text: str) -> None:
    # The loader in C overflows its stack in a text of `[[[[…`, which ends the whole process.
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                mark: Any = event.start_mark
                raise yaml.MarkedYAMLError(None, None, f"nested more than {_DEEPEST} deep", mark)


def line_of(node: yaml.Node) -> int:
    """The line at which the node begins, from 1 on."""
    return int(node.start_mark.line) + 1
