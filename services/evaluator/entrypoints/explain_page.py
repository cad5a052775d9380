"""An explanation as a page that a person can read and print, in Chinese or English."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_HERE = Path(__file__).parent / "templates"
CHINESE, ENGLISH = "zh", "en"

_WORDS: Mapping[str, tuple[str, str]] = {
    "unknown": ("暂无数值", "no value"),
    "exact": ("精确值", "exactly"),
    "missing": ("缺少：", "missing:"),
    "flag": ("注意：", "note:"),
    "judgement": ("评级", "Judgement"),
    "level": ("等级", "level"),
    "change": ("较上期", "since last period"),
    "target": ("目标", "target"),
    "rule": ("规则", "rule"),
    "actual": ("实际", "achieved"),
    "goal": ("目标要求", "asked for"),
    "margin": ("裕度", "margin"),
    "progress": ("完成进度", "progress"),
    "required": ("应完成进度", "required progress"),
    "threshold": ("阈值", "threshold"),
    "holds": ("成立", "holds"),
    "fails": ("不成立", "does not hold"),
    "better": ("好转", "better"),
    "worse": ("恶化", "worse"),
    "same": ("不变", "same"),
    "new": ("新评", "new"),
    "lost": ("不再评级", "no longer rated"),
    "none": ("无", "none"),
    "reason": ("原因", "reason"),
    "version": ("版本", "version"),
    "steps": ("计算过程", "How it was computed"),
    "beside": ("对照", "To be read with it"),
    "grade": ("限额等级", "grade"),
    "what": ("名称", "what"),
    "amount": ("数值", "value"),
    "origin": ("来源", "where it is from"),
    "confidence": ("可信度", "confidence"),
    "as_of": ("数据截至", "as of"),
    "book": ("台账", "books"),
    "statement": ("申报与统计", "statements"),
    "factor": ("系数", "factors"),
    "constant": ("常数", "constants"),
    "forecast": ("预测", "forecasts"),
    "scope": ("口径", "scope"),
    "monitored": ("重点用能单位", "monitored"),
    "whole": ("全社会", "whole region"),
    "series": ("折标方法", "standard coal by"),
    "calorific": ("当量值", "calorific value"),
    "equivalent": ("等价值", "equivalent value"),
    "basis": ("扣减", "exclusions"),
    "gross": ("未扣减", "gross"),
    "net": ("已扣减", "net"),
    "completeness": ("完整率", "completeness"),
    "estimated": ("其中估算", "of it estimated"),
    "readings": ("读数", "readings"),
    "points": ("计量点", "metering points"),
}


def page(found: Mapping[str, Any], language: str) -> HTMLResponse:
    """The page of one explanation; nothing in it comes from another address."""
    body = _PAGES.get_template("explain.html").render(
        found=found, lang=language, style=Markup(_STYLE), t=_texts(language)
    )
    return HTMLResponse(body, headers=_HEADERS)


def language_of(asked: str | None, accepted: str) -> str:
    """The language asked for, else the one the browser prefers."""
    if asked in {CHINESE, ENGLISH}:
        return str(asked)
    return ENGLISH if accepted.lower().startswith(ENGLISH) else CHINESE


def wants_page(form: str | None, accepted: str) -> bool:
    """Whether a page is wanted rather than JSON."""
    return form == "html" or (form is None and "text/html" in accepted)


def _texts(language: str) -> dict[str, str]:
    nth = 0 if language == CHINESE else 1
    return {name: words[nth] for name, words in _WORDS.items()}


_STYLE = (_HERE / "explain.css").read_text(encoding="utf-8")
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'sha256-"
    f"{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}
_PAGES = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
