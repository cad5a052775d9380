"""What the proof finds wrong: where it stands, what is wrong, and the words in question."""

from dataclasses import dataclass

from services.alerts.domain.briefs.facts import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """where: name of the paragraph, table (`name[row].column`) or chart; text: as it stands."""

    where: str
    what: Label
    text: str


def wrong(where: str, name: str, found: object, due: object) -> Finding:
    """Something says other than the facts do."""
    what = Label(
        f"{name}为“{_plain(found)}”，应为“{_plain(due)}”",
        f"{name} is “{_plain(found)}”, and should be “{_plain(due)}”",
    )
    return Finding(where=where, what=what, text=_plain(found))


def missing(where: str, name: object) -> Finding:
    """Something that the facts call for is not there."""
    shown = _plain(name)
    return Finding(where=where, what=Label(f"缺少{shown}", f"{shown} is missing"), text="")


def surplus(where: str, name: object) -> Finding:
    """Something is there that no fact calls for."""
    shown = _plain(name)
    what = Label(f"多出{shown}", f"{shown} is not called for")
    return Finding(where=where, what=what, text=shown)


def unread(where: str, sentence: str, ways: int) -> Finding:
    """A sentence that no rule of reading fits, or more than one."""
    what = Label(f"有{ways}种读法，应恰有一种", f"can be read in {ways} ways, not in just one")
    return Finding(where=where, what=what, text=sentence)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(_plain(one) for one in value)
    return "" if value is None else str(value)
