"""The fixed words of a brief, in Chinese and in English."""

from collections.abc import Mapping

from services.alerts.domain.briefs.document import Colour
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.printing import both

CARBON_TOTAL, CARBON_INTENSITY = "carbon-total", "carbon-intensity"
ENERGY_TOTAL, ENERGY_INTENSITY = "energy-total", "energy-intensity"
CARBON_FIRST = (CARBON_TOTAL, CARBON_INTENSITY, ENERGY_TOTAL, ENERGY_INTENSITY)
ENERGY_FIRST = (ENERGY_TOTAL, ENERGY_INTENSITY, CARBON_TOTAL, CARBON_INTENSITY)

MEASURES: Mapping[str, Label] = {
    CARBON_TOTAL: Label("二氧化碳排放总量", "CO2 emissions"),
    CARBON_INTENSITY: Label("单位地区生产总值二氧化碳排放", "CO2 emissions per unit of GDP"),
    ENERGY_TOTAL: Label("能源消费总量", "energy consumption"),
    ENERGY_INTENSITY: Label("单位地区生产总值能耗", "energy consumption per unit of GDP"),
}
ARMS = {"carbon": Label("碳排放", "Carbon"), "energy": Label("能耗", "Energy")}
SCOPES = {
    "whole": Label("全社会", "whole region"),
    "monitored": Label("重点用能单位", "monitored key users"),
}
COLOURS: Mapping[str, Label] = {
    "red": Label("红色", "red"),
    "orange": Label("橙色", "orange"),
    "yellow": Label("黄色", "yellow"),
    "green": Label("绿色", "green"),
}
USER_LEVELS: Mapping[str, Label] = {**COLOURS, "notice": Label("提示", "notice")}
GREY = Label("未评级", "not rated")
WORST_FIRST = ("red", "orange", "yellow", "green")
CHANGES = {
    "better": Label("改善", "better"),
    "worse": Label("恶化", "worse"),
    "same": Label("持平", "unchanged"),
    "new": Label("新评级", "newly rated"),
    "lost": Label("由评级转为未评级", "no longer rated"),
    "none": Label("均未评级", "not rated in either period"),
}
BINDINGS = {
    "binding": Label("约束性", "binding"),
    "expected": Label("预期性", "expected"),
    "aim": Label("力争", "aim"),
}
WARNING_LEVELS = {
    "red": Label("红色", "red"),
    "orange": Label("橙色", "orange"),
    "yellow": Label("黄色", "yellow"),
    "notice": Label("提示", "notice"),
}
WARNING_MEASURES = {
    "carbon": Label("碳排放双控", "carbon"),
    "energy": Label("能耗双控", "energy"),
    "data": Label("数据", "data"),
}
KINDS = {
    "used": Label("预算使用比例", "share of a budget used"),
    "pace": Label("预算使用进度", "pace of a budget"),
    "forecast": Label("预测将超", "forecast to exceed"),
    "barometer": Label("总量晴雨表", "barometer of a total"),
    "intensity": Label("强度晴雨表", "barometer of an intensity"),
    "limit": Label("单耗限额", "limit per unit of product"),
    "indicator": Label("规划指标", "indicator of a plan"),
    "children": Label("分解之和超上级", "parts exceed the whole"),
    "task": Label("任务逾期", "overdue task"),
    "quality": Label("数据质量", "data quality"),
    "no-data": Label("数据缺报", "no data"),
    "cross-check": Label("数据比对差异", "cross-check"),
    "external": Label("外部预警", "external"),
}
GATES = {
    "slowed": Label("缓批", "slowed"),
    "restricted": Label("限批", "restricted"),
    "open": Label("开放", "open"),
}
TASK_STATES = {
    "done": Label("已完成", "done"),
    "done-late": Label("逾期完成", "done late"),
    "in-progress": Label("进行中", "in progress"),
    "not-started": Label("未启动", "not started"),
    "overdue": Label("已逾期", "overdue"),
    "dropped": Label("已取消", "dropped"),
}
FINDINGS = {
    "gap": Label("数据缺口", "gap"),
    "reset": Label("表计归零", "meter reset"),
    "rollover": Label("表计翻转", "meter rollover"),
    "implausible": Label("数值异常", "implausible value"),
    "conflict": Label("数据冲突", "conflict"),
}
VERSIONS = {
    "factors": Label("排放与折标因子", "factors"),
    "rule": Label("评级规则", "rating rule"),
    "target": Label("目标", "target"),
    "method": Label("核算方法", "method"),
    "catalogue": Label("名录", "catalogue"),
}
OUTPUT_STATES = {
    "final": Label("", ""),
    "preliminary": Label("（初步数）", " (preliminary)"),
    "missing": Label("", ""),
}
_BELOW = {
    ("prefecture", "15"): Label("盟市", "leagues and cities"),
    ("prefecture", "63"): Label("市州", "prefectures"),
    ("prefecture", "43"): Label("市州", "prefectures"),
    ("prefecture", "54"): Label("市地", "prefectures"),
    ("county", "15"): Label("旗县（市、区）", "banners and counties"),
}
_LEVELS = {
    "province": Label("省（区、市）", "provinces"),
    "prefecture": Label("市", "prefectures"),
    "county": Label("县（市、区）", "counties"),
}


def known(words: Mapping[str, Label], name: str) -> Label:
    """The word for the name, or the name itself where nobody foresaw it."""
    return words.get(name) or both(name)


def places_word(level: str, code: str) -> Label:
    """What regions of the level are called in the province of the code."""
    found = _BELOW.get((level, code[:2])) or _LEVELS.get(level)
    return found or Label("地区", "regions")


def colour_of(name: str) -> Colour:
    """The colour of a level; grey for what is not rated."""
    return Colour(name) if name in COLOURS else Colour.GREY
