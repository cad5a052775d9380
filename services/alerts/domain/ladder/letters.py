"""What a letter may say of a step: words and figures that are on record, and nothing else."""

from collections.abc import Mapping
from datetime import date

from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.ladder.words import Confirmed
from shared.model.condition import ConditionKind, Measure

_KINDS = {
    ConditionKind.USED: "预算使用比例",
    ConditionKind.PACE: "预算使用进度",
    ConditionKind.FORECAST: "预测将超出目标",
    ConditionKind.BAROMETER: "总量目标完成情况（晴雨表）",
    ConditionKind.INTENSITY: "强度目标完成情况（晴雨表）",
    ConditionKind.LIMIT: "单位产品能耗限额执行情况",
    ConditionKind.INDICATOR: "规划指标完成情况",
    ConditionKind.CHILDREN: "下级目标之和超过上级目标",
    ConditionKind.TASK: "任务逾期",
    ConditionKind.QUALITY: "数据质量",
    ConditionKind.NO_DATA: "数据缺报",
    ConditionKind.CROSS_CHECK: "数据比对差异",
    ConditionKind.HEARTBEAT: "平台运行",
    ConditionKind.EXTERNAL: "外部系统预警",
}
_MEASURES = {Measure.ENERGY: "能耗双控", Measure.CARBON: "碳排放双控", Measure.DATA: "数据"}
_DEMANDS = ("书面说明有关情况",)
"""Where the ladder asks for nothing in particular."""
_UNNUMBERED = "（待编文号）"
_UNSIGNED = "（待签发）"


def letter_facts(
    step: Step, figures: Mapping[str, str], basis: str, source: str
) -> dict[str, object]:
    """The names that templates know.

    figures: `monitored` and `confirmed` in words, empty if there is none. basis: what stands in
    the place of statistics. source: the document that the ladder rests on.
    """
    confirmed = figures.get("confirmed", "")
    if not confirmed:
        on_record = step.rests_on is Confirmed.RECORD
        confirmed = basis if on_record and basis else "（尚无统计确认值）"
    return {
        "number": step.document or _UNNUMBERED,
        "department": step.department,
        "title": step.title,
        "addressee": step.answers,
        "subject": step.subject_name,
        "measure": _MEASURES[step.measure],
        "condition": _KINDS[step.condition],
        "about": step.about_name,
        "period": step.occasion.period,
        "level": step.level.chinese,
        "monitored": figures.get("monitored", "") or "（无监测值）",
        "confirmed": confirmed,
        "reasons": step.reasons,
        "clause": step.clause,
        "source": source,
        "demands": step.demands or _DEMANDS,
        "days": step.days,
        "deadline": deadline(step),
        "date": chinese_date(step.issued_on) if step.issued_on else _UNSIGNED,
        "answer": step.answer,
    }


def deadline(step: Step) -> str:
    """By when to answer, in words."""
    if step.due is None:
        return f"收到本文之日起{step.days}个工作日内"
    unsure = "，其中未公布放假安排的年份按工作日暂计" if step.provisional else ""
    return f"{chinese_date(step.due)}前（{step.days}个工作日{unsure}）"


def chinese_date(day: date) -> str:
    """As official documents write it: without leading noughts."""
    return f"{day.year}年{day.month}月{day.day}日"
