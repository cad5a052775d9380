"""Where the region's own targets stand: level, progress against the progress due, what is left."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Block
from services.alerts.domain.briefs.facts import Label, Rated
from services.alerts.domain.briefs.printing import (
    NOT_RATED,
    Printed,
    change,
    duty,
    duty_text,
)
from services.alerts.domain.briefs.writing.choosing import is_rated, level_name, measures_in_order
from services.alerts.domain.briefs.writing.moves import reasons
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.words import (
    BINDINGS,
    CARBON_FIRST,
    CHANGES,
    GREY,
    colour_of,
    known,
)

_HEADS = (
    Head(name="target", label=Label("目标", "Target"), share=5),
    Head(name="binding", label=Label("性质", "Kind")),
    Head(name="since_base", label=Label("较基期（%）", "Since base (%)"), number=True),
    Head(name="progress", label=Label("完成进度（%）", "Progress (%)"), number=True),
    Head(name="required", label=Label("序时进度（%）", "Due (%)"), number=True),
    Head(name="remaining", label=Label("尚需下降（%）", "Left to fall (%)"), number=True),
    Head(name="each_year", label=Label("剩余年均（%）", "Each year (%)"), number=True),
    Head(name="level", label=Label("等级", "Level")),
    Head(name="change", label=Label("较上期", "Change")),
)

NO_TARGET = Label("无目标", "no target")
_ALLOWED = Label(
    "允许增长的目标，完成进度为增量使用率。",
    "Of targets that allow a rise, progress is how much of the rise is used.",
)


def own_targets(pen: Pen) -> tuple[Rated, ...]:
    """The region's own targets: those of the four measures in order, then the others."""
    order = {measure: nth for nth, measure in enumerate(measures_in_order(pen))}
    return tuple(sorted(pen.situation.own, key=lambda one: (order.get(one.measure, 9), one.target)))


def is_telling(one: Rated) -> bool:
    """Whether there is something to say of the target, beside why it has no level."""
    known_figures = (one.since_base, one.progress, one.value)
    return is_rated(one) or one.measure in CARBON_FIRST or known_figures != (None, None, None)


def is_allowance(one: Rated) -> bool:
    """Whether the target allows a rise: then its progress is what is used of it, better if less."""
    is_rise = one.target_value is not None and one.target_value < 0
    return is_rise or one.unit not in ("", "%")


def target_sentences(pen: Pen) -> Iterator[Label]:
    """T1 to T4 for each target of which something is known, T5; that there are none is said."""
    own = own_targets(pen)
    telling = [one for one in own if is_telling(one)]
    if not own:
        yield Label("本地区暂无目标。", "There are no targets for the region.")
    for one in telling:
        found = (_since(one), _progress(one), _left(one), level_sentence(pen, one))
        yield from (sentence for sentence in found if sentence is not None)
    if own and not telling:
        yield Label(
            f"{len(own)}项目标均因暂无数据未评级。",
            f"For want of data none of {len(own)} targets is rated.",
        )
    elif silent := len(own) - len(telling):
        yield Label(
            f"另有{silent}项目标因暂无数据未评级。",
            f"For want of data {silent} more targets are not rated.",
        )


def _named(one: Rated) -> Label:
    return Label(f"“{one.target_name.zh}”", f"“{one.target_name.en}”")


def _since(one: Rated) -> Label | None:
    """T1: `“目标”较基期累计下降8.12%。`"""
    if one.since_base is None:
        return None
    name, word = _named(one), change(duty(one.since_base), one.measure)
    return Label(f"{name.zh}较基期累计{word.zh}。", f"{name.en} since the base year: {word.en}.")


def _progress(one: Rated) -> Label | None:
    """T2: `“目标”完成进度26.82%，低于序时进度（40.00%）13.18个百分点。`, or of what is allowed."""
    if one.progress is None:
        return None
    name, done = _named(one), duty(one.progress)
    zh, en = f"{name.zh}完成进度{done}%", f"{name.en} progress: {done}%"
    if is_allowance(one):
        zh, en = f"{name.zh}允许增量已使用{done}%", f"{name.en} rise allowed, used: {done}%"
    if one.required is None:
        return Label(f"{zh}。", f"{en}.")
    beside = against(done, duty(one.required))
    return Label(f"{zh}，{beside.zh}。", f"{en}, {beside.en}.")


def against(done: Printed, due: Printed) -> Label:
    """`低于序时进度（40.00%）13.18个百分点`: the difference of the numbers as they are printed."""
    gap = done.less(due)
    if gap.sign == 0:
        return Label(f"与序时进度（{due}%）持平", f"equal to the progress due ({due}%)")
    word = Label("高于", "above") if gap.sign > 0 else Label("低于", "below")
    return Label(
        f"{word.zh}序时进度（{due}%）{gap.size}个百分点",
        f"{gap.size} percentage points {word.en} the progress due ({due}%)",
    )


def _left(one: Rated) -> Label | None:
    """T3: `“目标”剩余年份还需累计下降12.75%，年均下降6.59%。`; met only where nothing is left."""
    if one.remaining is None or one.each_year is None:
        return None
    name, left, yearly = _named(one), duty(one.remaining), duty(one.each_year)
    word = change(yearly, one.measure)
    if one.remaining <= 0 and is_allowance(one):
        most = change(duty(-one.remaining), one.measure)
        return Label(
            f"{name.zh}剩余年份累计最多{most.zh}，年均{word.zh}。",
            f"{name.en} at most {most.en} in the years left, each year {word.en}.",
        )
    if one.remaining <= 0:
        return Label(f"{name.zh}已提前完成。", f"{name.en} is met ahead of time.")
    if left.sign == 0:
        return Label(
            f"{name.zh}剩余年份还需累计下降不足0.01%。",
            f"{name.en} still to fall by less than 0.01% in the years left.",
        )
    return Label(
        f"{name.zh}剩余年份还需累计下降{left}%，年均{word.zh}。",
        f"{name.en} still to fall by {left}% in the years left, each year {word.en}.",
    )


def level_sentence(pen: Pen, one: Rated) -> Label:
    """T4: `“目标”本期等级为红色（一级），较上期恶化。`, or why there is none."""
    name = _named(one)
    if not pen.rates or not is_rated(one):
        why = reasons(one.reasons) if pen.rates else Label("初步数据", "preliminary data")
        state = one.label if pen.rates else NOT_RATED
        zh, en = (f"（{why.zh}）", f" ({why.en})") if why.zh else ("", "")
        return Label(f"{name.zh}本期{state.zh}{zh}。", f"{name.en} this period: {state.en}{en}.")
    level, moved = level_name(one), known(CHANGES, one.change)
    zh, en = (
        (f"，较上期{moved.zh}", f", {moved.en} against the period before")
        if one.change in {"better", "worse", "same"}
        else (f"，{moved.zh}", f", {moved.en}")
    )
    return Label(f"{name.zh}本期等级为{level.zh}{zh}。", f"{name.en} level: {level.en}{en}.")


def targets_table(pen: Pen) -> tuple[Block, ...]:
    """The own targets of which something is known; all of them are in the spreadsheet."""
    own = own_targets(pen)
    rows = tuple(_row(pen, one) for one in own if is_telling(one))
    caption = Label("目标完成情况", "Targets")
    notes = (_ALLOWED,) if any(is_allowance(one) for one in own if is_telling(one)) else ()
    return pen.table("targets", caption, _HEADS, rows, most=len(rows), whole=len(own), notes=notes)


def _row(pen: Pen, one: Rated) -> Row:
    plain = (
        one.target_name,
        known(BINDINGS, one.binding),
        duty_text(one.since_base),
        duty_text(one.progress),
        duty_text(one.required),
        duty_text(one.remaining if one.each_year is not None else None),
        duty_text(one.each_year),
    )
    level, moved = level_labels(pen, one)
    shown = pen.rates and is_rated(one)
    colour = colour_of(one.colour) if shown else colour_of("")
    return (*pen.cells(plain), pen.cell(level, colour), pen.cell(moved))


def level_labels(pen: Pen, one: Rated | None) -> tuple[Label, Label]:
    """The level and its change for a table."""
    if not pen.rates:
        return NOT_RATED, Label("—", "—")
    if one is None:
        return NO_TARGET, Label("—", "—")
    return (level_name(one) if is_rated(one) else one.label or GREY), known(CHANGES, one.change)
