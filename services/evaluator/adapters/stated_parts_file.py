"""The package's words for parts that statistics print, read once."""

from functools import cache
from importlib.resources import files

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.situation.stated_parts import Word, Words
from shared.kit import yaml_text


@cache
def load_words() -> Words:
    """The words in the order in which parts are listed."""
    path = files("services.evaluator") / "data" / "stated_parts.yaml"
    listed = yaml_text.load(path.read_text(encoding="utf-8"))
    return Words(
        known={
            one["code"]: Word(
                code=one["code"],
                name=Label(one["zh"], one["en"]),
                within=one.get("within", ""),
                beside=one.get("beside", False),
            )
            for one in listed
        }
    )
