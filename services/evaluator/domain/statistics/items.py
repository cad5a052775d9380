"""The items that people make statements of: what they are called, their units, and how they add."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.records.statement import Statement


class Nature(StrEnum):
    """How numbers of several periods relate."""

    FLOW = "flow"
    """Amounts of a time: they add up over periods."""
    LEVEL = "level"
    """As it stands at the end of a period; nothing is added."""
    RATE = "rate"
    """A change or share of just that period; nothing is added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. units: the usual one first; empty for any. kinds: subjects that may have it.

    qualified: a statement must say what it is of (a product, a carrier, a gas). dated: amounts at
    constant prices, whose basis (the year of the prices) must be said.
    """

    code: str
    label: Label
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    nature: Nature = Nature.FLOW
    qualified: bool = False
    dated: bool = False


MONEY = ("万元", "亿元", "元")
ENERGY = ("tce", "万tce", "kgce")
CARBON = ("tCO2", "万tCO2", "kgCO2")
_ALIASES = {
    "CNY": "元",
    "10kCNY": "万元",
    "100MCNY": "亿元",
    "10k CNY": "万元",
    "100M CNY": "亿元",
    "吨标准煤": "tce",
    "万吨标准煤": "万tce",
    "10ktce": "万tce",
    "吨": "t",
    "万吨": "万t",
    "10kt": "万t",
    "人": "persons",
    "万人": "万persons",
    "万m³": "万m3",
    "m³": "m3",
    "mu": "亩",
    "10kmu": "万亩",
}
_SIZES = {
    "元": ("万元", Fraction(1, 10_000)),
    "亿元": ("万元", Fraction(10_000)),
    "万tce": ("tce", Fraction(10_000)),
    "kgce": ("tce", Fraction(1, 1000)),
    "万tCO2": ("tCO2", Fraction(10_000)),
    "kgCO2": ("tCO2", Fraction(1, 1000)),
    "万t": ("t", Fraction(10_000)),
    "kg": ("t", Fraction(1, 1000)),
    "万persons": ("persons", Fraction(10_000)),
    "万tkm": ("tkm", Fraction(10_000)),
    "亿tkm": ("tkm", Fraction(100_000_000)),
    "万pkm": ("pkm", Fraction(10_000)),
    "亿pkm": ("pkm", Fraction(100_000_000)),
    "万m3": ("m3", Fraction(10_000)),
    "亿m3": ("m3", Fraction(100_000_000)),
    "万m2": ("m2", Fraction(10_000)),
    "万亩": ("亩", Fraction(10_000)),
    "万kW": ("kW", Fraction(10_000)),
    "MW": ("kW", Fraction(1000)),
    "万kWh": ("kWh", Fraction(10_000)),
    "亿kWh": ("kWh", Fraction(100_000_000)),
    "MWh": ("kWh", Fraction(1000)),
}


def usual_unit(unit: str) -> tuple[str, Fraction]:
    """The unit that amounts are added in, and how many of it one `unit` is."""
    known = _ALIASES.get(unit, unit)
    return _SIZES.get(known, (known, Fraction(1)))


def _item(
    code: str,
    zh: str,
    en: str,
    units: tuple[str, ...] = (),
    *kinds: str,
    nature: Nature = Nature.FLOW,
    qualified: bool = False,
    dated: bool = False,
) -> Item:
    return Item(
        code=code,
        label=Label(zh, en),
        units=units,
        kinds=kinds,
        nature=nature,
        qualified=qualified,
        dated=dated,
    )


_PLACES = ("region", "tag")
_RATE = Nature.RATE
_LISTED = (
    _item("gdp", "地区生产总值", "GDP", MONEY, *_PLACES, dated=True),
    _item("gdp-growth", "地区生产总值增速", "GDP growth", ("%",), *_PLACES, nature=_RATE),
    _item("value-added", "增加值", "value added", MONEY, dated=True),
    _item("industrial-value-added", "工业增加值", "industrial value added", MONEY, dated=True),
    _item("industrial-value-added-growth", "工业增加值增速", "growth of industrial value added",
          ("%",), nature=_RATE),
    _item("output-value", "产值", "output value", MONEY),
    _item("product", "产品产量", "product output", (), qualified=True),
    _item("unit-energy", "单位产品能耗", "energy per unit of product", (), qualified=True,
          nature=_RATE),
    _item("condition", "生产条件", "condition of production", (), qualified=True, nature=_RATE),
    _item("freight-turnover", "货运周转量", "freight turnover", ("tkm", "万tkm", "亿tkm")),
    _item("passenger-turnover", "客运周转量", "passenger turnover", ("pkm", "万pkm", "亿pkm")),
    _item("passengers", "客运量", "passengers carried", ("persons", "万persons")),
    _item("population", "人口", "population", ("persons", "万persons"), nature=Nature.LEVEL),
    _item("energy-whole", "能源消费总量", "whole energy consumption", ENERGY, *_PLACES),
    _item("energy-unmonitored", "非重点用能单位能耗", "unmonitored energy", ENERGY, *_PLACES),
    _item("co2-whole", "二氧化碳排放总量", "whole CO2 emissions", CARBON, *_PLACES),
    _item("co2-unmonitored", "非重点单位碳排放", "unmonitored CO2", CARBON, *_PLACES),
    _item("energy-growth", "能耗增速", "growth of energy", ("%",), nature=_RATE),
    _item("carbon-growth", "碳排放增速", "growth of CO2", ("%",), nature=_RATE),
    _item("electricity-growth", "用电量增速", "growth of electricity", ("%",), nature=_RATE),
    _item("energy-intensity-change", "单位地区生产总值能耗变化率", "change of energy intensity",
          ("%",), nature=_RATE),
    _item("carbon-intensity-change", "单位地区生产总值二氧化碳变化率", "change of CO2 intensity",
          ("%",), nature=_RATE),
    _item("process-emission", "过程排放", "process emissions", (), qualified=True),
    _item("ghg", "温室气体排放", "greenhouse gas", ("t", "kg"), qualified=True),
    _item("opening-stock", "期初库存", "opening stock", (), qualified=True, nature=Nature.LEVEL),
    _item("purchase", "购进量", "purchases", (), qualified=True),
    _item("sale", "销售量", "sales", (), qualified=True),
    _item("closing-stock", "期末库存", "closing stock", (), qualified=True, nature=Nature.LEVEL),
    _item("feedstock-energy", "原料用能", "feedstock energy", ENERGY),
    _item("non-fossil-energy", "非化石能源消费", "non-fossil energy", ENERGY),
    _item("certificates-in", "转入绿证电量", "certificates received", ENERGY),
    _item("certificates-out", "转出绿证电量", "certificates given away", ENERGY),
    _item("new-renewable-energy", "新增可再生能源消费", "newly added renewable energy", ENERGY),
    _item("major-project-energy", "国家重大项目能耗", "energy of major projects", ENERGY),
    _item("sink", "碳汇量", "carbon sink", CARBON),
    _item("capacity", "产能或装机", "capacity", (), qualified=True, nature=Nature.LEVEL),
    _item("area", "面积", "area", (), qualified=True, nature=Nature.LEVEL),
    _item("stock-volume", "森林蓄积量", "forest stock", ("m3", "万m3"), nature=Nature.LEVEL),
    _item("share", "比重", "share", ("%",), qualified=True, nature=_RATE),
    _item("industrial-energy", "工业能耗", "industrial energy", ENERGY),
    _item("coal-for-power", "供电用标准煤", "standard coal for power supplied", ENERGY),
    _item("power-supply-coal-rate", "供电煤耗", "power-supply coal rate", ("gce/kWh",),
          nature=_RATE),
    _item("clean-energy", "清洁能源消费", "clean energy", ENERGY),
    _item("energy-saved", "节能量", "energy saved", ENERGY),
    _item("new-area", "新增面积", "new area", ("亩", "万亩"), qualified=True),
    _item("electricity-generated", "发电量", "electricity generated",
          ("kWh", "万kWh", "亿kWh", "MWh"), qualified=False),
    _item("electricity-supplied", "供电量", "electricity supplied",
          ("kWh", "万kWh", "亿kWh", "MWh")),
    _item("water", "用水量", "water use", ("m3", "万m3")),
    _item("pollutant", "主要污染物排放量", "pollutant emissions", ("t", "万t", "kg"),
          qualified=True),
)  # fmt: skip
ITEMS: Mapping[str, Item] = {item.code: item for item in _LISTED}


def item_of(code: str) -> Item:
    """The item; one that nobody listed is a plain flow of that name."""
    return ITEMS.get(code) or Item(code=code, label=Label(code, code))


def faults(statement: Statement, *, declared: frozenset[str] = frozenset()) -> tuple[Label, ...]:
    """What is wrong with the statement as an item; none when it may be recorded.

    declared: further item codes that are in use (an indicator names them).
    """
    item = ITEMS.get(statement.item)
    if item is None:
        return () if statement.item in declared else (_unknown(statement.item),)
    return tuple(_faults(statement, item))


def _unknown(code: str) -> Label:
    known = ", ".join(ITEMS)
    return Label(
        f"没有名为{code}的统计项目；已有：{known}", f"there is no item {code!r}; known: {known}"
    )


def _faults(statement: Statement, item: Item) -> list[Label]:
    found: list[Label] = []
    zh, en = item.label.zh, item.label.en
    kind = statement.subject.partition(":")[0]
    if item.kinds and kind not in item.kinds:
        found.append(Label(f"{zh}不能由{kind}申报", f"{en} is not stated for a {kind}"))
    if item.qualified and not statement.qualifier:
        found.append(Label(f"{zh}须说明是什么的", f"{en}: say of what, in the qualifier"))
    if item.dated and not statement.basis:
        found.append(Label(f"{zh}须说明不变价年份", f"{en}: say the year of prices, in the basis"))
    units = {usual_unit(unit)[0] for unit in item.units}
    if units and usual_unit(statement.unit)[0] not in units:
        allowed = ", ".join(item.units)
        found.append(
            Label(
                f"{zh}的单位不能是{statement.unit}，可用{allowed}",
                f"{en} is not measured in {statement.unit!r}; use {allowed}",
            )
        )
    return found
