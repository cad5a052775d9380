"""Random facts of briefs: every figure may be missing, nought, tiny, huge or negative."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

from hypothesis import strategies as st

from services.alerts.adapters.briefs.measures_file import shipped
from services.alerts.domain.briefs import facts as f
from tests.unit.alerts.briefs.example import example_facts, span, users
from tests.unit.alerts.briefs.example_work import UNITS, desk, outlook, tasks

MEASURES = ("carbon-total", "carbon-intensity", "energy-total", "energy-intensity")
_NAMES = "东西南北中山河川海林原平安宁和"
_COLOURS: Mapping[str, int] = {"red": 4, "orange": 3, "yellow": 2, "green": 0}
_WHY = (f.Label("缺少数据", "no data handed in"),)
_LABELS = {
    "red": f.Label("一级", "level 1"),
    "orange": f.Label("二级（橙）", "level 2, orange"),
    "yellow": f.Label("二级", "level 2"),
    "green": f.Label("三级", "level 3"),
}


@cache
def values(high: int = 10**9) -> st.SearchStrategy[Fraction]:
    """Exact numbers from nought on, many of them on the edges of rounding."""
    edges = st.integers(0, min(high, 10**6) * 20).map(lambda n: Fraction(n, 20))
    return edges | st.integers(0, high * 997).map(lambda n: Fraction(n, 997))


@cache
def rates() -> st.SearchStrategy[Fraction]:
    """Changes in per cent, many of them near nought and the thresholds of words."""
    near = st.sampled_from(("0", "0.04", "-0.04", "0.05", "-0.05", "0.94", "0.95", "5", "-9.95"))
    return near.map(Fraction) | st.integers(-60_000, 120_000).map(lambda n: Fraction(n, 999))


@cache
def amounts(unit: str) -> st.SearchStrategy[f.Amount]:
    """An amount that may be missing."""
    high = 20 if "/" in unit else 10**9
    there = values(high).map(lambda value: f.Amount(unit=unit, value=value))
    return st.one_of(there, there, there, st.just(f.Amount(unit=unit, missing=_WHY)))


@cache
@st.composite
def moves(draw: st.DrawFn, unit: str) -> f.Moved:
    """An amount beside the year before, as the evaluator would reckon it; parts may be missing."""
    now, earlier = draw(amounts(unit)), draw(amounts(unit))
    change = draw(st.none() | rates()) if draw(st.booleans()) else None
    if now.value is not None and earlier.value:
        change = 100 * (now.value / earlier.value - 1)
    if change is not None and now.value is not None and draw(st.booleans()):
        change = max(draw(rates()), Fraction(-99))
        earlier = f.Amount(unit=unit, value=now.value / (1 + change / 100))
    before = draw(st.none() | rates())
    trend = None if change is None or before is None else change - before
    return f.Moved(now=now, earlier=earlier, change=change, change_before=before, trend=trend)


@cache
@st.composite
def measured(draw: st.DrawFn, measure: str) -> f.Measured:
    """A measure in its main scope, perhaps with the last quarter alone."""
    unit = UNITS[measure]
    return f.Measured(
        measure=measure,
        scope=draw(st.sampled_from(("whole", "monitored"))),
        main=True,
        moved=draw(moves(unit)),
        single=draw(st.none() | moves(unit)),
    )


@cache
@st.composite
def rated(draw: st.DrawFn, measure: str) -> f.Rated:
    """A target's level or why there is none, with its position in the plan."""
    colour = draw(st.sampled_from((*_COLOURS, "")))
    name = f.Label(f"{measure.partition('-')[0]}目标", f"target of {measure}")
    changes = ("better", "worse", "same", "new") if colour else ("lost", "none")
    part = st.none() | rates()
    return f.Rated(
        target=f"{measure}-15", target_name=name, measure=measure,
        measure_label=f.Label("指标", "measure"), scope="whole",
        state="rated" if colour else draw(st.sampled_from(("not-rated", "exempt"))),
        colour=colour or "not-rated", label=_LABELS.get(colour, f.Label("未评级", "not rated")),
        change=draw(st.sampled_from(changes)), binding="binding", rule="N2020", rule_version="1",
        target_version=1, severity=_COLOURS.get(colour), since_base=draw(part),
        progress=draw(part), required=draw(part), remaining=draw(part), each_year=draw(part),
        reasons=() if colour else _WHY,
    )  # fmt: skip


@st.composite
def places(draw: st.DrawFn, level: str, most: int) -> tuple[f.Place, ...]:
    """Regions of one level, all with codes and names of their own."""
    found = []
    for nth in range(draw(st.integers(0, most))):
        letters = draw(st.text(_NAMES, min_size=1, max_size=3))
        kept = [one for one in MEASURES if draw(st.integers(0, 9))]
        found.append(
            f.Place(
                code=f"15{nth + 1:02d}{'00' if level == 'prefecture' else '21'}",
                name=f"{letters}{nth + 1}{'市' if level == 'prefecture' else '县'}",
                level=level,
                parent="150000" if level == "prefecture" else "150100",
                measures=tuple(draw(measured(one)) for one in kept),
                rated=tuple(draw(rated(one)) for one in kept if one.endswith("intensity")),
                completeness=draw(st.none() | values(100)),
            )
        )
    return tuple(found)


_GROUPINGS = (
    "sector", "industry", "six", "key-users", "stated:energy-whole",
    "stated:industrial-energy:of-which",
)  # fmt: skip


@st.composite
def groupings(draw: st.DrawFn, name: str, measure: str) -> f.Grouping:
    """A whole with parts that make it up exactly, where all are known."""
    unit = UNITS[measure]
    count = draw(st.integers(1, 6))
    parts = [(draw(values()), draw(values())) for _ in range(count)]
    now, earlier = (
        sum((one[0] for one in parts), Fraction(0)),
        sum((one[1] for one in parts), Fraction(0)),
    )
    label = f.Label(f"按{name}", f"by {name}")
    whole = _moved(now, earlier, unit)
    if name.startswith("stated:") and whole.change is not None:
        before = draw(values(100))
        whole = replace(whole, change_before=before, trend=whole.change - before)
    return f.Grouping(
        name=name,
        label=label,
        measure=measure,
        complete=not name.endswith(":of-which"),
        whole=whole,
        parts=tuple(
            f.Group(
                code=f"{nth:02d}",
                name=f.Label(f"{_NAMES[nth]}业", f"part {'ABCDEF'[nth]}"),
                moved=_moved(mine, then, unit),
                share=100 * mine / now if now else None,
                share_change=100 * (mine / now - then / earlier) if now and earlier else None,
                pull=100 * (mine - then) / earlier if earlier else None,
                count=draw(st.none() | st.integers(0, 500)),
            )
            for nth, (mine, then) in enumerate(parts)
        ),
    )


def _moved(now: Fraction, earlier: Fraction, unit: str) -> f.Moved:
    return f.Moved(
        now=f.Amount(unit=unit, value=now),
        earlier=f.Amount(unit=unit, value=earlier),
        change=100 * (now / earlier - 1) if earlier else None,
    )


@st.composite
def desks(draw: st.DrawFn) -> f.Desk:
    """The desk's counts at random, with or without gates and open warnings."""
    few = st.integers(0, 40)
    counts = tuple(
        f.Count(level=level, measure=measure, raised=draw(few), answered=draw(few),
                overdue=draw(few), resolved=draw(few), open=draw(few))
        for level in ("red", "yellow", "notice") for measure in ("carbon", "energy")
    )  # fmt: skip
    whole = desk()
    return replace(
        whole if draw(st.booleans()) else f.Desk(journal=0),
        counts=counts if draw(st.booleans()) else (),
        consultations=draw(few),
    )


@st.composite
def outlooks(draw: st.DrawFn) -> f.Outlooked:
    """A forecast of a total; every part of it may be missing."""
    measure = draw(st.sampled_from(("carbon-total", "energy-total")))
    so_far, limit = draw(st.integers(0, 10**9)), draw(st.integers(1, 2 * 10**9))
    whole = outlook(measure, so_far, limit, str(draw(st.integers(-50, 50))))
    if draw(st.booleans()):
        return whole
    if draw(st.booleans()):
        return replace(whole, limit=None, allowed_rest=None, needed=None, probability=None)
    return f.Outlooked(
        measure=measure, scope="whole", unit=UNITS[measure], year="2026",
        refusal=f.Label("数据太少", "too few data"),
    )  # fmt: skip


@st.composite
def outputs(draw: st.DrawFn) -> f.Output:
    """GDP, perhaps preliminary or missing."""
    status = draw(st.sampled_from(("final", "preliminary", "missing")))
    if status == "missing":
        nothing = f.Amount(unit="万元", missing=_WHY)
        return f.Output(moved=f.Moved(now=nothing, earlier=nothing), status=status)
    return f.Output(moved=draw(moves("万元")), status=status, basis="2025")


@st.composite
def situations(draw: st.DrawFn) -> f.Situation:
    """A whole situation at random, small enough to be read."""
    base = example_facts().situation
    periods = ("2026Q1", "2026Q3", "2026H1", "2026", "2026M7", "2026-07", "2026Q3s", "2026-2028")
    text = draw(st.sampled_from(periods))
    last = "2026-12-31" if text == "2026" else "2026-09-30"
    share = st.none() | values(100)
    data = replace(
        base.data, completeness=draw(share), estimated=draw(share), coverage_energy=draw(share),
        coverage_carbon=draw(share), findings=draw(st.sampled_from(({}, {"gap": 2, "x": 0}))),
    )  # fmt: skip
    return replace(
        base,
        span=replace(span(text), last=last, over=draw(st.booleans())),
        output=draw(outputs()),
        measures=tuple(draw(measured(one)) for one in MEASURES if draw(st.integers(0, 9))),
        own=tuple(draw(rated(one)) for one in MEASURES if draw(st.booleans())),
        places=draw(places("prefecture", 5)),
        counties=draw(places("county", 5)),
        groupings=tuple(
            draw(groupings(name, measure))
            for name in _GROUPINGS
            for measure in ("carbon-total", "energy-total")
            if draw(st.booleans())
        ),
        users=users(draw(st.integers(0, 12))),
        outlook=tuple(draw(st.lists(outlooks(), max_size=2, unique_by=lambda one: one.measure))),
        tasks=tasks() if draw(st.booleans()) else f.Tasks(),
        data=data,
    )


@st.composite
def facts(draw: st.DrawFn) -> f.Facts:
    """The facts of a brief at random: everything that a sentence goes by varies."""
    settings = f.WritingSettings(
        measure_first=draw(st.sampled_from(("carbon", "energy"))),
        issuer=f.Label("厅", "Department"),
        proposals=shipped(),
    )
    return f.Facts(
        situation=draw(situations()),
        desk=draw(desks()),
        before=draw(st.sampled_from((None, example_facts().before))),
        settings=settings,
        preliminary=draw(st.booleans()) and draw(st.booleans()),
        remarks={},
        digest="0" * 64,
    )
