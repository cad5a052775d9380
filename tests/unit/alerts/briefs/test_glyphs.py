"""Characters that no font has are shown by their codes; those that the fonts have stay."""

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.glyphs import known, printable

WORDS = (
    "形势分析，。、；：？！“”‘’（）《》〈〉【】〔〕—…·％‰℃㎡①②③ⅠⅡⅢ→↑↓±×÷≤≥≈−–▲△●○★"
    "ABCabc0123456789.,-+/%()₂禤犇喆堃淼峣碳烯烃氨醇"
)


def test_what_briefs_are_written_with_has_glyphs() -> None:
    assert [one for one in WORDS if one not in known(assets.fonts())] == []


def test_others_are_shown_by_their_codes() -> None:
    assert printable("甲乙", frozenset("甲")) == "甲〔U+4E59〕"
    assert printable("甲\x00\x1b", frozenset("甲")) == "甲"
    assert printable("甲甲", frozenset("甲")) == "甲甲"
