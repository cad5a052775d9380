"""YAML files as nodes that know their lines."""

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def compose(text: str) -> yaml.Node | None:
    """The file's node, None for an empty one; raises UnreadableError."""
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UnreadableError(line, f"not readable as YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise UnreadableError(1, f"not readable as YAML: {error}") from error
    return root


def line_of(node: yaml.Node) -> int:
    """The line at which the node begins, from 1 on."""
    return int(node.start_mark.line) + 1
