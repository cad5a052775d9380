"""What alerts answers about situation briefs: made up."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from tests.unit.console.told import EVIL

Json = Mapping[str, Any]

BRIEF = "44444444-5c56-5cc8-aa25-f782f3530001"
BEFORE = "44444444-5c56-5cc8-aa25-f782f3530002"
SHEET = "44444444-5c56-5cc8-aa25-f782f3530003"
PAGE = b"<!doctype html><title>\xe5\xbd\xa2\xe5\x8a\xbf</title><p>1\xe2\x80\x946\xe6\x9c\x88</p>"
MADE: Json = {"id": BRIEF}


def file(name: str, form: str, language: str, edition: str = "office") -> Json:
    """A file as it is listed."""
    return {
        "name": name,
        "form": form,
        "language": language,
        "edition": edition,
        "bytes": 1_234_567,
        "sha256": hashlib.sha256(PAGE).hexdigest(),
        "media_type": "application/octet-stream",
    }


FILES = (
    file("brief.zh.pdf", "pdf", "zh"),
    file("brief.zh.html", "html", "zh"),
    file("brief.en.html", "html", "en"),
    file("public.zh.html", "html", "zh", "public"),
    file("brief.json", "json", "", ""),
)
_BRIEF: Json = {
    "id": BRIEF,
    "region": "150000",
    "name": "内蒙古自治区",
    "period": "2018Q2",
    "kind": "quarter",
    "title": {"zh": "形势分析", "en": "Situation brief"},
    "state": "draft",
    "revision": 3,
    "number": "",
    "address": "",
    "languages": ["zh", "en"],
    "settings": "inner-mongolia-14fyp",
    "made_at": "2018-07-20T01:00:00Z",
    "as_of": {"commit": 412, "journal": 77},
    "digest": "ab" * 32,
    "progress": None,
    "waiting_for": [],
    "findings": [],
    "remarks": {"outlook": f"请注意 {EVIL}"},
    "editor": "李工",
    "approvals": [],
    "second_person": True,
    "published_at": None,
    "published_by": "",
    "public": True,
    "files": FILES,
    "errata": [],
    "corrected": False,
    "preliminary": True,
    "corrects": None,
    "changes": [],
}
CHANGES: Json = {
    "figure": "energy-total",
    "label": {"zh": "能耗总量", "en": "Energy total"},
    "where": {"zh": "一、总体情况", "en": "1. Overview"},
    "old": "541.00万吨标准煤",
    "new": "542.10万吨标准煤",
    "old_en": "541.00 ten-thousand tce",
    "new_en": "542.10 ten-thousand tce",
}
COMPARED: Json = {
    "name": "measure:energy-total",
    "label": {"zh": "能耗总量", "en": "Energy total"},
    "where": {"zh": "一、总体情况", "en": "1. Overview"},
    "a": "268.00",
    "b": None,
    "change": None,
}
DOCUMENT: Json = {
    "language": "zh",
    "edition": "office",
    "title": "内蒙古自治区形势分析",
    "subtitle": "2018年1—6月",
    "number": "",
    "banner": ["草稿"],
    "issuer": "演示单位",
    "date": "2018年7月20日",
    "copies": "",
    "digest": "ab" * 32,
    "sheets": [],
    "blocks": [
        {"level": 1, "text": "一、总体情况", "name": "overview"},
        {"text": f"能耗上升 {EVIL}", "name": "energy", "kind": "body"},
        {
            "name": "levels",
            "caption": "表1",
            "columns": [
                {"name": "a", "label": "指标", "is_number": False, "share": 1},
                {"name": "b", "label": "数值", "is_number": True, "share": 1},
            ],
            "rows": [[{"text": "能耗", "colour": "red"}, {"text": "541.00", "colour": None}]],
            "notes": ["注：演示"],
            "whole_rows": None,
        },
        {"name": "map", "kind": "map", "caption": "图1", "alt": "包头市为红色"},
        {"level": 1, "text": "二、下一步", "name": "outlook"},
        {"text": "附表1", "name": "annex-1"},
    ],
}
SETTINGS: Json = {
    "region": "150000",
    "name": "inner-mongolia-14fyp",
    "own": False,
    "title": {"zh": "内蒙古", "en": "Inner Mongolia"},
    "source": "内政办发〔2021〕60号",
    "cadences": ["quarter", "year"],
    "levels": ["province", "prefecture"],
    "trigger": {
        "after_workdays": 15,
        "coverage_percent": None,
        "after_workdays_at_least": 5,
    },
    "gdp": "wait",
    "wait_at_most_workdays": 20,
    "languages": ["zh"],
    "measure_first": "carbon",
    "second_person": True,
    "public": False,
    "issuer": {"zh": "领导小组", "en": "leading group"},
    "copies": {"zh": "", "en": ""},
    "number": "晴雨形势〔{year}〕{nth}号",
    "known": ["default", "inner-mongolia-14fyp"],
}


def brief(key: str = BRIEF, **changes: object) -> dict[str, Any]:
    """A brief as alerts tells it."""
    return {**_BRIEF, "id": key, **changes}


def entry(position: int, kind: str, **more: object) -> Json:
    """An entry of the journal about the brief."""
    head = {"id": 100 + position, "type": f"brief.{kind}", "position": position, "revision": 3}
    return {**head, "noticed_at": f"2018-07-2{position}T01:00:00Z", "number": "", **more}


class Briefs:
    """What alerts knows of briefs; `brief` is the one whose page is looked at."""

    def __init__(self) -> None:
        self.brief = brief()
        published = {"state": "published", "number": "晴雨形势〔2018〕2号", "period": "2018Q1"}
        self.before = brief(BEFORE, **published, published_at="2018-04-25T01:00:00Z")
        sheet = {"kind": "errata", "corrects": BRIEF, "changes": [CHANGES], "files": []}
        self.sheet = brief(SHEET, **sheet)
        self.errata: list[Json] = []
        self.history = [
            entry(1, "prepared", revision=2),
            entry(2, "edited", revision=3, by={"name": f"李工{EVIL}"}),
            entry(3, "approved", by={"name": "王工"}, comment="同意发布"),
            entry(4, "returned", by={"name": "王工"}, comment=f"第二节有误{EVIL}"),
            entry(5, "something-new"),
        ]
        self.compared: list[Json] = [COMPARED]

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """The answer to a question about briefs; None for others."""
        path = request.url.path
        if f"{BRIEF}/files/" in path:
            headers = {"Content-Type": "text/html", "Content-Disposition": "inline"}
            return httpx.Response(200, content=PAGE, headers=headers)
        found = self._answers().get(path)
        return None if found is None else httpx.Response(200, json=found())

    def _answers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "/v1/briefs": lambda: {"items": [self.brief, self.before], "next": None},
            f"/v1/briefs/{BRIEF}": lambda: self.brief,
            f"/v1/briefs/{SHEET}": lambda: self.sheet,
            f"/v1/briefs/{BRIEF}/errata": lambda: {"items": self.errata, "next": None},
            f"/v1/briefs/{SHEET}/errata": lambda: {"items": [], "next": None},
            f"/v1/briefs/{BRIEF}/history": lambda: {"items": self.history},
            f"/v1/briefs/{SHEET}/history": lambda: {"items": self.history[:1]},
            f"/v1/briefs/{BRIEF}/document": lambda: DOCUMENT,
            f"/v1/briefs/{SHEET}/document": lambda: DOCUMENT,
            "/v1/briefs/compare": lambda: {"a": BEFORE, "b": BRIEF, "items": self.compared},
            "/v1/briefs/settings/150000": lambda: SETTINGS,
        }
