"""Reads a profile's file: every fault with its line, or the whole profile."""

from pathlib import Path
from typing import TypeVar

import yaml

from deploy.profiles.checks import faults_of
from deploy.profiles.model import Profile
from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.domain.forms.reading import read
from services.evaluator.domain.forms.written import Read, Written
from shared.kit.yaml_text import UnreadableError, compose, line_of

FOLDER = Path(__file__).parent
_NULL = "tag:yaml.org,2002:null"
T = TypeVar("T")


class ProfileError(ValueError):
    """A file cannot be used; `faults` says why, a line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def names() -> tuple[str, ...]:
    """The profiles there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load(name: str) -> Profile:
    """A profile that comes with the program. Raises ProfileError; KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    path = FOLDER / f"{name}.yaml"
    return parse(path.name, path.read_text(encoding="utf-8"))


def parse(filename: str, text: str) -> Profile:
    """A profile from its text. Raises ProfileError with every fault."""
    found = read_document(filename, text, Profile)
    faults = [_line(found.fault(wrong)) for wrong in faults_of(found.record)]
    if faults:
        raise ProfileError(faults)
    return found.record


def read_document(filename: str, text: str, made: type[T]) -> Read[T]:
    """A dataclass from a YAML document. Raises ProfileError with every fault and its line."""
    try:
        root = compose(text)
    except UnreadableError as error:
        raise ProfileError([f"{filename} line {error.line}: {error}"]) from error
    if root is None:
        raise ProfileError([f"{filename}: is empty"])
    twice: list[Fault] = []
    found, faults = read(made, _written(root, filename, twice))
    if found is None or twice or faults:
        raise ProfileError([_line(fault) for fault in (*twice, *faults)])
    return found


def _written(node: yaml.Node, filename: str, twice: list[Fault]) -> Written:
    place = Place(file=filename, line=line_of(node))
    if isinstance(node, yaml.MappingNode):
        named: dict[str, Written] = {}
        for key, value in node.value:
            if key.value in named:
                twice.append(Fault(place=place, field=str(key.value), message="stated twice"))
            named[str(key.value)] = _written(value, filename, twice)
        return Written(value=named, place=place)
    if isinstance(node, yaml.SequenceNode):
        return Written(value=tuple(_written(n, filename, twice) for n in node.value), place=place)
    return Written(value=None if node.tag == _NULL else str(node.value), place=place)


def _line(fault: Fault) -> str:
    field = f" {fault.field}" if fault.field else ""
    return f"{fault.place.file} line {fault.place.line}{field}: {fault.message}"
