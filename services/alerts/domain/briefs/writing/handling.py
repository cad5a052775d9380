"""Section five (预警处置、任务与项目准入): warnings, steps, gates, tasks and consultations."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Block
from services.alerts.domain.briefs.facts import Behind, Count, GateState, Label, Open, StepCount
from services.alerts.domain.briefs.printing import MISSING, both, listed, percent_text
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.words import (
    GATES,
    KINDS,
    TASK_STATES,
    WARNING_LEVELS,
    WARNING_MEASURES,
    colour_of,
    known,
)

MOST_OPEN = 30
MOST_BEHIND = 20
_COUNTED = (
    ("raised", Label("发出", "Raised")),
    ("answered", Label("已响应", "Answered")),
    ("overdue", Label("逾期", "Overdue")),
    ("resolved", Label("已解除", "Resolved")),
    ("open", Label("未解除", "Open")),
)
_STEPS = (
    ("proposed", Label("建议", "Proposed")),
    ("issued", Label("下达", "Issued")),
    ("answered", Label("答复", "Answered")),
    ("overdue", Label("逾期", "Overdue")),
    ("done", Label("办结", "Done")),
)


def handling(pen: Pen) -> Iterator[Block]:
    """The section's blocks; all of it is for the office."""
    title = Label(
        "五、预警处置、任务与项目准入", "5. Handling of warnings, tasks and admission of projects"
    )
    yield pen.heading(1, "handling", title)
    yield pen.heading(2, "handling.warnings", Label("（一）预警处置", "5.1 Warnings"))
    yield from pen.paragraph("handling.warnings", [_raised(pen), _so_far(pen)])
    yield from _counts_table(pen)
    yield from _open_table(pen)
    yield from pen.paragraph("handling.steps", [_steps(pen), _consultations(pen)])
    yield from _steps_table(pen)
    yield pen.heading(2, "handling.gates", Label("（二）项目准入", "5.2 Admission of projects"))
    yield from pen.paragraph("handling.gates", [_gates(pen)])
    yield from _gates_table(pen)
    yield pen.heading(2, "handling.tasks", Label("（三）规划任务", "5.3 Tasks of the plan"))
    yield from pen.paragraph("handling.tasks", [_tasks(pen), _behind(pen)])
    yield from _behind_table(pen)


def _sum(pen: Pen, name: str, level: str = "") -> int:
    counts = pen.facts.desk.counts
    return sum(int(getattr(one, name)) for one in counts if level in ("", one.level))


def _raised(pen: Pen) -> Label:
    """W1: `本期发出预警12次，其中红色2次、橙色1次、黄色4次、提示5次。`"""
    whole = _sum(pen, "raised")
    levels = [(word, _sum(pen, "raised", level)) for level, word in WARNING_LEVELS.items()]
    some = listed(tuple(Label(f"{word.zh}{n}次", f"{n} {word.en}") for word, n in levels if n))
    if not whole:
        return Label("本期未发出预警。", "No warnings were raised in the period.")
    return Label(
        f"本期发出预警{whole}次，其中{some.zh}。",
        f"Warnings raised in the period: {whole}, of which {some.en}.",
    )


def _so_far(pen: Pen) -> Label | None:
    """W2: `已响应9次，逾期1次，已解除6次；期末未解除8次。`"""
    answered, overdue, resolved, opened = (
        _sum(pen, name) for name in ("answered", "overdue", "resolved", "open")
    )
    if not any((_sum(pen, "raised"), answered, overdue, resolved, opened)):
        return None
    return Label(
        f"已响应{answered}次，逾期{overdue}次，已解除{resolved}次；期末未解除{opened}次。",
        f"Answered: {answered}, overdue: {overdue}, resolved: {resolved};"
        f" open at the end of the period: {opened}.",
    )


def _counts_table(pen: Pen) -> tuple[Block, ...]:
    heads = (
        Head(name="measure", label=Label("类别", "Kind")),
        Head(name="level", label=Label("等级", "Level")),
        *(Head(name=name, label=label, number=True) for name, label in _COUNTED),
    )
    rows = tuple(_count_row(pen, one) for one in pen.facts.desk.counts)
    return pen.table("warnings", Label("预警处置情况", "Warnings"), heads, rows)


def _count_row(pen: Pen, one: Count) -> Row:
    return (
        pen.cell(known(WARNING_MEASURES, one.measure)),
        pen.cell(known(WARNING_LEVELS, one.level), colour_of(one.level)),
        *pen.cells(both(str(getattr(one, name))) for name, _ in _COUNTED),
    )


def _open_table(pen: Pen) -> tuple[Block, ...]:
    heads = (
        Head(name="level", label=Label("等级", "Level")),
        Head(name="subject", label=Label("对象", "Subject"), share=4),
        Head(name="kind", label=Label("类型", "Kind"), share=3),
        Head(name="about", label=Label("事项", "About"), share=4),
        Head(name="since", label=Label("起始", "Since"), share=3),
    )
    rows = tuple(_open_row(pen, one) for one in pen.facts.desk.open)
    return pen.table("open", Label("未解除预警", "Open warnings"), heads, rows, most=MOST_OPEN)


def _open_row(pen: Pen, one: Open) -> Row:
    labels = (both(one.subject_name), known(KINDS, one.kind), both(one.about_name))
    level = pen.cell(known(WARNING_LEVELS, one.level), colour_of(one.level))
    return (level, *pen.cells(labels), pen.cell(both(one.since[:10])))


def _steps(pen: Pen) -> Label:
    """W3: `处置措施建议7项、下达5项，其中答复3项、逾期1项、办结2项。`, or none issued."""
    steps = pen.facts.desk.steps
    counts = {name: sum(int(getattr(one, name)) for one in steps) for name, _ in _STEPS}
    if not any(counts.values()):
        return Label("本期未采取处置措施。", "No steps were taken in the period.")
    if not any(counts[name] for name, _ in _STEPS[1:]):
        proposed = counts["proposed"]
        return Label(
            f"处置措施建议{proposed}项，均未下达。",
            f"Steps proposed: {proposed}, none of them issued.",
        )
    zh = (
        "处置措施建议{proposed}项、下达{issued}项，"
        "其中答复{answered}项、逾期{overdue}项、办结{done}项。"
    )
    en = (
        "Steps proposed: {proposed}, issued: {issued};"
        " of these answered: {answered}, overdue: {overdue}, done: {done}."
    )
    return Label(zh.format(**counts), en.format(**counts))


def _consultations(pen: Pen) -> Label:
    """W4: `召开形势会商2次，会商议定事项逾期1项。`"""
    desk = pen.facts.desk
    late = desk.consultation_tasks_overdue
    if not desk.consultations and not late:
        return Label("未召开形势会商。", "No consultations were held.")
    return Label(
        f"召开形势会商{desk.consultations}次，会商议定事项逾期{late}项。",
        f"Consultations held: {desk.consultations}; tasks agreed there and overdue: {late}.",
    )


def _steps_table(pen: Pen) -> tuple[Block, ...]:
    heads = (
        Head(name="step", label=Label("措施", "Step"), share=4),
        *(Head(name=name, label=label, number=True) for name, label in _STEPS),
    )
    rows = tuple(_step_row(pen, one) for one in pen.facts.desk.steps)
    return pen.table("steps", Label("处置措施情况", "Steps"), heads, rows)


def _step_row(pen: Pen, one: StepCount) -> Row:
    return pen.cells((one.title, *(both(str(getattr(one, name))) for name, _ in _STEPS)))


def _gates(pen: Pen) -> Label:
    """W5: `实行项目准入限制的地区2个：限批1个（包头市）、缓批1个（乌海市）。`"""
    shut = shut_gates(pen)
    if not shut:
        return Label(
            "所辖地区均未实行项目准入限制。", "No region is restricted in admitting projects."
        )
    parts = []
    for state in ("restricted", "slowed"):
        names = listed(tuple(both(one.region_name) for one in shut if one.state == state))
        count = sum(one.state == state for one in shut)
        word = GATES[state]
        if count:
            zh, en = f"{word.zh}{count}个（{names.zh}）", f"{count} {word.en} ({names.en})"
            parts.append(Label(zh, en))
    some = listed(tuple(parts))
    return Label(
        f"实行项目准入限制的地区{len(shut)}个：{some.zh}。",
        f"Regions restricted in admitting projects: {len(shut)}, of which {some.en}.",
    )


def shut_gates(pen: Pen) -> tuple[GateState, ...]:
    """Regions that are not open to all projects."""
    return tuple(one for one in pen.facts.desk.gates if one.state in ("restricted", "slowed"))


def _gates_table(pen: Pen) -> tuple[Block, ...]:
    heads = (
        Head(name="region", label=Label("地区", "Region"), share=3),
        Head(name="state", label=Label("状态", "State")),
        Head(name="since", label=Label("起始", "Since"), share=3),
        Head(name="kinds", label=Label("项目类型", "Projects"), share=4),
        Head(name="because", label=Label("原因", "Because"), share=5),
    )
    rows = tuple(_gate_row(pen, one) for one in shut_gates(pen))
    return pen.table("gates", Label("项目准入限制", "Admission of projects"), heads, rows)


def _gate_row(pen: Pen, one: GateState) -> Row:
    kinds = listed(tuple(both(kind) for kind in one.kinds))
    labels = (known(GATES, one.state), both(one.since[:10]), kinds, both(one.because))
    return (pen.cell(both(one.region_name)), *pen.cells(labels))


def _tasks(pen: Pen) -> Label:
    """W6: `规划任务共20项，其中已完成5项、进行中12项、已逾期3项。`"""
    tasks = pen.situation.tasks
    if not tasks.total:
        return Label("本地区暂无规划任务。", "There are no tasks of a plan for the region.")
    order = [(word, tasks.states.get(state, 0)) for state, word in TASK_STATES.items()]
    others = sorted(set(tasks.states).difference(TASK_STATES))
    order += [(both(state), tasks.states[state]) for state in others]
    some = listed(tuple(Label(f"{word.zh}{n}项", f"{n} {word.en}") for word, n in order if n))
    zh, en = (f"，其中{some.zh}", f", of which {some.en}") if some.zh else ("", "")
    return Label(f"规划任务共{tasks.total}项{zh}。", f"Tasks of the plan: {tasks.total}{en}.")


def _behind(pen: Pen) -> Label | None:
    """W7: `进度滞后的任务3项。`"""
    count = len(pen.situation.tasks.behind)
    if not pen.situation.tasks.total:
        return None
    if not count:
        return Label("没有进度滞后的任务。", "No task is behind.")
    return Label(f"进度滞后的任务{count}项。", f"Tasks behind: {count}.")


def _behind_table(pen: Pen) -> tuple[Block, ...]:
    heads = (
        Head(name="task", label=Label("任务", "Task"), share=6),
        Head(name="department", label=Label("责任部门", "Department"), share=4),
        Head(name="state", label=Label("状态", "State")),
        Head(name="percent", label=Label("完成（%）", "Done (%)"), number=True),
        Head(name="expected", label=Label("应完成（%）", "Due (%)"), number=True),
        Head(name="due", label=Label("期限", "Due on"), share=3),
    )
    rows = tuple(_behind_row(pen, one) for one in pen.situation.tasks.behind)
    caption = Label("进度滞后的任务", "Tasks behind")
    return pen.table("behind", caption, heads, rows, most=MOST_BEHIND)


def _behind_row(pen: Pen, one: Behind) -> Row:
    labels = (
        both(one.name),
        both(one.department) if one.department else MISSING,
        known(TASK_STATES, one.state),
        percent_text(one.percent),
        percent_text(one.expected),
        both(one.due) if one.due else MISSING,
    )
    return pen.cells(labels)
