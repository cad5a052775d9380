"""Confirmed figures from the evaluator, asked with the key of the person who looks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx

from services.alerts.adapters.evaluator import Evaluator
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.warning import Warning
from services.alerts.ports.ladder import Confirmation, Figure
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

_PATIENCE_S = 5.0
_WHOLE = {"scope": "whole"}
_NAME = re.compile(r"^(?:region|boundary|enterprise|tag):[^/]+/[^/]+/[^/]+$")
_TOTALS = {Measure.ENERGY: "energy-total", Measure.CARBON: "carbon-total"}
_OF_TOTALS = frozenset({ConditionKind.USED, ConditionKind.PACE, ConditionKind.FORECAST})
_OF_TARGETS = frozenset({ConditionKind.BAROMETER, ConditionKind.INTENSITY, ConditionKind.INDICATOR})


class EvaluatorConfirmations:
    """The port Confirmations on the evaluator's figures of the whole region (全社会口径)."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        """`url`: where the evaluator answers."""
        self._evaluator = Evaluator(client, url)

    async def of(self, step: Step, warning: Warning | None, key: str) -> Confirmation:
        """Both figures; raises Unavailable when the evaluator does not answer."""
        monitored = monitored_of(warning) if warning else None
        name = figure_of(step, warning)
        if name is None:
            missing = f"没有与“{step.about_name or step.about}”对应的统计指标"
            return Confirmation(monitored=monitored, confirmed=None, missing=missing)
        if not step.subject.startswith("region:"):
            missing = f"{step.subject_name}没有全社会口径的统计数据"
            return Confirmation(monitored=monitored, confirmed=None, missing=missing)
        path = f"/v1/figures/{quote(name, safe=':/')}"
        answer = await self._evaluator.get(path, key, _WHOLE, patience_s=_PATIENCE_S)
        if not answer.is_good or answer.body.get("value") is None:
            missing = _missing(name, answer.status, answer.body)
            return Confirmation(monitored=monitored, confirmed=None, missing=missing)
        confirmed = _figure(name, answer.body)
        level = confirmed.level
        return Confirmation(
            monitored=monitored,
            confirmed=confirmed,
            same_level=None if level is None else level >= step.level,
        )


def figure_of(step: Step, warning: Warning | None) -> str | None:
    """The name of the figure that confirms or refutes: as the warning links it, or by its kind."""
    facts: Mapping[str, Any] = warning.facts if warning else {}
    links = facts.get("links")
    linked = links.get("figure") if isinstance(links, Mapping) else None
    for text in (facts.get("figure"), linked):
        if isinstance(text, str) and (name := _named(text)):
            return name
    budget = facts.get("budget")
    period = step.occasion.period or (
        str(budget.get("period", "")) if isinstance(budget, Mapping) else ""
    )
    if not period:
        return None
    if step.condition in _OF_TARGETS and step.about:
        return f"{step.subject}/target:{step.about}/{period}"
    if step.condition in _OF_TOTALS and step.measure in _TOTALS:
        return f"{step.subject}/{_TOTALS[step.measure]}/{period}"
    return None


def _named(text: str) -> str | None:
    path = unquote(urlsplit(text).path).lstrip("/")
    path = path.removeprefix("v1/figures/").removeprefix("v1/explain/")
    return path if _NAME.match(path) else None


def monitored_of(warning: Warning) -> Figure | None:
    """The figure that the warning stands on."""
    if not warning.sequence:
        return None
    last = warning.sequence[-1]
    evidence: Any = warning.facts.get("evidence")
    budget: Any = warning.facts.get("budget")
    of_evidence = evidence if isinstance(evidence, Mapping) else {}
    of_budget = budget if isinstance(budget, Mapping) else {}
    return Figure(
        value=last.quantity,
        unit=last.unit or str(of_evidence.get("unit") or of_budget.get("unit") or ""),
        period=last.period or str(of_budget.get("period", "")),
        source=f"/v1/warnings/{warning.id}",
        level=last.level,
    )


def _figure(name: str, body: Mapping[str, Any]) -> Figure:
    rated: Any = body.get("level") or {}
    severity = rated.get("severity")
    return Figure(
        value=str(body.get("shown") or body["value"]),
        unit=str(body.get("unit") or ""),
        period=str(body.get("period") or name.rpartition("/")[2]),
        source=str(body.get("explain") or f"/v1/explain/{name}?scope=whole"),
        level=Level(severity) if isinstance(severity, int) and severity in set(Level) else None,
        remarks=_words(body.get("flags")),
    )


def _missing(name: str, status: int, body: Mapping[str, Any]) -> str:
    if status != httpx.codes.OK:
        return f"{name}（全社会口径）: {body.get('detail') or status}"
    said = "；".join(_words(body.get("missing"))) or "没有统计数据"
    return f"{name}（全社会口径）: {said}"


def _words(found: Any) -> tuple[str, ...]:
    items: Sequence[Any] = found if isinstance(found, list) else ()
    return tuple(str(one.get("zh", one) if isinstance(one, Mapping) else one) for one in items)
