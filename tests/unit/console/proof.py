"""Facts of every kind of warning as its source tells them: made up."""

from collections.abc import Mapping
from typing import Any

_TARGET = {
    "label": {"zh": "单位地区生产总值能耗", "en": "energy per GDP"},
    "period": "2023",
    "target": {
        "code": "NM-ENERGY-INTENSITY",
        "measure": "energy-intensity",
        "form": "reduction",
        "value": "15.5",
        "unit": "%",
        "binding": "binding",
        "last_year": 2025,
        "href": "/v1/targets/NM-ENERGY-INTENSITY",
    },
    "rule": {"code": "N2020", "version": "901号 (2020)"},
    "state": "rated",
    "light": {"level": 2, "colour": "yellow", "name": {"zh": "二级", "en": "level 2"}},
    "scope": "whole",
    "shown": {
        "value": "10.12",
        "limit": "15.50",
        "margin": "-0.0167895",
        "required": "60.00",
        "unit": "%",
    },
    "monitored": None,
    "confirmed": {
        "value": "10.46",
        "unit": "%",
        "light": "yellow",
        "explain": "/v1/explain/region:150000/target:NM-ENERGY-INTENSITY/2023?scope=whole",
    },
    "reasons": [],
    "flags": [{"zh": "统计数未注明当量或等价", "en": "by which series is not said"}],
    "figure": "/v1/figures/region:150000/target:NM-ENERGY-INTENSITY/2023",
}
_INCREMENT = {
    **_TARGET,
    "target": {**_TARGET["target"], "form": "increment", "value": "1200000", "unit": "tce"},  # type: ignore[dict-item]
    "shown": {"value": "480000.00", "limit": "720000.00", "margin": "240000.00", "unit": "tce"},
    "monitored": {
        "value": "450000.00",
        "unit": "tce",
        "light": "not-rated",
        "figure": "/v1/figures/region:150000/target:NM-ENERGY-INCREMENT/2023?scope=monitored",
    },
}

FACTS: Mapping[str, Mapping[str, Any]] = {
    "intensity": _TARGET,
    "barometer": _INCREMENT,
    "indicator": {**_TARGET, "state": "exempt", "light": None, "reasons": [{"zh": "已达激励目标"}]},
    "forecast": {
        "limited_by": "target",
        "measure": "energy-total",
        "probability": "0.875",
        "lead_days": 41,
        "run_out": "2018-11-20",
        "forecast_on": "2018-10-10",
        "interval": {"low": "100.5", "high": "2120"},
        "policy": "3",
        "figure": "/v1/forecasts/region:150000?measure=energy-total&period=2018",
        "links": {"target": "/v1/targets/NM-E"},
    },
    "limit": {
        "label": {"zh": "水泥熟料", "en": "clinker"},
        "period": "2023",
        "standard": "GB 16780",
        "state": "graded",
        "grade": 3,
        "standing": "below-baseline",
        "shown": {
            "value": "115.20",
            "unit": "kgce/t",
            "limits": {"1": "100", "2": "107", "3": "117"},
            "margins": {"1": "-15.20", "2": "-8.20", "3": "1.80"},
        },
        "applied": ["altitude"],
        "remarks": [],
        "reasons": [],
        "explain": "/v1/explain/enterprise:E1/limit:CLINKER/2023",
    },
    "children": {
        "label": {"zh": "能耗总量", "en": "energy in all"},
        "parts": [
            {"holder": "region:150200", "code": "BT-E"},
            {"holder": "region:150700", "code": "HL-E"},
        ],
        "undivided": "1500",
        "year": 2023,
        "shown": {"value": "10500", "limit": "9000", "beyond": "1500", "percent": "16.67",
                  "unit": "tce"},
        "figure": "/v1/targets/NM-E/tree",
    },
    "task": {
        "label": {"zh": "按季度发布形势分析", "en": "quarterly outlook"},
        "task": {
            "code": "NM-T9",
            "instance": "2023Q3",
            "due": "2018-01-01",
            "lead": ["生态环境厅"],
            "joining": ["统计局", "发改委"],
            "serves": ["NM-E"],
            "plan": "应对气候变化规划",
            "clause": "七.六",
            "href": "/v1/tasks/NM-T9",
        },
        "state": "overdue",
        "days_overdue": 90,
        "percent": "30",
        "done_on": None,
        "blocked": False,
        "late_steps": ["final"],
        "times_overdue": 2,
        "overdue": [
            {"instance": "2023Q2", "due": "2017-10-01", "days": 300, "percent": None,
             "blocked": True},
            {"instance": "2023Q3", "due": "2018-01-01", "days": 208, "percent": "30",
             "blocked": False},
        ],
    },
    "no-data": {
        "newest_reading": "2018-07-01T02:00:00Z",
        "never_reported": False,
        "points_silent": 3,
        "points": 12,
        "interval_s": 900,
        "listened_hours": 24,
        "policy": "3",
        "figure": "/v1/findings?subject=enterprise:E1",
    },
    "quality": {
        "check": "gap",
        "days": 30,
        "checks": [
            {"check": "gap", "value": "31.0", "unit": "h", "level": "orange", "threshold": "24",
             "worst": "P-7", "places": 2},
            {"check": "coverage", "value": "97.5", "unit": "%", "level": "none",
             "threshold": None, "worst": "", "places": 0},
        ],
        "policy": "3",
        "figure": "/v1/findings?subject=enterprise:E1",
        "links": {"books": "/v1/books/enterprise:E1"},
    },
    "cross-check": {
        "check": "unit-energy",
        "side": "short",
        "difference": "-2500.00",
        "difference_percent": "-12.50",
        "first": {"name": "计量合计", "value": "20000.00", "unit": "tce",
                  "href": "/v1/explain/enterprise:E1/energy-total/2023"},
        "second": {"name": "申报单耗×申报产量", "value": "17500.00", "unit": "tce",
                   "href": "/v1/explain/enterprise:E1/statement:product/2023"},
        "policy": "3",
        "figure": "/v1/explain/enterprise:E1/energy-total/2023",
        "links": {"other": "/v1/explain/enterprise:E1/statement:product/2023"},
    },
    "heartbeat": {
        "stuck": [
            {"kind": "topic", "part": "assessments.v1", "waiting": 1200,
             "since": "2018-07-01T02:00:00Z"},
        ]
    },
    "external": {
        "annotations": {"summary": "disk is full", "count": "1234567"},
        "labels": {"alertname": "DiskFull", "severity": "red"},
        "generator_url": "https://prometheus.example/graph?g0=1",
        "starts_at": "2018-07-01T02:00:00+00:00",
    },
}  # fmt: skip

EVIDENCE: Mapping[str, Mapping[str, str]] = {
    "forecast": {"value": "87.5", "limit": "80.0", "unit": "%"},
    "cross-check": {"value": "2500.00", "limit": "1000.00", "unit": "tce"},
}

IN_CHINESE: Mapping[str, tuple[str, ...]] = {
    "intensity": (
        *("完成值", "10.12 %", "全期目标", "15.50 %", "应达进度", "60.00 %", "裕度", "-0.0167895"),
        *("未达要求", "黄 · 二级", "下降 15.5 %", "约束性 · 至 2025 年", "三级预警 N2020"),
        *("901号 (2020)", "监测口径", "暂无数值", "统计口径", "10.46 %", "全社会（统计）"),
        *("统计数未注明当量或等价", 'href="/targets/NM-ENERGY-INTENSITY"', "<dd>2023</dd>"),
    ),
    "barometer": (
        *("480,000.00 tce", "应完成", "720,000.00 tce", "差额", "240,000.00 tce", "达到要求"),
        *("增量不超过 1,200,000 tce", "450,000.00 tce"),
    ),
    "indicator": ("免于总量考核", "已达激励目标"),
    "forecast": (
        *("超标概率", "87.5 %", "预警阈值 80.0 %", "预计超出日", "2018-11-20", "41 天"),
        *(
            "预测区间",
            "<dt>下限</dt><dd>100.5",
            "2,120",
            "能耗总量",
            "2018-10-10",
            'href="/targets/NM-E"',
        ),
    ),
    "limit": (
        *("水泥熟料", "单耗", "115.20 kgce/t", "3 级（限额）", "2 级（准入）", "1 级（先进）"),
        *("低于基准水平", "-8.20", "107 kgce/t", "GB 16780", "altitude"),
    ),
    "children": (
        *("下级合计", "10,500 tce", "上级持有", "9,000 tce", "差额", "1,500 tce", "16.67 %"),
        *('href="/books/region:150200"', 'href="/targets/HL-E"', "<dd>2023</dd>"),
    ),
    "task": (
        *(
            "逾期天数",
            "按季度发布形势分析",
            'href="/tasks"',
            "责任单位",
            "生态环境厅",
            "统计局、发改委",
        ),
        *("逾期期数", "2 次", "逾期各期", "2023Q2", "2017-10-01", "300", "受阻", "逾期里程碑"),
    ),
    "no-data": (
        *("最后一次读数", "2018-07-01 10:00", "已静默", "中断计量点", "3 / 12", "15 分钟"),
        *("判定时限", "24 小时"),
    ),
    "quality": (
        *("数据缺口", "31.0 小时", "阈值 24 小时", "数据覆盖率", "97.5 %", "P-7", "30 天"),
        *("橙色", 'href="/books/enterprise:E1"'),
    ),
    "cross-check": (
        *("差额", "-2,500.00 tce", "-12.50 %", "允许差", "1,000.00 tce", "计量合计"),
        *("申报单耗×申报产量", "17,500.00 tce", 'href="/figures/enterprise:E1/energy-total/2023"'),
        *("计量与申报单耗", "后者少于前者"),
    ),
    "heartbeat": ("停滞部分", "assessments.v1", "消息消费", "1,200", "2018-07-01 10:00"),
    "external": (
        *("disk is full", "1234567", "DiskFull", "告警来源", "2018-07-01 10:00"),
        *('href="https://prometheus.example/graph?g0=1" rel="noopener noreferrer external"',),
    ),
}
