"""What sections five to seven should say: warnings, steps, tasks, the year's end, and the data."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from services.alerts.domain.briefs.facts import Outlooked, Scenario
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.dates import period
from services.alerts.domain.briefs.proof.due_overall import Due
from services.alerts.domain.briefs.proof.moving import move
from services.alerts.domain.briefs.proof.numerals import percent, plain, points
from services.alerts.domain.briefs.proof.reader import Claim
from services.alerts.domain.briefs.proof.slots import Value
from services.alerts.domain.briefs.proof.view import View, claim, number, outlooks, quantity

_WARNED = ("red", "orange", "yellow", "notice")
_NAMED = 5
_FULL = Decimal(100)


def handling(view: View) -> Due:
    """Section five."""
    desk = view.facts.desk
    sums = {name: str(sum(getattr(one, name) for one in desk.counts))
            for name in ("answered", "overdue", "resolved", "open")}  # fmt: skip
    raised = _raised(view)
    quiet = raised.kind == "none raised" and set(sums.values()) == {"0"}
    yield "handling.warnings", [raised] if quiet else [raised, claim("so far", **sums)]
    steps = {name: sum(getattr(one, name) for one in desk.steps)
             for name in ("proposed", "issued", "answered", "overdue", "done")}  # fmt: skip
    said = {name: str(count) for name, count in steps.items()}
    taken = claim("steps", **said) if any(steps.values()) else claim("no steps")
    if list(steps.values()) == [steps["proposed"], 0, 0, 0, 0] and steps["proposed"]:
        taken = claim("only proposed", n=str(steps["proposed"]))
    late = str(desk.consultation_tasks_overdue)
    held = claim("consultations", held=str(desk.consultations), overdue=late)
    if not desk.consultations and late == "0":
        held = claim("no consultations")
    yield "handling.steps", [taken, held]
    yield "handling.gates", [_gates(view)]
    yield "handling.tasks", list(_tasks(view))


def _raised(view: View) -> Claim:
    counts = dict.fromkeys(_WARNED, 0)
    whole = 0
    for one in view.facts.desk.counts:
        whole += one.raised
        counts[one.level] = counts.get(one.level, 0) + one.raised
    if not whole:
        return claim("none raised")
    said = tuple(
        view.pair(view.word(words.LEVELS, one), counts[one]) for one in _WARNED if counts[one]
    )
    return claim("raised", n=str(whole), warned=said)


def _gates(view: View) -> Claim:
    gates = view.facts.desk.gates
    said: list[Value] = []
    shut = 0
    for state in ("restricted", "slowed"):
        names = [one.region_name for one in gates if one.state == state]
        shut += len(names)
        word, count = view.word(words.GATES, state), str(len(names))
        pair = (word, count) if view.zh else (count, word)
        if names:
            said.append((*pair, view.join(names)))
    return claim("gates", n=str(shut), gates=tuple(said)) if said else claim("no gates")


def _tasks(view: View) -> Iterator[Claim]:
    tasks = view.situation.tasks
    if not tasks.total:
        yield claim("no tasks")
        return
    order = [*words.TASKS, *sorted(one for one in tasks.states if one not in words.TASKS)]
    said = tuple(
        view.pair(view.word(words.TASKS, one), tasks.states[one])
        for one in order
        if tasks.states.get(one)
    )
    yield claim("tasks", n=str(tasks.total), counted=said or None)
    behind = len(tasks.behind)
    yield claim("behind", n=str(behind)) if behind else claim("none behind")


def outlook(view: View) -> Due:
    """Section six."""
    found = outlooks(view)
    if not found:
        yield "outlook", [claim("no forecast")]
    for one in found:
        yield f"outlook.{one.measure}.{one.scope}", list(_outlook(view, one))


def _outlook(view: View, one: Outlooked) -> Iterator[Claim]:
    yield so_far(view, one)
    span = view.situation.span
    if span.over and span.last == f"{one.year}-12-31":
        yield from ahead(view, one, "actual")
        return
    if one.refusal is not None:
        said = _subject(view, one)
        yield claim(
            "refused",
            scope=view.begin(said["scope"]),
            measure=said["measure"],
            why=view.say(one.refusal),
        )
    yield from ahead(view, one, "expected")
    if one.probability is not None and one.limit is not None:
        yield claim("probability", p=percent(one.probability * 100))
    if one.allowed_rest is not None:
        yield _rest(view, one, one.allowed_rest)


def _subject(view: View, one: Outlooked) -> dict[str, str]:
    scope = view.word(words.SCOPES, one.scope)
    return {"scope": scope, "measure": view.measure(one.measure)}


def so_far(view: View, one: Outlooked) -> Claim:
    """How much of the year's limit is used."""
    subject = {**_subject(view, one), "period": view.say(period(one.year))}
    if one.so_far is None:
        return claim("no sum", **subject)
    amount = view.amount(one.so_far, one.unit)
    if not one.limit:
        return claim("no limit", **subject, amount=amount)
    used = percent(one.so_far / one.limit * 100)
    return claim("used", **subject, amount=amount, limit=view.amount(one.limit, one.unit), q=used)


def scenario(one: Outlooked, name: str) -> Scenario | None:
    """The scenario, if it says where the year ends."""
    for case in one.scenarios:
        if case.name == name and case.at_end is not None:
            return case
    return None


def ahead(view: View, one: Outlooked, kind: str) -> Iterator[Claim]:
    """Where the year ends, with its range, its change and the limit beside it."""
    case = scenario(one, "expected")
    if case is None or case.at_end is None:
        return
    low, high = scenario(one, "low"), scenario(one, "high")
    both = None if low is None or high is None else (low.at_end, high.at_end)
    ends: dict[str, Value] = {}
    if both is not None and both[0] is not None and both[1] is not None:
        ends = {"low": number(both[0], one.unit), "high": view.amount(both[1], one.unit)}
    change = None if case.change is None else move(view, points(case.change), one.measure)
    yield claim(
        kind,
        amount=view.amount(case.at_end, one.unit),
        **ends,
        move=change,
        beside=_beside(view, one, case.at_end),
    )


def _beside(view: View, one: Outlooked, end: Fraction) -> Value | None:
    if one.limit is None:
        return None
    gap = quantity(end, one.unit) - quantity(one.limit, one.unit)
    if gap == 0:
        return ("equal",)
    unit = view.word(words.SPOKEN, one.unit)
    said = f"{plain(abs(gap))}{'' if view.zh else ' '}{unit}"
    return ("over" if gap > 0 else "under", said)


def _rest(view: View, one: Outlooked, rest: Fraction) -> Claim:
    if rest < 0:
        return claim("exceeded")
    needed: Value | None = None
    if one.needed is not None:
        by = points(one.needed)
        needed = ("same",) if by == 0 else ("down" if by > 0 else "up", plain(abs(by)))
    return claim("rest", amount=view.amount(rest, one.unit), needed=needed)


def problems(view: View) -> Due:
    """Section seven, of which the public gets the state of the data as a whole."""
    yield "problems.data", list(_data(view))
    if not view.public:
        yield "problems.users", list(_users(view))
    count = view.situation.data.corrections_count
    if count:
        yield "problems.corrections", [claim("corrected", n=str(count))]
    elif view.facts.before is not None:
        yield "problems.corrections", [claim("not corrected")]
    if view.situation.unreconciled:
        yield (
            "problems.unreconciled",
            [
                claim("unbalanced", grouping=view.say(one.label), what=view.say(one.what))
                for one in view.situation.unreconciled
            ],
        )


def _data(view: View) -> Iterator[Claim]:
    data = view.situation.data
    numbers = {"users": data.enterprises, "points": data.points, "reporting": data.reporting}
    yield claim("reporting", **{name: str(count) for name, count in numbers.items()})
    for kind, share in (
        ("complete", data.completeness),
        ("estimated", data.estimated),
        ("covers energy", data.coverage_energy),
        ("covers carbon", data.coverage_carbon),
    ):
        yield claim(f"{kind}?") if share is None else claim(kind, q=percent(share))
    if view.public:
        return
    found = sorted((kind, count) for kind, count in data.findings.items() if count)
    said = tuple(view.pair(view.word(words.DEFECTS, kind), count) for kind, count in found)
    whole = str(sum(count for _, count in found))
    yield claim("defects", n=whole, counted=said) if found else claim("no defects")
    if view.situation.hidden:
        yield claim("hidden", n=str(view.situation.hidden))


def _users(view: View) -> Iterator[Claim]:
    users = view.situation.users
    budgets = len(users.used) - users.used.count(None)
    if not budgets:
        yield claim("no budgets")
        return
    over, fast = over_budget(view), over_line(view)
    yield claim("budgets", n=str(budgets), over=str(len(over)), fast=str(len(fast)))
    if over:
        worst = tuple((users.name[n], plain(view.used[n] or _FULL)) for n in over[:_NAMED])
        yield claim("most used", shares=worst)


def over_budget(view: View) -> list[int]:
    """Positions of those whose share prints above 100.0, the most first."""
    codes = view.situation.users.code
    found = [(-used, codes[n], n) for n, used in enumerate(view.used) if used and used > _FULL]
    return [n for _, _, n in sorted(found)]


def over_line(view: View) -> list[int]:
    """Positions of those within their budget and above what is due, as printed, the most first."""
    codes = view.situation.users.code
    found = []
    for n, (used, due) in enumerate(zip(view.used, view.due, strict=True)):
        if used is not None and due is not None and 0 <= due < used <= _FULL:
            found.append((due - used, codes[n], n))
    return [n for _, _, n in sorted(found)]
