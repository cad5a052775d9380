"""The gaps that sentences have, by name, in one language."""

from collections.abc import Mapping

from services.alerts.domain.briefs.proof import phrases as say
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.slots import (
    COUNT,
    DUTY,
    NUMBER,
    POINT,
    SIGNED,
    Slot,
    amount,
    amounts,
    any_of,
    bare,
    listed,
)


def gaps(*, zh: bool) -> Mapping[str, Slot]:
    """All of them."""
    tables = {
        "trend": say.TREND, "share_change": say.SHARE_CHANGE, "pull": say.PULL,
        "changed": say.CHANGED, "beside": say.LIMIT, "needed": say.NEEDED,
    }  # fmt: skip
    return {
        **_plain(zh),
        **{name: say.phrases(table, zh=zh).slot() for name, table in tables.items()},
        "against": say.phrases(say.PROGRESS, zh=zh).slot(DUTY),
        "move": say.moves(zh=zh).slot(),
        "duty_move": say.moves(zh=zh).slot(DUTY),
        "year": say.years(zh=zh).slot(),
        **_lists(zh),
    }


def _plain(zh: bool) -> dict[str, Slot]:
    measures, scopes, colours = (
        rf"(?:{any_of(one, zh=zh)}|[a-z][a-z0-9:-]*)"
        for one in (words.MEASURES, words.SCOPES, words.LEVELS)
    )
    return {
        "n": Slot(COUNT, bare),
        "p": Slot(POINT, bare),
        "q": Slot(SIGNED, bare),
        "duty": Slot(f"-?{DUTY}", bare),
        "x": Slot(NUMBER, bare),
        "amount": Slot(amounts(zh=zh), amount),
        "measure": Slot(measures, bare),
        "scope": Slot(scopes, bare),
        "colour": Slot(colours, bare),
        "period": Slot("[^，。]+?" if zh else "[^,]+?", bare),
        "name": Slot(".+?", bare),
        "names": Slot(".+?", bare),
        # The subject of a sentence that says that there are no data.
        "subject": Slot(r"(?:(?!同比变化).)+?", bare),
        # A state that is no level.
        "state": Slot(r"(?!等级为).+?", bare),
        # The part of a whole in a sentence about parts.
        "figure": Slot(r"\S.*?", bare),
    }


def counted_names(slot: Slot) -> Slot:
    """A list that begins with a count."""
    return Slot(rf"{COUNT}.+?", slot.meaning)


def _until(gap: str) -> str:
    """Where a list in brackets ends: names have brackets of their own, so look what follows."""
    return rf"(?=$|{gap}(?:{COUNT}|限批|缓批))"


def _lists(zh: bool) -> dict[str, Slot]:
    amount_, move = amounts(zh=zh), say.moves(zh=zh).slot()
    year = say.years(zh=zh, absent=True).slot()
    measure = any_of(words.MEASURES, zh=zh)
    if zh:
        called = rf"({measure})({year.pattern})(?:，等级为(红色|橙色|黄色|绿色))?"
        return {
            "colours": listed(rf"(红色|橙色|黄色|绿色|未评级)({COUNT})个", bare, bare, zh=zh),
            "changes": counted_names(
                listed(rf"({COUNT})个(改善|恶化)（(.+?)）{_until('、')}", bare, bare, bare, zh=zh)
            ),
            "shares": listed(rf"(.+?)（({SIGNED})%）", bare, bare, zh=zh),
            "pulls": listed(rf"(.+?)（({POINT})个百分点）", bare, bare, zh=zh),
            "ups": listed(rf"(增长|下降|持平|无数据)的({COUNT})个", bare, bare, zh=zh),
            "amounts": listed(rf"(.+?)（({amount_})）", bare, amount, zh=zh),
            "moves": listed(rf"(.+?)（({move.pattern})）", bare, move.meaning, zh=zh),
            "severe": listed(rf"(.+?)（{called}）", bare, bare, year.meaning, bare, zh=zh),
            "warned": listed(rf"(红色|橙色|黄色|提示)({COUNT})次", bare, bare, zh=zh),
            "gates": listed(
                rf"(限批|缓批)({COUNT})个（(.+?)）{_until('、')}", bare, bare, bare, zh=zh
            ),
            "counted": listed(rf"([^、]+?)({COUNT})项", bare, bare, zh=zh),
            "scopes": listed(rf"([^、]+?)({COUNT})个", bare, bare, zh=zh),
        }
    called = rf"({measure}) ({year.pattern})(?:, level (red|orange|yellow|green))?"
    return {
        "colours": listed(rf"({COUNT}) (red|orange|yellow|green|not rated)", bare, bare, zh=zh),
        "changes": counted_names(
            listed(rf"({COUNT}) (better|worse) \((.+?)\){_until(', ')}", bare, bare, bare, zh=zh)
        ),
        "shares": listed(rf"(.+?) \(({SIGNED})%\)", bare, bare, zh=zh),
        "pulls": listed(rf"(.+?) \(({POINT}) percentage points\)", bare, bare, zh=zh),
        "ups": listed(rf"(up|down|unchanged|without data) in ({COUNT})", bare, bare, zh=zh),
        "amounts": listed(rf"(.+?) \(({amount_})\)", bare, amount, zh=zh),
        "moves": listed(rf"(.+?) \(({move.pattern})\)", bare, move.meaning, zh=zh),
        "severe": listed(rf"(.+?) \({called}\)", bare, bare, year.meaning, bare, zh=zh),
        "warned": listed(rf"({COUNT}) (red|orange|yellow|notice)", bare, bare, zh=zh),
        "gates": listed(
            rf"({COUNT}) (restricted|slowed) \((.+?)\){_until(', ')}", bare, bare, bare, zh=zh
        ),
        "counted": listed(rf"({COUNT}) ([^,]+?)", bare, bare, zh=zh),
        "scopes": listed(rf"({COUNT}) ([^,]+?)", bare, bare, zh=zh),
    }
