"""The file of principals: YAML, read as entries that know their lines."""

import yaml

from services.ingest.domain.principals import DEFAULT_LIST, Mistake, Stated

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LIST, _PRINCIPALS = "list", "principals"
_NULL = "tag:yaml.org,2002:null"


class _UnreadableError(Exception):
    def __init__(self, line: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.field = field


def read_principals(text: str) -> tuple[str, tuple[Stated, ...], tuple[Mistake, ...]]:
    """The list's name, its entries, and what could not be read at all."""
    name = DEFAULT_LIST
    entries: list[Stated] = []
    mistakes: list[Mistake] = []
    try:
        name, nodes = _top(text)
    except _UnreadableError as error:
        return name, (), (_mistake(error),)
    for node in nodes:
        try:
            entries.append(_entry(node))
        except _UnreadableError as error:
            mistakes.append(_mistake(error))
    return name, tuple(entries), tuple(mistakes)


def _mistake(error: _UnreadableError) -> Mistake:
    return Mistake(line=error.line, field=error.field, message=str(error))


def _top(text: str) -> tuple[str, list[yaml.Node]]:
    root = _compose(text)
    if not isinstance(root, yaml.MappingNode):
        raise _UnreadableError(1, f"the file must be a mapping with {_PRINCIPALS}: and a list")
    name, nodes = DEFAULT_LIST, None
    for key, value in root.value:
        if key.value == _LIST and isinstance(value, yaml.ScalarNode) and value.value.strip():
            name = value.value.strip()
        elif key.value == _PRINCIPALS and isinstance(value, yaml.SequenceNode):
            nodes = value.value
        else:
            message = f"the file holds {_LIST}: NAME and {_PRINCIPALS}: with a list, nothing else"
            raise _UnreadableError(_line(key), message, str(key.value))
    if nodes is None:
        raise _UnreadableError(1, f"{_PRINCIPALS}: with a list is missing")
    return name, nodes


def _compose(text: str) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _UnreadableError(line, f"not readable as YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _UnreadableError(1, f"not readable as YAML: {error}") from error
    return root


def _entry(node: yaml.Node) -> Stated:
    if not isinstance(node, yaml.MappingNode):
        raise _UnreadableError(_line(node), "an entry must be a mapping such as {name: …}")
    words: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        field = str(key.value)
        if field in words:
            raise _UnreadableError(_line(key), "stated twice", field)
        words[field] = _words(field, value)
        lines[field] = _line(key)
    return Stated(line=_line(node), words=words, lines=lines)


def _words(field: str, node: yaml.Node) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        return () if node.tag == _NULL else (node.value,)
    if isinstance(node, yaml.SequenceNode) and all(
        isinstance(item, yaml.ScalarNode) for item in node.value
    ):
        return tuple(item.value for item in node.value)
    raise _UnreadableError(_line(node), "must be a value or a list of values", field)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
