"""Answers of the evaluator about dual control, as the console's tests make them up."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

Json = Mapping[str, Any]

FIGURE = "region:150000/energy-intensity/2025Q3"


def label(zh: str, en: str) -> Json:
    """A word in both languages."""
    return {"zh": zh, "en": en}


def leaf(zh: str, en: str, value: str | None, unit: str, source: Json, *missing: Json) -> Json:
    """The end of a tree: a number and where it was read."""
    return {
        "id": "",
        "label": label(zh, en),
        "value": value,
        "shown": value,
        "unit": unit,
        "op": None,
        "formula": None,
        "operands": [],
        "source": source,
        "missing": list(missing),
        "flags": [],
    }


def source(kind: str, href: str, version: str = "", text: str = "", confidence: str = "") -> Json:
    """Where a leaf was read."""
    return {
        "kind": kind,
        "href": href,
        "pointer": "/value",
        "version": version,
        "text": text,
        "confidence": confidence,
        "notes": {"readings": "6552"},
    }


ENERGY = leaf(
    *("电力 用量", "electricity used", "1000000", "kWh"),
    source("book", "/v1/books/region:150000?carrier=electricity&flow=import"),
)
FACTOR = leaf(
    *("电力 折标系数", "standard coal of electricity", "0.1229", "kgce/kWh"),
    source("factor", "/v1/factors/tce-calorific/electricity", "GB/T 2589-2020", "GB/T 2589", "T"),
)
GDP = leaf(
    *("地区生产总值", "GDP", "500", "万元"),
    source("statement", "/v1/statements/region:150000/gdp", "2", "统计局", "S"),
)
TREE: Json = {
    "id": FIGURE,
    "label": label("能耗强度", "energy intensity"),
    "value": "0.2458",
    "shown": "0.2458",
    "unit": "tce/万元",
    "op": "quotient",
    "formula": {
        "numbers": "122.9 ÷ 500 = 0.2458",
        "zh": "能耗强度 = 能耗总量 ÷ 地区生产总值",
        "en": "energy intensity = energy total ÷ GDP",
    },
    "operands": [
        {
            **ENERGY,
            "label": label("能耗总量", "energy total"),
            "value": "122.9",
            "shown": "122.90",
            "unit": "tce",
            "op": "product",
            "formula": {"numbers": "1000000 × 0.1229 ÷ 1000 = 122.9", "zh": "", "en": ""},
            "source": None,
            "operands": [ENERGY, FACTOR],
        },
        GDP,
    ],
    "source": None,
    "missing": [],
    "flags": [label("地区生产总值为初步核算数", "GDP is preliminary")],
}
EXPLAINED: Json = {
    "id": FIGURE,
    "subject": "region:150000",
    "subject_name": "内蒙古自治区",
    "measure": "energy-intensity",
    "period": "2025Q3",
    "as_of": 1234,
    "options": {"scope": "monitored", "series": "calorific", "basis": "gross", "rule": ""},
    "tree": TREE,
    "level": {
        "state": "rated",
        "colour": "yellow",
        "label": label("二级 黄灯", "level 2, yellow"),
        "change": "worse",
        "target": "NM-ENERGY",
        "target_version": 3,
        "rule": "2020",
        "rule_version": "1",
        "reasons": [],
        "steps": [TREE],
        "checks": [{"left": TREE, "relation": "<=", "right": GDP, "holds": False}],
    },
    "leaves": {"book": [ENERGY], "factor": [FACTOR], "statement": [GDP]},
}


def record(key: str, version: int, body: Json, subject: str = "", **more: Any) -> Json:
    """A version of a record as the evaluator lists it."""
    made = {"commit": 10 + version, "recorded_at": "2026-01-02T03:04:05Z", "by": "statistics"}
    return {"key": key, "version": version, "subject": subject, "body": body, **made, **more}


GDP_KEY = "region:150000/gdp//2020/2025Q3/"
_STATED = {
    "subject": "region:150000",
    "item": "gdp",
    "qualifier": "",
    "period": "2025Q3",
    "unit": "万元",
    "status": "preliminary",
    "source": "统计局",
}
STATEMENTS = [
    record(GDP_KEY, 1, {**_STATED, "value": "480.5"}, "region:150000"),
    record(GDP_KEY, 2, {**_STATED, "value": None}, "region:150000"),
    record(GDP_KEY, 3, {**_STATED, "value": "1500", "status": "final"}, "region:150000"),
]
_COAL = {
    "series": "tce-calorific",
    "item": "raw-coal",
    "place": "",
    "unit": "kgce/kg",
    "value": "0.7143",
    "version": "GB/T 2589-2020",
    "valid_from": "",
    "valid_to": "",
    "source": "GB/T 2589 综合能耗计算通则",
    "confidence": "T,C",
}
SHIPPED = record("tce-calorific/raw-coal//", 0, _COAL, commit=0, recorded_at=None, by="")


def target(code: str, name: str, holder: str, value: str | None, parent: str = "") -> Json:
    """A target as the evaluator lists it."""
    return {
        "code": code,
        "name": name,
        "holder": f"region:{holder}",
        "holder_name": {"150000": "内蒙古自治区", "150200": "包头市"}.get(holder, holder),
        "measure": "energy-total",
        "form": "total",
        "value": value,
        "unit": "万tce",
        "base_year": 2020,
        "first_year": 2021,
        "last_year": 2025,
        "binding": "binding",
        "elastic": True,
        "parent": parent,
        "reserve": "50",
        "unmonitored": "0",
        "state": "in-force",
        "approver": "自治区人民政府",
        "plan": "十四五节能规划",
        "yearly": {"2025": "300"},
        "exclusions": ["feedstock"],
    }


WHOLE = target("NM-TOTAL", "能耗总量", "150000", "300")
PART = target("BT-TOTAL", "包头能耗总量", "150200", "120", "NM-TOTAL")
OPEN = target("ORD-TOTAL", "鄂尔多斯能耗总量", "150600", None, "NM-TOTAL")
_VERSION = {
    "version": 1,
    "value": "310",
    "state": "superseded",
    "approver": "自治区人民政府",
    "approved_on": "2021-01-01",
    "effective_from": "2021-01-01",
    "reason": "年度调整",
    "commit": 5,
    "recorded_at": "2021-01-02T00:00:00Z",
    "by": "plan",
}
TARGET_TREE: Json = {
    "code": "NM-TOTAL",
    "nodes": [{**WHOLE, "depth": 0}, {**PART, "depth": 1}, {**OPEN, "depth": 1}],
    "sums": [
        {
            "parent": "NM-TOTAL",
            "cut": "places",
            "held": "120",
            "undivided": "50",
            "value": "300",
            "unit": "万tce",
            "difference": "-130",
            "adds_up": False,
            "fault": "少 130 万tce",
            "remark": "",
        }
    ],
}
PATH: Json = {
    "code": "NM-TOTAL",
    "steps": [
        {
            "period": "2025Q3",
            "progress": "19/20",
            "required": "225",
            "unit": "万tce",
            "missing": [],
        }
    ],
}


def task(code: str, name: str, state: str, **current: Any) -> Json:
    """A task as the evaluator lists it."""
    return {
        "code": code,
        "name": name,
        "name_en": "",
        "holder": "region:150000",
        "holder_name": "内蒙古自治区",
        "lead": ["自治区发展改革委"],
        "joining": ["工信厅", "生态环境厅"],
        "deadline": "2025-12-31",
        "every": "once",
        "serves": ["NM-TOTAL"],
        "plan": "十四五节能规划",
        "clause": "四(一)",
        "current": {"state": state, "due": "2025-12-31", "instance": "", **current},
    }


TASKS = [
    task("T-1", "煤电机组节能改造", "in-progress", percent="40", report=None),
    task(
        *("T-2", "淘汰落后产能", "overdue"),
        days_overdue=31,
        percent="75",
        report={"on": "2018-05-31", "text": "剩余两条生产线", "by": "工信厅"},
        late_steps=["M1"],
    ),
    {**task("T-3", "季度形势分析", "not-started"), "current": None, "every": "quarter"},
]
INVENTORY: Json = {
    "holder": "region:150000",
    "holder_name": "内蒙古自治区",
    "year": 2020,
    "stage": "reviewed",
    "total": "630000000",
    "sinks": None,
    "method": "省级指南",
    "gwp": "AR5",
}


def rated(measure: str, colour: str, change: str, **more: Any) -> Json:
    """A target's level as the barometer lists it."""
    severity = {"red": 4, "yellow": 2, "green": 0}.get(colour)
    return {
        "measure": measure,
        "measure_label": label("煤炭消费比重", "coal share of energy"),
        "figure": f"region:150000/target:{measure}/2025Q3",
        "value": "-8",
        "shown": "-8.00",
        "unit": "%",
        "rank": 2,
        "state": "rated" if severity is not None else "not-rated",
        "label": label({"red": "一级 红灯"}.get(colour, colour), colour),
        "colour": colour if severity is not None else "not-rated",
        "severity": severity,
        "change": change,
        "reasons": [],
        "target": "NM-TOTAL",
        "target_name": label("能耗强度目标", "energy intensity"),
        "progress": "45.2",
        "required": "80",
        "margin": "-34.8 pp",
        "explain": f"/v1/explain/region:150000/target:{measure}/2025Q3?scope=whole&as_of=commit:9",
        **more,
    }


_UNRATED = rated(
    *("carbon-intensity", "none", "lost"),
    shown=None,
    progress=None,
    reasons=[label("缺少地区生产总值", "GDP missing")],
)
BAROMETER: Json = {
    "as_of": "commit:9",
    "region": "region:150000",
    "region_name": "内蒙古自治区",
    "period": "2018Q2",
    "before": "2018Q1",
    "own": {
        "subject": "region:150000",
        "name": "内蒙古自治区",
        "measures": [
            rated("energy-intensity", "green", "better"),
            _UNRATED,
            rated("coal-share", "green", "same", target_name=label("煤炭占比", "coal share")),
        ],
    },
    "items": [
        {
            "subject": "region:150200",
            "name": "包头市",
            "measures": [
                rated("energy-intensity", "green", "same"),
                rated("energy-intensity", "red", "worse"),
                _UNRATED,
            ],
        },
        {"subject": "region:150600", "name": "鄂尔多斯市", "measures": []},
    ],
    "counts": {"energy-intensity": {"red": 1, "green": 1}, "carbon-intensity": {"not-rated": 1}},
    "rankings": {},
}


def _course(first: float, step: float) -> list[str | None]:
    """181 days, the first 150 of which have come."""
    return [None if day < 150 else f"{first + step * (day - 149):.2f}" for day in range(181)]


_DAYS = [(date(2018, 1, 1) + timedelta(days=n)).isoformat() for n in range(181)]
FORECAST: Json = {
    "unit": "kWh",
    "cut": "2018-05-31",
    "state": "forecast",
    "refusal": None,
    "method": "ets",
    "method_label": label("指数平滑", "exponential smoothing"),
    "at_end": {"low": "501000", "expected": "521000.4", "high": "540000"},
    "exceeding": {
        "probability": 0.84,
        "run_out": "2018-06-21",
        "run_out_early": "2018-06-15",
        "run_out_late": None,
        "lead_days": 21,
        "rate_left": "1500.25",
    },
    "burn_rates": [{"days": 7, "known_days": 7, "rate": "2879.5"}],
    "scores": [
        {"chosen": False, "score_percent": 9.9},
        {"chosen": True, "score_percent": 4.44},
    ],
    "notes": [label("节假日安排未公布", "holidays are not published yet")],
    "chart": {
        "days": _DAYS,
        "actual": [f"{2880 * (n + 1)}" if n < 150 else None for n in range(181)],
        "low": _course(432_000, 2_200),
        "expected": _course(432_000, 2_900),
        "high": _course(432_000, 3_500),
        "line": None,
    },
}
REFUSED: Json = {
    "unit": "kWh",
    "cut": "2018-01-05",
    "refusal": {"code": "history-too-short", "reason": label("历史数据太短", "too short")},
}
ANSWERS: Mapping[str, Json] = {
    "/v1/forecasts": FORECAST,
    "/v1/barometer": BAROMETER,
    "/v1/tasks": {"items": TASKS, "next": None},
    "/v1/tasks/summary": {"all": {"counts": {"overdue": 1, "in-progress": 1}}},
    "/v1/inventories": {"items": [INVENTORY]},
    "/v1/targets": {"items": [PART, WHOLE, OPEN], "next": None},
    "/v1/targets/NM-TOTAL": {**WHOLE, "versions": [_VERSION], "parts": ["BT-TOTAL"]},
    "/v1/targets/NM-TOTAL/tree": TARGET_TREE,
    "/v1/targets/NM-TOTAL/path": PATH,
    "/v1/explain/region:150000/target:NM-TOTAL/2021Q2": EXPLAINED,
    f"/v1/explain/{FIGURE}": EXPLAINED,
    "/v1/statements": {"items": STATEMENTS[2:], "next": GDP_KEY},
    "/v1/statements/history": {"items": STATEMENTS},
    "/v1/factors": {"items": [SHIPPED], "next": None},
}
"""What the evaluator answers, by path."""
