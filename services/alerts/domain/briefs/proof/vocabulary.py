"""The proof's own words: what measures, scopes, units, colours and states are called."""

from collections.abc import Mapping

from services.alerts.domain.briefs.facts import Label


def table(rows: str) -> Mapping[str, Label]:
    """Lines of `key = Chinese = English`."""
    cut = (line.split(" = ") for line in rows.strip().splitlines())
    return {key.strip(): Label(zh, en) for key, zh, en in cut}


MEASURES = table("""
    carbon-total = 二氧化碳排放总量 = CO2 emissions
    carbon-intensity = 单位地区生产总值二氧化碳排放 = CO2 emissions per unit of GDP
    energy-total = 能源消费总量 = energy consumption
    energy-intensity = 单位地区生产总值能耗 = energy consumption per unit of GDP
""")
SCOPES = table("""
    whole = 全社会 = whole region
    monitored = 重点用能单位 = monitored key users
""")
LEVELS = table("""
    red = 红色 = red
    orange = 橙色 = orange
    yellow = 黄色 = yellow
    green = 绿色 = green
    notice = 提示 = notice
""")
UNRATED = Label("未评级", "not rated")
NOTHING = Label("暂无数据", "no data")
CHANGES = table("""
    better = 改善 = better
    worse = 恶化 = worse
    same = 持平 = unchanged
    new = 新评级 = newly rated
    lost = 由评级转为未评级 = no longer rated
    none = 均未评级 = not rated in either period
""")
BINDINGS = table("""
    binding = 约束性 = binding
    expected = 预期性 = expected
    aim = 力争 = aim
""")
ABOUT = table("""
    carbon = 碳排放双控 = carbon
    energy = 能耗双控 = energy
    data = 数据 = data
""")
CONDITIONS = table("""
    used = 预算使用比例 = share of a budget used
    pace = 预算使用进度 = pace of a budget
    forecast = 预测将超 = forecast to exceed
    barometer = 总量晴雨表 = barometer of a total
    intensity = 强度晴雨表 = barometer of an intensity
    limit = 单耗限额 = limit per unit of product
    indicator = 规划指标 = indicator of a plan
    children = 分解之和超上级 = parts exceed the whole
    task = 任务逾期 = overdue task
    quality = 数据质量 = data quality
    no-data = 数据缺报 = no data
    cross-check = 数据比对差异 = cross-check
    external = 外部预警 = external
""")
GATES = table("""
    restricted = 限批 = restricted
    slowed = 缓批 = slowed
""")
TASKS = table("""
    done = 已完成 = done
    done-late = 逾期完成 = done late
    in-progress = 进行中 = in progress
    not-started = 未启动 = not started
    overdue = 已逾期 = overdue
    dropped = 已取消 = dropped
""")
DEFECTS = table("""
    gap = 数据缺口 = gap
    reset = 表计归零 = meter reset
    rollover = 表计翻转 = meter rollover
    implausible = 数值异常 = implausible value
    conflict = 数据冲突 = conflict
""")
VERSIONS = table("""
    factors = 排放与折标因子 = factors
    rule = 评级规则 = rating rule
    target = 目标 = target
    method = 核算方法 = method
    catalogue = 名录 = catalogue
""")
# As they are said in a sentence, and (where it differs) over a table.
SPOKEN = table("""
    tce = 万吨标准煤 = ten-thousand tce
    tCO2 = 万吨 = ten-thousand tCO2
    tCO2e = 万吨二氧化碳当量 = ten-thousand tCO2e
    tce/万元 = 吨标准煤/万元 = tce per ten-thousand CNY
    tCO2/万元 = 吨/万元 = tCO2 per ten-thousand CNY
    tCO2e/万元 = 吨二氧化碳当量/万元 = tCO2e per ten-thousand CNY
    万元 = 亿元 = hundred-million CNY
""")
HEADED: Mapping[str, Label] = {
    **SPOKEN,
    **table("""
    tCO2 = 万吨二氧化碳 = ten-thousand tCO2
    tCO2/万元 = 吨二氧化碳/万元 = tCO2 per ten-thousand CNY
"""),
}
USERS = table("""
    tce = 吨标准煤 = tce
    tCO2 = 吨二氧化碳 = tCO2
    tCO2e = 吨二氧化碳当量 = tCO2e
    MWh = 兆瓦时 = MWh
    kWh = 万千瓦时 = ten-thousand kWh
""")
SIZES = {"tce": 10_000, "tCO2": 10_000, "tCO2e": 10_000, "万元": 10_000}
USER_SIZES = {"kWh": 10_000}
USER_PLACES = {"tce": 0, "tCO2": 0, "tCO2e": 0, "MWh": 0}
ARMS = table("""
    carbon = 碳排放 = Carbon
    energy = 能耗 = Energy
""")
_BELOW = table("""
    prefecture 15 = 盟市 = leagues and cities
    prefecture 63 = 市州 = prefectures
    prefecture 43 = 市州 = prefectures
    prefecture 54 = 市地 = prefectures
    county 15 = 旗县（市、区） = banners and counties
    province = 省（区、市） = provinces
    prefecture = 市 = prefectures
    county = 县（市、区） = counties
""")


def kind_of_places(level: str, code: str) -> Label:
    """What regions of the level are called where the code lies."""
    found = _BELOW.get(f"{level} {code[:2]}") or _BELOW.get(level)
    return found or Label("地区", "regions")
