"""What a made-up judgement rests on: facts in the shapes that the evaluator gives each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.model.condition import ConditionKind

_POLICY = "2026-03"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """The rule that judged, the name of what was judged, a step's numbers, and the facts."""

    rule: str
    name: str
    numbers: dict[str, str]
    facts: dict[str, Any]


def of(kind: ConditionKind, subject: str, about: str, number: int) -> Grounds:
    """The grounds of a judgement of that kind."""
    return _MAKERS[kind](subject, about, number)


def _numbers(value: str, limit: str, percent: str, unit: str) -> dict[str, str]:
    return {
        "period": "2026",
        "value": value,
        "limit": limit,
        "ratio_percent": percent,
        "unit": unit,
    }


def _links(subject: str, name: str) -> dict[str, str]:
    place = f"{subject}/{name}/2026"
    return {"figure": f"/v1/figures/{place}", "explain": f"/v1/explain/{place}"}


def _no_data(subject: str, about: str, number: int) -> Grounds:
    return Grounds(
        rule="silence",
        name=f"计量点 {about}",
        numbers=_numbers("26", "24", "108", "h"),
        facts={
            "newest_reading": "2026-10-12T03:15:00Z",
            "never_reported": False,
            "points_silent": 1 + number % 3,
            "points": 12,
            "interval_s": 900,
            "listened_hours": 24,
            "policy": _POLICY,
            "figure": f"/v1/findings?subject={subject}",
        },
    )


def _limit(subject: str, about: str, number: int) -> Grounds:
    del number
    return Grounds(
        rule="grade",
        name="粗钢 单位产品综合能耗",
        numbers=_numbers("112.4", "105.0", "107.05", "kgce/t"),
        facts={
            "label": {"zh": "粗钢", "en": "crude steel"},
            "period": "2026",
            "standard": "GB 21256-2013",
            "state": "graded",
            "grade": 3,
            "standing": "below",
            "shown": {
                "value": "112.4",
                "unit": "kgce/t",
                "limits": {"1": "93.0", "2": "100.0", "3": "105.0"},
                "margins": {"1": "-19.4", "2": "-12.4", "3": "-7.4"},
            },
            "applied": ["kgce/t"],
            "remarks": [],
            "reasons": [{"zh": "高于限定值", "en": "above the limit"}],
            **_links(subject, f"limit:{about}"),
        },
    )


def _forecast(subject: str, about: str, number: int) -> Grounds:
    return Grounds(
        rule="will-exceed",
        name="2026年度综合能耗预算",
        numbers=_numbers("27140", "25800", "105.19", "tce"),
        facts={
            "label": {"zh": "2026年度综合能耗预算", "en": about},
            "period": "2026",
            "made_at": "2026-10-12T16:00:00Z",
            "method": "seasonal-trend",
            "shown": {
                "value": "27140",
                "low": "26420",
                "high": "27860",
                "limit": "25800",
                "unit": "tce",
            },
            "chance_percent": str(55 + number % 45),
            "exceeds_on": "2026-12-14",
            "backtest": {"median_error_percent": "2.1", "rests": 12},
            "policy": _POLICY,
            **_links(subject, f"budget:{about}"),
        },
    )


def _quality(subject: str, about: str, number: int) -> Grounds:
    del about
    checks = (("estimated", "12.41"), ("coverage", "91.20"), ("findings", "3.00"))
    return Grounds(
        rule="checks",
        name="数据质量",
        numbers=_numbers("12.41", "10", "124.1", "%"),
        facts={
            "check": "estimated",
            "days": 7,
            "checks": [
                {
                    "check": name,
                    "value": value,
                    "unit": "%",
                    "level": "yellow",
                    "threshold": "10",
                    "worst": f"PT-{number:07}-electricity-1",
                    "places": 2,
                }
                for name, value in checks
            ],
            "policy": _POLICY,
            "figure": f"/v1/findings?subject={subject}",
            "links": {"books": f"/v1/books/{subject}"},
        },
    )


def _cross_check(subject: str, about: str, number: int) -> Grounds:
    del about, number
    source = {"source": "meters", "value": "1843.21", "unit": "tce", "href": f"/v1/books/{subject}"}
    return Grounds(
        rule="reported",
        name="在线监测与统计报表",
        numbers=_numbers("141.10", "92.16", "153.1", "tce"),
        facts={
            "check": "reported",
            "side": "above",
            "difference": "141.10",
            "difference_percent": "8.29",
            "first": source,
            "second": {**source, "source": "report", "value": "1702.11"},
            "policy": _POLICY,
            "figure": f"/v1/books/{subject}",
            "links": {"other": f"/v1/reported?subject={subject}"},
        },
    )


def _target(subject: str, about: str, number: int) -> Grounds:
    light = {"level": 2, "colour": "orange", "name": {"zh": "二级", "en": "second level"}}
    return Grounds(
        rule="barometer",
        name="2026年能耗强度下降目标",
        numbers=_numbers("0.812", "0.780", "104.1", "tce/万元"),
        facts={
            "label": {"zh": "2026年能耗强度下降目标", "en": about},
            "period": "2026",
            "target": {
                "code": about,
                "measure": "energy-intensity",
                "form": "reduction",
                "value": "3.2",
                "unit": "%",
                "binding": "binding",
                "last_year": 2026,
                "href": f"/v1/targets/{about}",
            },
            "rule": {"code": "barometer", "version": 3},
            "state": "rated",
            "light": light,
            "scope": "whole",
            "shown": {
                "value": "0.812",
                "limit": "0.780",
                "margin": "-0.032",
                "required": "0.780",
                "unit": "tce/万元",
            },
            "reasons": [{"zh": "高于年度目标", "en": "above the year's target"}],
            "flags": [{"zh": "按监测数据", "en": f"as monitored, {number % 12 + 1} months"}],
            **_links(subject, f"target:{about}"),
        },
    )


def _task(subject: str, about: str, number: int) -> Grounds:
    del subject
    return Grounds(
        rule="overdue",
        name="完成重点用能单位节能诊断",
        numbers=_numbers(str(1 + number % 40), "0", "", "d"),
        facts={
            "label": {"zh": "完成重点用能单位节能诊断", "en": about},
            "task": {
                "code": about,
                "instance": "2026",
                "due": "2026-09-30",
                "lead": ["节能主管部门"],
                "joining": ["工业和信息化主管部门", "统计部门"],
                "serves": ["energy-intensity"],
                "plan": "qinghai-peak",
                "clause": "三(二)7",
                "href": f"/v1/tasks/{about}",
            },
            "state": "overdue",
            "days_overdue": 1 + number % 40,
            "percent": "60",
            "done_on": None,
            "blocked": False,
            "late_steps": ["名单确定", "现场诊断"],
        },
    )


def _children(subject: str, about: str, number: int) -> Grounds:
    del number
    return Grounds(
        rule="sum:regions",
        name="2026年能耗总量目标分解",
        numbers=_numbers("1043", "1000", "104.3", "万tce"),
        facts={
            "label": {"zh": "2026年能耗总量目标分解", "en": about},
            "parts": [{"subject": f"region:1501{n:02}", "code": f"{about}-{n}"} for n in range(8)],
            "undivided": "-43",
            "year": 2026,
            "figure": f"/v1/targets/{about}/tree",
            "shown": {"value": "1043", "limit": "1000", "unit": "万tce"},
            "links": {"books": f"/v1/books/{subject}"},
        },
    )


_MAKERS: Mapping[ConditionKind, Callable[[str, str, int], Grounds]] = {
    ConditionKind.NO_DATA: _no_data,
    ConditionKind.LIMIT: _limit,
    ConditionKind.FORECAST: _forecast,
    ConditionKind.QUALITY: _quality,
    ConditionKind.CROSS_CHECK: _cross_check,
    ConditionKind.INDICATOR: _target,
    ConditionKind.BAROMETER: _target,
    ConditionKind.INTENSITY: _target,
    ConditionKind.TASK: _task,
    ConditionKind.CHILDREN: _children,
}
