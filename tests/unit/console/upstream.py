"""Upstream services made up: a steel works, its regions, and a budget that is overrun."""

import json
import math
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.unit.console import brief, desk, dual

KEYS = {"qy_operator1_secret": "operator", "qy_reader01_secret": "reader"}
STEEL = "enterprise:91150203DEMG00001K"
WARNING = "8655c3cd-5c56-5cc8-aa25-f782f3530125"
ZONE = "+09:00"
START = datetime(2017, 12, 31, 15, tzinfo=UTC)
DAYS = 181

Json = Mapping[str, Any]

_REGIONS = (
    ("150000", "内蒙古自治区", None),
    ("150200", "包头市", "150000"),
    ("150203", "昆都仑区", "150200"),
    ("150221", "土默特右旗", "150200"),
    ("150600", "鄂尔多斯市", "150000"),
    ("150627", "伊金霍洛旗", "150600"),
    ("630000", "青海省", None),
    ("630100", "西宁市", "630000"),
    ("630102", "城东区", "630100"),
)
_ENTERPRISES = (
    ("91150203DEMG00001K", "演示钢铁厂", "150203", "C3120"),
    ("91150627DEMC00002X", "演示煤化工厂", "150627", "C2521"),
    ("91630102DEMB00002F", "演示楼宇2号", "630102", "P8341"),
)
_LEVELS = (
    ("2018-05-09T23:00:00Z", "notice", "400012.44", "356353.59", "80.0"),
    ("2018-05-30T01:00:00Z", "yellow", "450037.26", "412523.02", "90.0"),
    ("2018-06-09T07:00:00Z", "orange", "475006.10", "440883.98", "95.0"),
    ("2018-06-20T10:00:00Z", "red", "500014.72", "471339.78", "100.0"),
)


def budget(
    code: str, name: str, subject: str, state: Json, *, total: str = "500000", unit: str = "kWh"
) -> dict[str, Any]:
    """A budget as the evaluator lists it."""
    return {
        "code": code,
        "name": name,
        "subject": subject,
        "unit": unit,
        "total": total,
        "period": "2018H1",
        "zone": ZONE,
        "state": dict(state),
    }


def state(quantity: str, line: str, used: str, over: str, *levels: str, whole: str = "1") -> Json:
    """The state of a budget."""
    return {
        "watermark": "2018-06-30T15:00:00Z",
        "quantity": quantity,
        "line": line,
        "used_percent": used,
        "over_line_percent": over,
        "completeness": whole,
        "levels": {"used": levels[0], "pace": levels[1]},
    }


BUDGETS = (
    budget(
        "steel-2018h1",
        "钢铁厂上半年用电",
        STEEL,
        state("521199.76", "500000", "104.239952", "4.239952", "red", "none"),
    ),
    budget(
        "baotou-2018h1",
        "包头市上半年用电",
        "region:150200",
        state("521199.76", "520000", "94.763593", "0.230723", "yellow", "yellow", whole="0.9987"),
        total="550000",
    ),
    budget(
        "nm-2018h1",
        "内蒙古上半年能耗总量",
        "region:150000",
        state("1530.21", "1760", "76.510500", "-13.056250", "none", "none", whole="0.92"),
        total="2000",
        unit="tce",
    ),
    budget(
        "coal-2018h1",
        "煤化工上半年用电",
        "enterprise:91150627DEMC00002X",
        state("182200.00", "200000", "82.800000", "-8.9", "none", "none", whole="0.875"),
        total="220050",
    ),
    budget(
        "xining-2018h1",
        "西宁市上半年用电",
        "region:630100",
        state("9120.4", "8400", "91.204000", "8.576190", "yellow", "orange", whole="0.999960"),
        total="10000",
    ),
)


def _figures(row: tuple[str, ...]) -> dict[str, str]:
    names = ("hour", "level", "quantity", "line", "used_percent")
    return dict(zip(names, row, strict=True))


def _evidence(quantity: str, line: str, used: str) -> dict[str, Any]:
    return {
        "quantity": quantity,
        "estimated": "1204.50",
        "unit": "kWh",
        "line": line,
        "used_percent": used,
        "over_line_percent": "4.239952",
        "first_over_line": "2018-01-04T02:00:00Z",
        "completeness": "0.998720",
        "hours_judged": 4343,
        "period_hours": 4343,
        "catalogue_version": 3,
        "factors": [
            {
                "carrier": "electricity",
                "series": "calorific",
                "kgce": "0.1229",
                "unit": "kWh",
                "version": "2020",
                "source": "GB/T 2589-2020",
            }
        ],
        "parts": [
            {
                "carrier": "electricity",
                "flow": "import",
                "quantity": "521199.76",
                "estimated": "1204.50",
            }
        ],
    }


def _budget_body(item: Json) -> dict[str, Any]:
    names = ("code", "name", "total", "unit", "period", "zone")
    return {**{name: item[name] for name in names}, "version": 1, "phasing": "linear"}


def entry(position: int, kind: str, before: str, level: str, row: tuple[str, ...] | None) -> Json:
    """A line of the steel works' history."""
    hour = row[0] if row else "2018-05-30T01:00:00Z"
    noticed = datetime.fromisoformat(hour) + timedelta(hours=1, seconds=4)
    figures = _figures(row) if row else None
    return {
        "id": 40 + position,
        "warning": WARNING,
        "position": position,
        "type": f"warning.{kind}",
        "subject": STEEL,
        "subject_name": "演示钢铁厂",
        "regions": ["150203", "150200", "150000"],
        "rule": "used",
        "level_before": before,
        "level": level,
        "hour": hour,
        "noticed_at": noticed.isoformat().replace("+00:00", "Z"),
        "figures": figures,
        "gone": [] if row else [_figures(_LEVELS[1])],
        "instead": [] if row else [{**_figures(_LEVELS[1]), "hour": "2018-05-30T03:00:00Z"}],
        "budget": _budget_body(BUDGETS[0]),
        "thresholds": _THRESHOLDS,
        "evidence": _evidence("521199.76", "500000", "104.239952"),
        "assessment": {
            "id": f"{STEEL}/{position}",
            "number": position,
            "commit": 1200 + position,
            "made_at": noticed.isoformat(),
            "cause": "new readings" if row else "late readings",
            "watermark": hour,
            "correlation_id": "c0ffee",
        },
    }


_THRESHOLDS = {
    "notice": "80",
    "yellow": "90",
    "orange": "95",
    "red": "100",
    "clear_line_percent": "99",
}


def warning(item: Json, rule: str, level: str, number: int, *, key: str = WARNING) -> Json:
    """A warning as alerts lists it."""
    subject = str(item["subject"])
    current = item["state"]
    names = {f"region:{code}": name for code, name, _ in _REGIONS}
    names.update({f"enterprise:{code}": name for code, name, *_ in _ENTERPRISES})
    return {
        "id": key,
        "subject": subject,
        "subject_name": names[subject],
        "regions": ["150203", "150200", "150000"],
        "rule": rule,
        "state": "resolved" if level == "none" else "open",
        "level": level,
        "highest": "red" if rule == "pace" else level,
        "since": "2018-06-20T10:00:00Z",
        "opened_at": "2018-05-10T00:00:04Z",
        "changed_at": "2018-06-20T11:00:04Z",
        "watermark": "2018-06-30T15:00:00Z",
        "entries": 5,
        "latest": number,
        "sequence": [_figures(row) for row in _LEVELS],
        "budget": _budget_body(item),
        "thresholds": _THRESHOLDS,
        "evidence": {
            **_evidence(current["quantity"], current["line"], current["used_percent"]),
            "unit": item["unit"],
            "over_line_percent": current["over_line_percent"],
        },
    }


WARNINGS = (
    warning(BUDGETS[0], "used", "red", 45),
    warning(BUDGETS[4], "pace", "orange", 44, key="8655c3cd-5c56-5cc8-aa25-f782f3530126"),
    warning(BUDGETS[4], "used", "yellow", 43, key="8655c3cd-5c56-5cc8-aa25-f782f3530127"),
    warning(BUDGETS[1], "used", "yellow", 42, key="8655c3cd-5c56-5cc8-aa25-f782f3530128"),
    warning(BUDGETS[0], "pace", "none", 41, key="8655c3cd-5c56-5cc8-aa25-f782f3530129"),
)
HISTORY = (
    entry(1, "raised", "none", "notice", _LEVELS[0]),
    entry(2, "raised_level", "notice", "yellow", _LEVELS[1]),
    entry(3, "corrected", "yellow", "yellow", None),
    entry(4, "raised_level", "yellow", "orange", _LEVELS[2]),
    entry(5, "raised_level", "orange", "red", _LEVELS[3]),
)


def _day(number: int) -> dict[str, str | None]:
    amount = 2879.55 * (1 + 0.35 * math.sin(number / 9)) * (0.55 if number % 7 in (5, 6) else 1.18)
    gap, unknown = 60 <= number < 63, number in (95, 96)
    return {
        "start": (START + timedelta(days=number)).isoformat().replace("+00:00", "Z"),
        "quantity": "0.00" if unknown else f"{amount:.2f}",
        "estimated": f"{amount * 0.6:.2f}" if gap else "0.00",
        "completeness": "0.250000" if unknown else "1",
        "tce": "0.0000" if unknown else f"{amount * 0.0001229:.4f}",
    }


def _books(step: str) -> Json:
    days = [_day(number) for number in range(DAYS)]
    hours = days if step == "day" else days[::30][:6]
    total = {"quantity": "521199.76", "estimated": "1204.50", "completeness": "0.991713"}
    lane = {"unit": "kWh", "total": {**total, "tce": "64.0555"}, "hours": hours}
    return {
        "items": [
            {"carrier": "electricity", "flow": "import", **lane},
            {"carrier": "electricity", "flow": "export", **lane, "hours": hours[:2]},
        ]
    }


def _entities(kind: str) -> Json:
    if kind == "regions":
        items = [{"code": c, "attributes": {"name": n, "parent": p}} for c, n, p in _REGIONS]
    else:
        items = [
            {
                "code": code,
                "attributes": {
                    "name": name,
                    "region": region,
                    "industry": industry,
                    "demonstration": True,
                },
            }
            for code, name, region, industry in _ENTERPRISES
        ]
    return {"version": 3, "items": items, "next": None}


async def _endless(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


class Upstream:
    """Answers like the three services; `away` names those that do not answer at all,
    `gone` paths that are not there."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.away: set[str] = set()
        self.gone: set[str] = set()
        self.warnings: list[Json] = list(WARNINGS)
        self.desk = desk.Desk()
        self.briefs = brief.Briefs()
        self.chunks = [b"event: ready\r\nid: 45\r\ndata: {}\r\n\r\n"]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host in self.away:
            raise httpx.ConnectError("connection refused")
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in KEYS:
            return _problem(401, "Send a key that is known here.")
        found = self.briefs.answer(request) if request.method == "GET" else None
        return found or self.desk.answer(request) or self._answer(request.url)

    def _answer(self, url: httpx.URL) -> httpx.Response:
        simple: dict[str, Callable[[], object]] = {
            "/v1/warnings": lambda: {"items": self._find(url), "next": None, "newest": 45},
            "/v1/warnings/summary": lambda: {"levels": self._levels(), "newest": 45},
            f"/v1/warnings/{WARNING}": lambda: {**WARNINGS[0], "history": HISTORY},
            "/v1/budgets": lambda: {"items": BUDGETS},
            "/v1/findings": lambda: {"items": []},
            "/v1/catalogue/regions": lambda: _entities("regions"),
            "/v1/catalogue/enterprises": lambda: _entities("enterprises"),
        }
        if url.path == "/v1/warnings/stream":
            return httpx.Response(200, content=_endless(self.chunks))
        if url.path.startswith("/v1/books/"):
            return httpx.Response(200, json=_books(url.params["step"]))
        if url.path in dual.ANSWERS and url.path not in self.gone:
            return httpx.Response(200, json=dual.ANSWERS[url.path])
        if url.path in simple:
            return httpx.Response(200, content=json.dumps(simple[url.path]()))
        return _problem(404, f"There is nothing at {url.path}.")

    def _find(self, url: httpx.URL) -> list[Json]:
        subject, states = url.params.get("subject"), url.params.get("state")
        return [
            one
            for one in self.warnings
            if subject in (None, one["subject"]) and states in (None, one["state"])
        ]

    def _levels(self) -> dict[str, int]:
        words = ("notice", "yellow", "orange", "red")
        return {word: sum(one["level"] == word for one in self.warnings) for word in words}


def _problem(status: int, detail: str) -> httpx.Response:
    body = {"title": "Refused", "detail": detail, "status": status}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})
