"""How the evidence of each kind of warning is laid out: what a reader looks for comes first."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from services.console.entrypoints.evidence import page_of
from services.console.entrypoints.figures import DASH, local, number
from services.console.entrypoints.lights import COLOURS, text_of
from services.console.entrypoints.proving import (
    Cell,
    Document,
    Row,
    Sheet,
    amount,
    cell_of,
    joined,
    said_of,
)
from services.console.entrypoints.words import translate

_CHINA = ZoneInfo("Asia/Shanghai")
_LINKS = ("figure", "explain", "links")
_OPEN = ("open", "pending")


def sheet_of(
    warning: Document,
    kind: str,
    language: str,
    zone: str,
    now: datetime,
    named: Callable[[str], str] = str,
) -> Sheet:
    """The evidence of a warning of any kind; kinds without a layout are told fact by fact.

    named: the name of a subject (`kind:code`), as far as it has one.
    """
    facts = warning.get("facts")
    sheet = Sheet(
        facts=facts if isinstance(facts, Mapping) else {},
        warning=warning,
        language=language,
        zone=zone,
        now=now,
        named=named,
    )
    for name in _LINKS:
        sheet.take(name)
    _LAYOUTS.get(kind, _plain)(sheet)
    sheet.rest()
    return sheet


def _plain(sheet: Sheet) -> None:
    evidence: Document = sheet.warning.get("evidence") or {}
    unit = evidence.get("unit")
    for name in ("value", "limit"):
        sheet.figure(name, amount(evidence.get(name), unit, sheet.language))


def _target(sheet: Sheet) -> None:
    """A rated target: what was asked for, what was reached, and how it is rated."""
    shown, target = sheet.document("shown"), sheet.document("target")
    unit, language = shown.get("unit"), sheet.language
    is_whole = _same(shown.get("limit"), target.get("value"))
    sheet.figure("actual_value", amount(shown.get("value"), unit, language))
    goal = "whole_goal" if is_whole else "goal_value"
    sheet.figure(goal, amount(shown.get("limit"), unit, language))
    sheet.figure("required", amount(shown.get("required"), "%", language))
    # Of a reduction it compares powers: a number without a unit.
    is_power = target.get("form") == "reduction"
    name, of_unit = ("room", "") if is_power else ("margin_left", unit)
    _margin(sheet, name, shown.get("margin"), of_unit)
    _light(sheet)
    _as_handed_down(sheet, target)
    sheet.take("period")
    sheet.row("period", str(sheet.facts.get("period") or ""))
    _scopes(sheet)
    rule = sheet.document("rule")
    known_as = sheet.said("rule", rule.get("code") or "")
    sheet.row("rule", known_as, note=str(rule.get("version") or ""))
    if sheet.take("state") not in (None, "rated"):
        sheet.row("state", sheet.said("state", sheet.facts["state"]))
    _labels(sheet, "reasons", "flags")


def _same(one: Any, other: Any) -> bool:
    left, right = (number(str(value)) if value else None for value in (one, other))
    return left is not None and left == right


def _margin(sheet: Sheet, name: str, value: Any, unit: Any) -> None:
    """How much is left; below nought it is short of what was asked for."""
    found = number(str(value)) if value else None
    if found is not None:
        is_short = found < 0
        note = translate(sheet.language, "fact_short" if is_short else "fact_enough")
        text = amount(value, unit, sheet.language)
        sheet.figure(name, text, note=note, is_bad=is_short)


def _light(sheet: Sheet) -> None:
    light = sheet.document("light")
    if light:
        colour = str(light.get("colour") or "")
        own = text_of(light.get("name"), sheet.language)
        hue = sheet.said("colour", colour) if colour in COLOURS else ""
        text = " · ".join(filter(None, (hue, own)))
        sheet.figure("light", text, light=colour if colour in COLOURS else "unrated")


def _as_handed_down(sheet: Sheet, target: Document) -> None:
    """The target's name, what it asks for in which year, and how strictly it is meant."""
    label = text_of(sheet.take("label"), sheet.language)
    code, link = str(target.get("code") or ""), page_of(str(target.get("href") or ""))
    sheet.row("target", label or code, note=code if label else "", link=link)
    asked = amount(target.get("value"), target.get("unit"), sheet.language)
    if asked:
        form = sheet.said("form", target.get("form") or "")
        year = target.get("last_year")
        notes = (
            sheet.said("binding", target.get("binding") or ""),
            translate(sheet.language, "fact_by_year").format(year) if year else "",
        )
        sheet.row("handed_down", f"{form} {asked}".strip(), note=" · ".join(filter(None, notes)))


def _scopes(sheet: Sheet) -> None:
    """As monitored beside as confirmed where both were looked for, else which of them it is."""
    scope = sheet.take("scope")
    has_both = "monitored" in sheet.facts or "confirmed" in sheet.facts
    for name in ("monitored", "confirmed") if has_both else ():
        one = sheet.document(name)
        light = str(one.get("light") or "")
        sheet.row(
            name,
            amount(one.get("value"), one.get("unit"), sheet.language) or DASH,
            link=page_of(str(one.get("explain") or one.get("figure") or "")),
            light=light if light in COLOURS else "",
            note="" if one else translate(sheet.language, "no_value"),
        )
    if scope:
        sheet.row("scope", sheet.said("scope", scope))


def _labels(sheet: Sheet, *names: str) -> None:
    for name in names:
        texts = [text_of(one, sheet.language) for one in sheet.take(name) or ()]
        sheet.row(name, joined(texts, sheet.language))


def _forecast(sheet: Sheet) -> None:
    """How likely it is to be exceeded, when, and how long beforehand that is said."""
    evidence: Document = sheet.warning.get("evidence") or {}
    chance = number(str(sheet.take("probability") or ""))
    text = f"{(chance * 100).normalize():f} %" if chance is not None else ""
    bound = amount(evidence.get("limit"), "%", sheet.language)
    note = translate(sheet.language, "fact_warned_from").format(bound) if bound else ""
    sheet.figure("probability", text, note=note)
    sheet.figure("run_out", str(sheet.take("run_out") or ""))
    sheet.figure("lead_days", amount(sheet.take("lead_days"), "d", sheet.language))
    for name in ("limited_by", "measure"):
        if value := sheet.take(name):
            sheet.row(name, sheet.said(name, value))


def _limit(sheet: Sheet) -> None:
    """A product's energy per unit against the grades of its standard."""
    shown, language = sheet.document("shown"), sheet.language
    unit = shown.get("unit")
    sheet.figure("unit_energy", amount(shown.get("value"), unit, language))
    grade, state = sheet.take("grade"), str(sheet.take("state") or "")
    sheet.figure("grade", sheet.said("grade", grade) if grade else sheet.said("state", state))
    standing = sheet.take("standing")
    if standing and standing != "unknown":
        is_bad = standing == "below-baseline"
        sheet.figure("standing", sheet.said("standing", standing), is_bad=is_bad)
    limits: Document = shown.get("limits") or {}
    margins: Document = shown.get("margins") or {}
    rows = [
        (
            Cell(text=sheet.said("grade", name)),
            Cell(text=amount(bound, unit, language), is_number=True),
            Cell(
                text=amount(margins.get(name)) or DASH,
                is_number=True,
                is_bad=str(margins.get(name) or "").startswith("-"),
            ),
        )
        for name, bound in sorted(limits.items())
    ]
    sheet.table("limits", ("grade", "bound", "margin_left"), rows)
    sheet.row("product", text_of(sheet.take("label"), language))
    _labels(sheet, "remarks", "reasons")


def _children(sheet: Sheet) -> None:
    """What was handed down in all, what the parent holds, and the difference."""
    shown, language = sheet.document("shown"), sheet.language
    unit = shown.get("unit")
    for name, fact in (("sum_below", "value"), ("held_above", "limit")):
        sheet.figure(name, amount(shown.get(fact), unit, language))
    share = amount(shown.get("percent"), "%", language)
    sheet.figure("beyond", amount(shown.get("beyond"), unit, language), note=share, is_bad=True)
    sheet.row("label", text_of(sheet.take("label"), language))
    sheet.row("undivided", amount(sheet.take("undivided"), unit, language))
    is_budget = sheet.warning.get("rule") == "sum:budgets"
    rows = [
        (
            _whose(sheet, str(one.get("holder") or "")),
            Cell(
                text=(code := str(one.get("code") or "")),
                link="" if is_budget else page_of(f"/v1/targets/{code}"),
            ),
        )
        for one in sheet.documents("parts")
    ]
    sheet.table("parts", ("holder", "code"), rows)


def _whose(sheet: Sheet, key: str) -> Cell:
    """A subject by its name, with its books."""
    name = sheet.named(key)
    return Cell(text=name, note="" if name == key else key, link=f"/books/{quote(key, safe=':')}")


def _task(sheet: Sheet) -> None:
    """How long a task is overdue, and whose it is."""
    task, language = sheet.document("task"), sheet.language
    reached = sheet.take("days_overdue")
    due = str(task.get("due") or "")
    now = _days_since(due, sheet.now) if _is_open(sheet) else None
    days = reached if now is None or sheet.facts.get("state") != "overdue" else now
    note = ""
    is_repeated = "times_overdue" in sheet.facts
    if now is not None and reached and days != reached and not is_repeated:
        note = translate(language, "fact_reached_after").format(reached)
    sheet.figure("days_overdue", amount(days or "", "d", language), note=note, is_bad=True)
    sheet.figure("times_overdue", amount(sheet.take("times_overdue"), "times", language))
    sheet.figure("percent", amount(sheet.take("percent"), "%", language))
    label = text_of(sheet.take("label"), language)
    code, link = str(task.get("code") or ""), page_of(str(task.get("href") or ""))
    sheet.row("task", label or code, note=code if label else "", link=link)
    sheet.row("instance", str(task.get("instance") or ""))
    sheet.row("due", due)
    for name in ("lead", "joining"):
        sheet.row(name, joined(task.get(name) or (), language))
    sheet.row("serves", joined(task.get("serves") or (), language))
    sheet.row("plan", str(task.get("plan") or ""), note=str(task.get("clause") or ""))
    if state := sheet.take("state"):
        sheet.row("state", sheet.said("state", state))
    if sheet.take("blocked"):
        sheet.row("blocked", translate(language, "yes"), is_bad=True)
    sheet.row("late_steps", joined(sheet.take("late_steps") or (), language))
    _overdue(sheet)


def _overdue(sheet: Sheet) -> None:
    rows = [
        tuple(
            cell_of(name, one.get(name), sheet.language, sheet.zone)
            for name in ("instance", "due", "days", "percent", "blocked")
        )
        for one in sheet.documents("overdue")
    ]
    sheet.table("overdue_times", ("instance", "due", "days_overdue", "percent", "blocked"), rows)


def _is_open(sheet: Sheet) -> bool:
    return sheet.warning.get("state") in _OPEN


def _days_since(due: str, now: datetime) -> int | None:
    """Whole days after the deadline by China's calendar."""
    try:
        return max(0, (now.astimezone(_CHINA).date() - date.fromisoformat(due)).days)
    except ValueError:
        return None


def _no_data(sheet: Sheet) -> None:
    """When anything came last, how long ago that is, and from how many points nothing comes."""
    language, newest = sheet.language, sheet.take("newest_reading")
    if sheet.take("never_reported"):
        sheet.figure("newest_reading", translate(language, "fact_never_reported"), is_bad=True)
    elif newest:
        sheet.figure("newest_reading", local(str(newest), sheet.zone))
        silent = _duration(str(newest), sheet) if _is_open(sheet) else ""
        sheet.figure("silent_for", silent, is_bad=True)
    points, all_points = sheet.take("points_silent"), sheet.take("points")
    if points is not None:
        whole = f" / {all_points}" if all_points is not None else ""
        sheet.figure("points_silent", f"{points}{whole}")
    interval = number(str(sheet.take("interval_s") or ""))
    minutes = f"{(interval / 60).normalize():f}" if interval is not None else ""
    sheet.row("reports_every", amount(minutes, "min", language))
    sheet.row("listened_hours", amount(sheet.take("listened_hours"), "h", language))


def _duration(since: str, sheet: Sheet) -> str:
    """Days and hours from an instant until now."""
    try:
        whole = sheet.now - datetime.fromisoformat(since)
    except (TypeError, ValueError):
        return ""
    days, hours = divmod(max(whole, timedelta()) // timedelta(hours=1), 24)
    parts = [amount(days, "d", sheet.language)] if days else []
    return " ".join([*parts, amount(hours, "h", sheet.language)])


def _quality(sheet: Sheet) -> None:
    """Each check with its count and threshold; the decisive one on top."""
    decisive, checks = sheet.take("check"), sheet.documents("checks")
    for one in checks:
        if decisive and one.get("check") == decisive:
            text = amount(one.get("value"), one.get("unit"), sheet.language)
            note = amount(one.get("threshold"), one.get("unit"), sheet.language)
            said = f"{sheet.word('threshold')} {note}" if note else ""
            name = said_of("check", decisive, sheet.language)
            cell = Cell(text=text, note=said, is_bad=True)
            sheet.figures.append(Row(name=name, cell=cell))
    heads = list(dict.fromkeys(str(key) for one in checks for key in one if key != "unit"))
    rows = [[_checked(sheet, one, head) for head in heads] for one in checks]
    sheet.table("checks", heads, rows)
    sheet.row("looked_at", amount(sheet.take("days"), "d", sheet.language))


def _checked(sheet: Sheet, one: Document, head: str) -> Cell:
    if head in ("value", "threshold"):
        text = amount(one.get(head), one.get("unit"), sheet.language) or DASH
        return Cell(text=text, is_number=True)
    return cell_of(head, one.get(head), sheet.language, sheet.zone)


def _cross_check(sheet: Sheet) -> None:
    """Two sources of one quantity side by side, how far they differ, and how far they may."""
    evidence: Document = sheet.warning.get("evidence") or {}
    language, unit = sheet.language, evidence.get("unit")
    share = amount(sheet.take("difference_percent"), "%", language)
    difference = amount(sheet.take("difference"), unit, language)
    sheet.figure("difference", difference, note=share, is_bad=True)
    sheet.figure("allowed", amount(evidence.get("limit"), unit, language))
    links: Document = sheet.facts.get("links") or {}
    near = {"first": sheet.facts.get("figure"), "second": links.get("other")}
    rows = []
    for name in ("first", "second"):
        one = sheet.document(name)
        if one:
            link = page_of(str(one.get("href") or near[name] or ""))
            text = amount(one.get("value"), one.get("unit"), language)
            value = Cell(text=text, is_number=True)
            rows.append((Cell(text=str(one.get("name") or sheet.word(name)), link=link), value))
    sheet.table("", ("data_source", "value"), rows)
    for name in ("check", "side"):
        if value := sheet.take(name):
            sheet.row(name, sheet.said(name, value))


def _heartbeat(sheet: Sheet) -> None:
    """Which parts of the system stand still, and since when."""
    stuck = sheet.documents("stuck")
    sheet.figure("stuck_parts", f"{len(stuck)}" if stuck else "", is_bad=True)
    heads = ("part", "kind", "waiting", "since")
    rows = [[cell_of(head, one.get(head), sheet.language, sheet.zone) for head in heads]
            for one in stuck]  # fmt: skip
    sheet.table("stuck", heads, rows)


def _external(sheet: Sheet) -> None:
    """Somebody else's alert: what it says of itself, and where it comes from."""
    address = str(sheet.take("generator_url") or sheet.take("generatorURL") or "")
    is_web = address.startswith(("http://", "https://"))
    sheet.row("generator_url", address, link=address if is_web else "", is_outside=True)
    for name in ("annotations", "labels"):
        found = sheet.document(name) or sheet.warning.get(name) or {}
        parts = tuple(
            Row(name=str(key), cell=Cell(text=str(value))) for key, value in sorted(found.items())
        )
        if parts:
            sheet.rows.append(Row(name=sheet.word(name), cell=Cell(text=""), rows=parts))


_LAYOUTS: Mapping[str, Callable[[Sheet], None]] = MappingProxyType(
    {
        **dict.fromkeys(("barometer", "intensity", "indicator"), _target),
        "forecast": _forecast,
        "limit": _limit,
        "children": _children,
        "task": _task,
        "no-data": _no_data,
        "quality": _quality,
        "cross-check": _cross_check,
        "heartbeat": _heartbeat,
        "external": _external,
    }
)
