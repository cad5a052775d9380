"""The proof's table of phrases: how directions, sizes, trends and pulls are said.

Left of the bar stands the Chinese, right of it the English; `#` is a number with one decimal, of
targets with two, `~` one that may be negative, `@` an amount with its unit.
"""

from collections.abc import Iterator

from services.alerts.domain.briefs.proof.slots import Phrases

_SIZES = (("", "", ""), ("small", "小幅", " slightly"), ("marked", "明显", " markedly"),
          ("sharp", "大幅", " sharply"))  # fmt: skip
_VERBS = (("grow", "增长", "up"), ("rise", "上升", "up"), ("fall", "下降", "down"))

TREND = """
rise wider = 增幅扩大#个百分点 | the rise widened by # percentage points
rise narrower = 增幅收窄#个百分点 | the rise narrowed by # percentage points
fall wider = 降幅扩大#个百分点 | the fall widened by # percentage points
fall narrower = 降幅收窄#个百分点 | the fall narrowed by # percentage points
rise same = 增幅与上期持平 | the rise was the same as in the period before
fall same = 降幅与上期持平 | the fall was the same as in the period before
to a fall = 由升转降，较上期回落#个百分点 | turning from a rise to a fall, # percentage points lower than in the period before
to a rise = 由降转升，较上期回升#个百分点 | turning from a fall to a rise, # percentage points higher than in the period before
higher = 较上期回升#个百分点 | # percentage points higher than in the period before
lower = 较上期回落#个百分点 | # percentage points lower than in the period before
same = 变化率与上期持平 | the rate was the same as in the period before
"""  # noqa: E501
SHARE_CHANGE = """
higher = 占比同比提高#个百分点 | # percentage points higher than a year earlier
lower = 占比同比下降#个百分点 | # percentage points lower than a year earlier
same = 占比与上年同期持平 | the same as a year earlier
"""
PULL = """
up = 拉动总量增长#个百分点 | adding # percentage points to the total
down = 拉动总量下降#个百分点 | taking # percentage points off the total
none = 对总量变化无拉动 | leaving the total unchanged
"""
PROGRESS = """
above = 高于序时进度（~%）#个百分点 | # percentage points above the progress due (~%)
below = 低于序时进度（~%）#个百分点 | # percentage points below the progress due (~%)
equal = 与序时进度（~%）持平 | equal to the progress due (~%)
"""
CHANGED = """
better = 较上期改善 | better against the period before
worse = 较上期恶化 | worse against the period before
same = 较上期持平 | unchanged against the period before
new = 新评级 | newly rated
lost = 由评级转为未评级 | no longer rated
none = 均未评级 | not rated in either period
"""
LIMIT = """
over = 超出全年控制目标@ | @ above the limit of the year
under = 低于全年控制目标@ | @ below the limit of the year
equal = 与全年控制目标持平 | equal to the limit of the year
"""
NEEDED = """
down = 较上年同期至少下降#% | at least #% less than a year earlier
up = 较上年同期增长不超过#% | at most #% more than a year earlier
same = 与上年同期持平 | as much as a year earlier
"""


def phrases(table: str, *, zh: bool) -> Phrases:
    """The rows of a table in one language."""
    rows = []
    for line in table.strip().splitlines():
        tag, _, said = line.partition(" = ")
        left, _, right = said.partition(" | ")
        rows.append((tag.strip(), (left if zh else right).strip()))
    return Phrases(tuple(rows), zh)


def moves(*, zh: bool) -> Phrases:
    """How far something went up or down: `grow small`, `fall` …, or `flat`."""
    return Phrases((*_moves(zh), ("flat", "持平" if zh else "unchanged")), zh)


def years(*, zh: bool, absent: bool = False) -> Phrases:
    """The same against the year before, or that nobody knows; absent: perhaps no figure at all."""
    unknown = "同比变化暂无数据" if zh else "no data on the change year on year"
    rows = [
        (tag, f"同比{said}" if zh else f"{said} year on year") for tag, said in moves(zh=zh).rows
    ]
    more = (("nothing", "暂无数据" if zh else "no data"),) if absent else ()
    return Phrases((*rows, ("unknown", unknown), *more), zh)


def _moves(zh: bool) -> Iterator[tuple[str, str]]:
    for verb, chinese, english in _VERBS:
        for size, before, after in _SIZES:
            tag = f"{verb} {size}".strip()
            if zh:
                yield tag, f"{before}{chinese}#%"
            elif verb != "rise":
                # English has one word for what grows and what rises.
                yield tag, f"{english}{after} by #%"
