"""The example's forecasts, warnings and tasks, all made up."""

from datetime import date, timedelta
from fractions import Fraction

from services.alerts.domain.briefs import facts as f

LEAGUES = (
    ("150100", "呼和浩特市"), ("150200", "包头市"), ("150300", "乌海市"), ("150400", "赤峰市"),
    ("150500", "通辽市"), ("150600", "鄂尔多斯市"), ("150700", "呼伦贝尔市"),
    ("150800", "巴彦淖尔市"), ("150900", "乌兰察布市"), ("152200", "兴安盟"),
    ("152500", "锡林郭勒盟"), ("152900", "阿拉善盟"),
)  # fmt: skip
UNITS = {
    "carbon-total": "tCO2",
    "carbon-intensity": "tCO2/万元",
    "energy-total": "tce",
    "energy-intensity": "tce/万元",
}


def outlook(measure: str, so_far: int, limit: int, needed: str) -> f.Outlooked:
    """A year's end with three scenarios and its path."""
    first = date(2026, 1, 1)
    days = tuple((first + timedelta(days=7 * n)).isoformat() for n in range(53))
    known = 39
    step = Fraction(so_far, known)
    actual = tuple(step * (n + 1) if n < known else None for n in range(53))
    cases = {"low": 97, "expected": 100, "high": 104}
    ahead = {
        name: tuple(None if n < known - 1 else so_far + step * (n + 1 - known) * pace / 100
                    for n in range(53))
        for name, pace in cases.items()
    }  # fmt: skip
    labels = {
        "expected": f.Label("预计", "expected"),
        "low": f.Label("偏低", "low"),
        "high": f.Label("偏高", "high"),
    }
    scenarios = tuple(
        f.Scenario(
            name=name,
            label=label,
            at_end=ahead[name][-1],
            change=Fraction(cases[name] - 99),
            over=(ahead[name][-1] or Fraction(0)) - limit,
        )
        for name, label in labels.items()
    )
    return f.Outlooked(
        measure=measure,
        scope="monitored",
        unit=UNITS[measure],
        year="2026",
        so_far=Fraction(so_far),
        limit=Fraction(limit),
        limit_name=f.Label("年度预算", "budget of the year"),
        scenarios=scenarios,
        allowed_rest=Fraction(limit - so_far),
        rest_last_year=Fraction(limit - so_far) * 105 / 100,
        needed=Fraction(needed),
        probability=Fraction("0.53"),
        path=f.Path(
            days=days,
            actual=actual,
            low=ahead["low"],
            expected=ahead["expected"],
            high=ahead["high"],
            line=tuple(Fraction(limit) * (n + 1) / 53 for n in range(53)),
        ),
    )


def desk() -> f.Desk:
    """What the warning desk knows."""
    counts = tuple(
        f.Count(level=level, measure=measure, raised=n + 4, answered=n + 2, overdue=n % 2,
                resolved=n + 1, open=3)
        for n, (level, measure) in enumerate(
            (("red", "carbon"), ("orange", "carbon"), ("yellow", "energy"), ("notice", "data"))
        )
    )  # fmt: skip
    opened = tuple(
        f.Open(
            warning=f"w{n}", subject=f"region:{LEAGUES[n][0]}", subject_name=LEAGUES[n][1],
            kind="intensity" if n % 2 else "pace", measure="carbon",
            level=("red", "orange", "yellow")[n % 3], since=f"2026-0{n + 1}-15",
            stage="acknowledged", about_name="单位地区生产总值二氧化碳排放降低目标",
        )
        for n in range(6)
    )  # fmt: skip
    steps = (
        f.StepCount(kind="circular", title=f.Label("通报", "Circular"),
                    proposed=2, issued=2, answered=1, overdue=1, done=0),
        f.StepCount(kind="talk", title=f.Label("约谈", "Talk"),
                    proposed=3, issued=1, answered=1, overdue=0, done=1),
    )  # fmt: skip
    gates = (
        f.GateState(region="150200", region_name="包头市", state="restricted",
                    since="2026-07-20", kinds=("两高项目",), because="碳排放强度等级为一级"),
        f.GateState(region="150300", region_name="乌海市", state="slowed", since="2026-04-22",
                    kinds=("两高项目", "煤化工"), because="连续两期二级"),
    )  # fmt: skip
    return f.Desk(
        journal=4821, counts=counts, open=opened, steps=steps, gates=gates, consultations=2,
        consultation_tasks_overdue=1,
    )  # fmt: skip


def tasks() -> f.Tasks:
    """Tasks of the plan, two of them behind."""
    behind = tuple(
        f.Behind(code=f"T{n}", name=name, department=office, state="overdue" if n else
                 "in-progress", due="2026-12-31", percent=Fraction(40 + n), expected=Fraction(75))
        for n, (name, office) in enumerate(
            (("煤电机组节能降碳改造", "自治区能源局"), ("林业碳汇项目开发", "自治区林草局"))
        )
    )  # fmt: skip
    states = {"done": 5, "in-progress": 12, "overdue": 1, "not-started": 2}
    return f.Tasks(total=20, states=states, behind=behind)
