"""The file of principals: YAML, read as entries that know their lines."""

import yaml

from services.ingest.domain.principals import DEFAULT_LIST, Mistake, Stated
from shared.kit.yaml_text import UnreadableError, compose, line_of

_LIST, _PRINCIPALS = "list", "principals"
_NULL = "tag:yaml.org,2002:null"


class _MistakenError(UnreadableError):
    def __init__(self, line: int, message: str, field: str = "") -> None:
        super().__init__(line, message)
        self.field = field


def read_principals(text: str) -> tuple[str, tuple[Stated, ...], tuple[Mistake, ...]]:
    """The list's name, its entries, and what could not be read at all."""
    name = DEFAULT_LIST
    entries: list[Stated] = []
    mistakes: list[Mistake] = []
    try:
        name, nodes = _top(compose(text))
    except _MistakenError as error:
        return name, (), (_mistake(error),)
    except UnreadableError as error:
        return name, (), (Mistake(line=error.line, field="", message=str(error)),)
    for node in nodes:
        try:
            entries.append(_entry(node))
        except _MistakenError as error:
            mistakes.append(_mistake(error))
    return name, tuple(entries), tuple(mistakes)


def _mistake(error: _MistakenError) -> Mistake:
    return Mistake(line=error.line, field=error.field, message=str(error))


def _top(root: yaml.Node | None) -> tuple[str, list[yaml.Node]]:
    if not isinstance(root, yaml.MappingNode):
        raise _MistakenError(1, f"the file must be a mapping with {_PRINCIPALS}: and a list")
    name, nodes = DEFAULT_LIST, None
    for key, value in root.value:
        if key.value == _LIST and isinstance(value, yaml.ScalarNode) and value.value.strip():
            name = value.value.strip()
        elif key.value == _PRINCIPALS and isinstance(value, yaml.SequenceNode):
            nodes = value.value
        else:
            message = f"the file holds {_LIST}: NAME and {_PRINCIPALS}: with a list, nothing else"
            raise _MistakenError(line_of(key), message, str(key.value))
    if nodes is None:
        raise _MistakenError(1, f"{_PRINCIPALS}: with a list is missing")
    return name, nodes


def _entry(node: yaml.Node) -> Stated:
    if not isinstance(node, yaml.MappingNode):
        raise _MistakenError(line_of(node), "an entry must be a mapping such as {name: …}")
    words: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        field = str(key.value)
        if field in words:
            raise _MistakenError(line_of(key), "stated twice", field)
        words[field] = _words(field, value)
        lines[field] = line_of(key)
    return Stated(line=line_of(node), words=words, lines=lines)


def _words(field: str, node: yaml.Node) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        return () if node.tag == _NULL else (node.value,)
    if isinstance(node, yaml.SequenceNode) and all(
        isinstance(item, yaml.ScalarNode) for item in node.value
    ):
        return tuple(item.value for item in node.value)
    raise _MistakenError(line_of(node), "must be a value or a list of values", field)
