"""A profile on a terminal: every number with its clause, years and how strictly it is meant."""

from collections.abc import Iterable
from decimal import Decimal

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.profiles.divisions import divisions
from deploy.profiles.model import Duty, Goal, Profile
from services.evaluator.domain.records.target import Binding, Form

_STRICT = {
    Binding.BINDING: "[bold red]约束性[/] binding",
    Binding.EXPECTED: "[cyan]预期[/] expected",
    Binding.AIM: "[yellow]力争[/] aim",
}
_SIGNS = {
    Form.REDUCTION: "−",
    Form.TOTAL: "≤ ",
    Form.INCREMENT: "≤ +",
    Form.AT_MOST: "≤ ",
    Form.AT_LEAST: "≥ ",
}


def show(console: Console, profile: Profile) -> None:
    """The whole profile, section by section."""
    console.print(_head(profile), soft_wrap=False)
    for part in (
        _targets(profile),
        _tiers(profile),
        _gates(profile),
        _cadence(profile),
        _tasks(profile),
        _remarks("The plan is silent on 规划未载", profile.silent),
        _differences(profile),
    ):
        if part is not None:
            console.print(part, soft_wrap=False)


def listing(profiles: Iterable[Profile]) -> Table:
    """One line for each profile."""
    table = Table(box=None, header_style="bold")
    for column in ("name", "plan", "place", "years"):
        table.add_column(column, no_wrap=column != "plan", overflow="fold")
    for column in ("targets", "tasks"):
        table.add_column(column, justify="right")
    for one in profiles:
        table.add_row(
            f"[bold]{escape(one.name)}[/]",
            escape(one.title) + (" [yellow]draft[/]" if one.plan.draft else ""),
            escape(_place(one)),
            f"{one.years.first}–{one.years.last}",
            str(len(one.targets)),
            str(len(one.tasks)),
        )
    return table


def _place(profile: Profile) -> str:
    code = profile.place.region
    return f"{code} {divisions()[code].name}"


def _head(profile: Profile) -> Panel:
    plan, years = profile.plan, profile.years
    number = f"{plan.number}, " if plan.number else ""
    lines: list[RenderableType] = [
        Text(profile.title_en, style="dim"),
        Text(f"{plan.issuer}, {number}{plan.issued}"),
        Text(f"{_place(profile)}; {years.first}–{years.last}, compared with {years.base}"),
        Text("levels: " + " → ".join(f"{one.name} {one.name_en}" for one in profile.levels)),
    ]
    if plan.draft:
        lines.append(Text("征求意见稿: a draft for comment, not in force", style="bold yellow"))
    if plan.note:
        lines.append(Text(plan.note, style="dim"))
    return Panel(Group(*lines), title=f"[bold]{escape(profile.title)}[/]", title_align="left")


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"clause", "year", "due"})
    return table


def _targets(profile: Profile) -> Table:
    table = _table(
        "Targets 目标", "target", "holder", "number", "year", "meant", "clause", "remark"
    )
    for goal in profile.targets:
        table.add_row(
            f"{escape(goal.name)}\n[dim]{escape(goal.name_en)}[/]",
            escape(_holder(profile, goal)),
            f"[bold]{escape(number(goal))}[/]",
            _year(profile, goal),
            _STRICT[goal.binding],
            escape(goal.clause),
            escape(goal.note),
        )
    return table


def number(goal: Goal) -> str:
    """The number as people write it; 'as handed down' or 'controlled' where there is none."""
    if goal.value is None:
        return "not printed 未载"
    text = f"{_SIGNS[goal.form]}{_plain(goal.value)} {goal.unit}"
    about = " 左右" if goal.about else ""
    further = f" (aim −{_plain(goal.incentive)} {goal.unit})" if goal.incentive is not None else ""
    return f"{text}{about}{further}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _year(profile: Profile, goal: Goal) -> str:
    last = str(goal.last or profile.years.last)
    if goal.yearly:
        return f"{profile.years.first}–{last}\neach year"
    if goal.form in (Form.REDUCTION, Form.INCREMENT):
        return f"{last}\non {goal.base or profile.years.base}"
    return last


def _holder(profile: Profile, goal: Goal) -> str:
    if goal.each:
        return f"every {goal.each}"
    kind, _, code = (goal.holder or profile.region).partition(":")
    if kind == "region":
        return divisions()[code].name
    return next(one.name for one in profile.sectors if one.code == code)


def _tiers(profile: Profile) -> Table | None:
    if not profile.differentiation:
        return None
    table = _table("Differentiation 差异化", "regions", "how", "which", "clause", "from where")
    for tier in profile.differentiation:
        table.add_row(
            f"{escape(tier.name)}\n[dim]{escape(tier.name_en)}[/]",
            escape(f"{tier.words} {tier.severity}"),
            "、".join(divisions()[code].name for code in tier.members),
            escape(tier.clause),
            escape(tier.members_source),
        )
    return table


def _gates(profile: Profile) -> Table | None:
    if not profile.gates:
        return None
    table = _table("Gates 项目准入", "gate", "projects", "when", "clause")
    for gate in profile.gates:
        short = gate.trigger.get("short_of", "")
        when = f"short of the {short}" if short else "always"
        if gate.threshold is not None:
            when = f"more than {_plain(gate.threshold)} {gate.unit} a {gate.per}"
        names = f"{escape(gate.name)}\n[dim]{escape(gate.name_en)}[/]"
        table.add_row(names, escape(gate.applies), escape(when), escape(gate.clause))
    return table


def _cadence(profile: Profile) -> Table:
    table = _table("Cadence 频次", "what", "how often", "clause", "remark")
    for one in profile.cadence:
        often = one.on or one.every
        names = f"{escape(one.name)}\n[dim]{escape(one.name_en)}[/]"
        table.add_row(names, often, escape(one.clause), escape(one.note))
    return table


def _tasks(profile: Profile) -> Table:
    table = _table("Tasks 任务清单", "task", "lead 牵头", "joining 参加", "due", "clause")
    for duty in profile.tasks:
        table.add_row(
            f"[bold]{escape(duty.code)}[/] {escape(duty.title)}\n[dim]{escape(duty.title_en)}[/]",
            escape("、".join(duty.lead)) or "[dim]not named 未列[/]",
            escape("、".join(duty.joining) + ("等" if duty.more else "")),
            _due(duty),
            escape(duty.clause),
        )
    table.caption = escape(
        f"no lead named: {profile.fallback_lead.name} follows it. {profile.fallback_lead.reason}"
    )
    return table


def _due(duty: Duty) -> str:
    if duty.every:
        return f"every {duty.every}"
    return duty.due or "[dim]–[/]"


def _remarks(title: str, lines: Iterable[str]) -> Table:
    table = _table(title, "")
    table.show_header = False
    for line in lines:
        table.add_row(f"· {escape(line)}")
    return table


def _differences(profile: Profile) -> Table:
    table = _table("Where the plan counts against its summary 以规划为准", "of", "summary", "plan")
    for one in profile.differences:
        table.add_row(escape(one.what), escape(one.summary), escape(one.plan))
    return table
