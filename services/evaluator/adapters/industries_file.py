"""The package's file of industries, read once for each process that asks for them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.situation.industries import Industries, Section, Sector
from shared.kit import yaml_text


@cache
def load_industries() -> Industries:
    """Sections, sectors and the six energy-hungry industries."""
    path = files("services.evaluator") / "data" / "industries.yaml"
    read: Mapping[str, Any] = yaml_text.load(path.read_text(encoding="utf-8"))
    return Industries(
        sections=tuple(_section(letter, said) for letter, said in read["sections"].items()),
        sectors=tuple(
            Sector(code=said["code"], label=_label(said), sections=tuple(said["sections"]))
            for said in read["sectors"]
        ),
        six=tuple(read["six"]["divisions"]),
        six_label=_label(read["six"]),
    )


def _section(letter: str, said: Mapping[str, Any]) -> Section:
    divisions = {code: _label(one) for code, one in said["divisions"].items()}
    return Section(letter=letter, label=_label(said), divisions=divisions)


def _label(said: Mapping[str, str]) -> Label:
    return Label(said["zh"], said["en"])
