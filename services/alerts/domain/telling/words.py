"""What kinds of condition, measures and events are called in the languages of notices."""

from collections.abc import Mapping

from services.alerts.domain.handling import CloseReason
from services.alerts.domain.telling.contacts import Language
from services.alerts.domain.telling.ends import End
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

_ZH, _EN = Language.ZH, Language.EN

KINDS: Mapping[ConditionKind, Mapping[Language, str]] = {
    ConditionKind.USED: {_ZH: "预算使用", _EN: "budget used"},
    ConditionKind.PACE: {_ZH: "用量进度", _EN: "pace of use"},
    ConditionKind.FORECAST: {_ZH: "预测将超", _EN: "forecast to exceed"},
    ConditionKind.BAROMETER: {_ZH: "总量晴雨表", _EN: "barometer of a total"},
    ConditionKind.INTENSITY: {_ZH: "强度晴雨表", _EN: "barometer of an intensity"},
    ConditionKind.LIMIT: {_ZH: "单位产品能耗限额", _EN: "limit per unit of product"},
    ConditionKind.INDICATOR: {_ZH: "规划指标", _EN: "indicator of a plan"},
    ConditionKind.CHILDREN: {_ZH: "分解之和超过上级", _EN: "shares exceed their parent"},
    ConditionKind.TASK: {_ZH: "任务逾期", _EN: "task overdue"},
    ConditionKind.QUALITY: {_ZH: "数据质量", _EN: "data quality"},
    ConditionKind.NO_DATA: {_ZH: "数据中断", _EN: "no data"},
    ConditionKind.CROSS_CHECK: {_ZH: "数据比对差异", _EN: "sources differ"},
    ConditionKind.HEARTBEAT: {_ZH: "服务心跳", _EN: "heartbeat"},
    ConditionKind.EXTERNAL: {_ZH: "外部告警", _EN: "alert from outside"},
}
MEASURES: Mapping[Measure, Mapping[Language, str]] = {
    Measure.ENERGY: {_ZH: "能耗", _EN: "energy"},
    Measure.CARBON: {_ZH: "碳排放", _EN: "carbon"},
    Measure.DATA: {_ZH: "数据", _EN: "data"},
}
ENDS: Mapping[End, Mapping[Language, str]] = {
    End.RESOLVED: {_ZH: "已解除", _EN: "resolved"},
    End.CLOSED: {_ZH: "已关闭", _EN: "closed"},
    End.LOWERED: {_ZH: "已降级", _EN: "lowered"},
    End.ELSEWHERE: {_ZH: "改由其他单位接收", _EN: "told elsewhere"},
}
CLOSE_REASONS: Mapping[CloseReason, Mapping[Language, str]] = {
    CloseReason.HANDLED: {_ZH: "已处置", _EN: "handled"},
    CloseReason.FALSE: {_ZH: "误报", _EN: "false alarm"},
    CloseReason.DUPLICATE: {_ZH: "重复", _EN: "duplicate"},
    CloseReason.ACCEPTED: {_ZH: "经批准保留", _EN: "accepted by decision"},
}
_EVENTS_ZH = {
    "step": "响应措施",
    "gate": "项目审批闸口",
    "consultation": "会商",
    "silence": "静默",
    "warning": "预警",
    "brief": "形势分析",
    "errata": "形势分析勘误表",
}
_DEEDS_ZH = {
    "proposed": "已建议",
    "issued": "已下达",
    "reminded": "提醒",
    "overdue": "已逾期",
    "escalated": "已升级",
    "answered": "已答复",
    "withdrawn": "已撤回",
    "done": "已完成",
    "pending": "待第二人批准",
    "expiring": "即将到期",
    "expired": "已到期",
    "approved": "已批准",
    "restricted": "已限批",
    "slowed": "已缓批",
    "opened": "已恢复",
    "decided": "已作决定",
    "task_reminded": "任务提醒",
    "task_overdue": "任务已逾期",
    "returned": "答复被退回",
    "assigned": "已指派",
    "acknowledgement_expired": "确认已过期，尚无答复",
}
_WRITTEN = ("brief", "errata")
_OF_BRIEFS_ZH = {
    "waiting": "暂缓生成，等待数据",
    "stopped": "核对未通过，已停止",
    "prepared": "草稿待审",
    "edited": "草稿已修改",
    "approved": "已批准",
    "returned": "已退回修改",
    "published": "已发布",
    "errata": "勘误表草稿待审",
}


def kind_word(kind: str, language: Language) -> str:
    """The name of a kind of condition; somebody else's alert is called by its own name."""
    try:
        return KINDS[ConditionKind(kind)][language]
    except ValueError:
        return kind


def level_word(level: Level, language: Language) -> str:
    """The word for a level."""
    return level.chinese if language is Language.ZH else level.word


def event_word(event: str, language: Language) -> str:
    """An event's name: `step.overdue` is 响应措施已逾期; what is not known is left as it is."""
    thing, _, deed = event.partition(".")
    if language is Language.ZH:
        if thing in _WRITTEN:
            return _EVENTS_ZH[thing] + _OF_BRIEFS_ZH.get(deed, deed)
        return _EVENTS_ZH.get(thing, thing) + _DEEDS_ZH.get(deed, deed)
    return f"{thing} {deed}".replace("_", " ").strip()


def end_phrase(end: End, level: Level, by: str, because: str, language: Language) -> str:
    """How a warning that stands at `level` has ended: 已降为【提示】, 已由李处长关闭（误报）."""
    now, is_zh = level_word(level, language), language is Language.ZH
    if end is End.LOWERED:
        return f"已降为【{now}】" if is_zh else f"lowered to {now}"
    if end is End.ELSEWHERE:
        return f"改由其他单位接收，仍为【{now}】" if is_zh else f"told elsewhere, still {now}"
    if end is End.CLOSED:
        why = CLOSE_REASONS[CloseReason(because)][language]
        return f"已由{by}关闭（{why}）" if is_zh else f"closed by {by} ({why})"
    return ENDS[end][language]
