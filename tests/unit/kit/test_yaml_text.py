"""YAML as plain values and as nodes: what is read, and what is said of what cannot be."""

import pytest
import yaml

from shared.kit.yaml_text import LOADER, UnreadableError, compose, line_of, load

TEXT = """\
name: 演示一厂   # a name
"150203": {from: 2026-03-02, share: 0.5, none: ~}
list: [1, "1", yes]
"""
DEEP = "[" * 100_000


def test_values_are_those_of_the_loader_in_python() -> None:
    assert load(TEXT) == yaml.safe_load(TEXT)
    assert load("") is None


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "a: !!python/name:os.system x", "a: \x01"])
def test_errors_are_those_of_the_loader_in_python(text: str) -> None:
    with pytest.raises(yaml.YAMLError) as plain:
        yaml.safe_load(text)
    with pytest.raises(yaml.YAMLError) as found:
        load(text)
    assert str(found.value) == str(plain.value)


@pytest.mark.parametrize("text", ["a: 2026-13-01", "a: \ud800"])
def test_values_that_cannot_be_are_errors_of_yaml(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        load(text)


def test_nodes_know_their_lines() -> None:
    root = compose(TEXT)
    assert isinstance(root, yaml.MappingNode)
    assert [line_of(key) for key, _ in root.value] == [1, 2, 3]
    assert compose("") is None


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: 1\nb: c: d", 2, "mapping values"),
        ("a: 1\nb: *a", 2, "alias"),
        ("a: \x01", 1, "unacceptable character"),
        ("a: \ud800", 1, "surrogates"),
        (f"a: 1\nb: {DEEP}", 2, "nested more than 100 deep"),
        ("- " * 100_000, 1, "nested more than 100 deep"),
    ],
)
def test_what_is_unreadable_is_said_with_its_line(text: str, line: int, why: str) -> None:
    with pytest.raises(UnreadableError, match=f"^not readable as YAML: .*{why}") as found:
        compose(text)
    assert found.value.line == line


def test_depth_is_refused_and_not_recursed_into() -> None:
    """The loader in C would end the process; the one in Python gives up."""
    with pytest.raises(RecursionError):
        load(DEEP)


def test_the_loader_makes_nothing_but_plain_values() -> None:
    assert issubclass(LOADER, yaml.constructor.SafeConstructor)
