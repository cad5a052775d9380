"""A fixed, rich example of a brief's facts: a province with leagues, counties and enterprises."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from services.alerts.adapters.briefs.measures_file import shipped
from services.alerts.domain.briefs import facts as f
from tests.unit.alerts.briefs.example_work import LEAGUES, UNITS, desk, outlook, tasks

HUNDRED = Fraction(100)
COUNTIES = (
    "新城区", "回民区", "土默特左旗", "昆都仑区", "青山区", "九原区", "达尔罕茂明安联合旗",
    "海勃湾区", "海南区", "红山区", "松山区", "敖汉旗", "科尔沁区", "霍林郭勒市", "奈曼旗",
    "东胜区", "达拉特旗", "准格尔旗", "伊金霍洛旗", "海拉尔区", "满洲里市", "临河区",
    "乌拉特前旗", "集宁区", "丰镇市", "察哈尔右翼后旗", "乌兰浩特市", "锡林浩特市", "二连浩特市",
    "阿拉善左旗",
)  # fmt: skip
_COUNTY_LEAGUES = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8,
                   9, 10, 10, 11)  # fmt: skip
_LEVELS = {
    "red": (f.Label("一级", "level 1"), 4),
    "orange": (f.Label("二级", "level 2"), 3),
    "yellow": (f.Label("二级", "level 2"), 2),
    "green": (f.Label("三级", "level 3"), 0),
}
_NAMES = {
    "carbon-total": f.Label("二氧化碳排放总量", "CO2 emissions"),
    "carbon-intensity": f.Label("碳排放强度", "CO2 intensity"),
    "energy-total": f.Label("能源消费总量", "energy consumption"),
    "energy-intensity": f.Label("能耗强度", "energy intensity"),
}
ENTERPRISES = 300
INDUSTRIES = (
    ("06", "煤炭开采和洗选业", "Coal mining"),
    ("25", "石油、煤炭及其他燃料加工业", "Fuel processing"),
    ("26", "化学原料和化学制品制造业", "Chemicals"),
    ("30", "非金属矿物制品业", "Non-metallic minerals"),
    ("31", "黑色金属冶炼和压延加工业", "Ferrous metals"),
    ("32", "有色金属冶炼和压延加工业", "Non-ferrous metals"),
    ("44", "电力、热力生产和供应业", "Electricity and heat"),
    ("13", "农副食品加工业", "Food processing"),
)
_SIX = ("25", "26", "30", "31", "32", "44")
_SHARES = (16, 9, 21, 5, 14, 12, 22, 1)


def moved(
    now: Fraction | int | str, change: Fraction | str | None, unit: str, before: str | None = None
) -> f.Moved:
    """An amount that changed by so many per cent, and by `before` in the period before."""
    value = Fraction(now)
    if change is None:
        reason = f.Label("缺少上年同期数据", "no data for the year before")
        return f.Moved(
            now=f.Amount(unit=unit, value=value), earlier=f.Amount(unit=unit, missing=(reason,))
        )
    rate = Fraction(change)
    earlier = value / (1 + rate / 100)
    last = None if before is None else Fraction(before)
    return f.Moved(
        now=f.Amount(unit=unit, value=value),
        earlier=f.Amount(unit=unit, value=earlier),
        change=rate,
        change_before=last,
        trend=None if last is None else rate - last,
    )


def measured(
    measure: str, now: Fraction | int | str, change: str | None, before: str | None = None,
    *, scope: str = "whole", main: bool = True, single: f.Moved | None = None,
) -> f.Measured:  # fmt: skip
    """A measure with how it moved."""
    found = moved(now, change, UNITS[measure], before)
    return f.Measured(measure=measure, scope=scope, main=main, moved=found, single=single)


def rated(measure: str, colour: str, change: str = "same", **more: object) -> f.Rated:
    """A target's level in a colour; an empty colour is not rated."""
    label, severity = _LEVELS.get(colour, (f.Label("未评级", "not rated"), None))
    plain = f.Rated(
        target=f"{measure}-15",
        target_name=_NAMES[measure],
        measure=measure,
        measure_label=_NAMES[measure],
        scope="whole",
        state="rated" if colour else "not-rated",
        colour=colour or "not-rated",
        label=label,
        change=change,
        binding="binding",
        rule="N2021H1",
        rule_version="1",
        target_version=1,
        severity=severity,
        reasons=() if colour else (f.Label("缺少2026年数据", "no data for 2026"),),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def place(code: str, name: str, level: str, parent: str, nth: int) -> f.Place:
    """A region whose figures follow from its place in the list."""
    carbon, energy = 4_000_000 + 910_000 * (nth * 7 % 13), 1_500_000 + 370_000 * (nth * 5 % 11)
    change = Fraction((nth * 37 % 41) - 18, 2) + Fraction(3, 100)
    if level == "county":
        carbon, energy = carbon // 6, energy // 6
    colours = ("green", "yellow", "green", "red", "green", "yellow", "green", "")
    colour = colours[nth * 3 % 8]
    trend = ("same", "worse", "better", "same", "worse")[nth % 5] if colour else "none"
    energy_change = None if nth == 7 and level == "county" else str(change / 2 - 1)
    per_carbon, per_energy = Fraction(carbon, 2_345_678), Fraction(energy, 2_345_678)
    return f.Place(
        code=code,
        name=name,
        level=level,
        parent=parent,
        measures=(
            measured("carbon-total", carbon, str(change), str(change + 2)),
            measured("carbon-intensity", per_carbon, str(change - 4)),
            measured("energy-total", energy, energy_change),
            measured("energy-intensity", per_energy, str(change - 5)),
        ),
        rated=(
            rated("carbon-intensity", colour, trend, rank=nth + 1),
            rated("energy-intensity", colours[nth * 5 % 8], "same"),
        ),
        completeness=HUNDRED - Fraction(nth * 17 % 29, 10),
    )


def groupings() -> tuple[f.Grouping, ...]:
    """Sectors, industries, the six, key users and a stated grouping."""
    whole = moved(480_000_000, Fraction("1.8"), "tCO2")
    energy = moved(210_000_000, Fraction("-0.4"), "tce")
    industries = _parts(whole, INDUSTRIES, _SHARES)
    six = tuple(one for one in industries if one.code in _SIX)
    sectors = (
        ("industry", "工业", "Industry"),
        ("transport", "交通运输", "Transport"),
        ("buildings", "建筑", "Buildings"),
    )
    users = replace(_parts(energy, (("key-users", "重点用能单位", "Key users"),), (77,))[0],
                    count=ENTERPRISES)  # fmt: skip
    return (
        _grouping("sector", "分领域", "By sector", "carbon-total",
                  whole, _parts(whole, sectors, (78, 9, 13))),
        _grouping("sector", "分领域", "By sector", "energy-total",
                  energy, _parts(energy, sectors, (80, 8, 12))),
        _grouping("industry", "分行业", "By industry", "carbon-total", whole, industries),
        replace(_grouping("six", "六大高耗能行业", "Six industries", "carbon-total", whole, six),
                complete=False),
        replace(_grouping("key-users", "重点用能单位", "Key users", "energy-total", energy,
                          (users,)), complete=False),
    )  # fmt: skip


def _grouping(
    name: str, zh: str, en: str, measure: str, whole: f.Moved, parts: tuple[f.Group, ...]
) -> f.Grouping:
    return f.Grouping(name=name, label=f.Label(zh, en), measure=measure, whole=whole, parts=parts)


def _parts(
    whole: f.Moved, names: Sequence[tuple[str, str, str]], shares: Sequence[int]
) -> tuple[f.Group, ...]:
    """Parts by share of now; a year earlier their shares were a little others, same sum."""
    now, earlier = whole.now.value or Fraction(0), whole.earlier.value or Fraction(0)
    shift = [Fraction((nth % 3) - 1, 2) for nth in range(len(names))]
    shift[-1] -= sum(shift, Fraction(0))
    found = []
    for (code, zh, en), share, less in zip(names, shares, shift, strict=True):
        mine, then = now * share / 100, earlier * (share - less) / 100
        change = 100 * (mine / then - 1)
        unit = whole.now.unit
        found.append(
            f.Group(
                code=code,
                name=f.Label(zh, en),
                moved=f.Moved(
                    now=f.Amount(unit=unit, value=mine),
                    earlier=f.Amount(unit=unit, value=then),
                    change=change,
                ),
                share=Fraction(share),
                share_change=less,
                pull=100 * (mine - then) / earlier,
            )
        )
    return tuple(found)


def users(count: int = ENTERPRISES) -> f.Users:
    """Enterprises, the largest first; some without a budget, a few over it."""
    nths = range(count)
    energy = [Fraction(9_000_000, nth + 3) for nth in nths]
    used = [None if nth % 10 == 9 else Fraction(60 + nth * 13 % 45) + Fraction(nth % 7, 10)
            for nth in nths]  # fmt: skip
    levels = ["" if one is None else "red" if one > 100 else "green" if one < 75 else "yellow"
              for one in used]  # fmt: skip
    return f.Users(
        code=tuple(f"9115{nth:06d}" for nth in nths),
        name=tuple(f"内蒙古第{nth + 1}能源化工有限责任公司" for nth in nths),
        county=tuple(f"15{nth % 30 + 1:04d}" for nth in nths),
        industry=tuple(INDUSTRIES[nth % 8][0] for nth in nths),
        energy=tuple(energy),
        energy_earlier=tuple(one * Fraction(98 + nth % 5, 100) for nth, one in enumerate(energy)),
        carbon=tuple(one * Fraction(26, 10) for one in energy),
        carbon_earlier=tuple(None if nth % 11 == 3 else one * 2 for nth, one in enumerate(energy)),
        completeness=tuple(Fraction(90 + nth % 11) for nth in nths),
        budget=tuple("" if one is None else f"B{nth}" for nth, one in enumerate(used)),
        limit=tuple(None if part is None else one * 130 / part for one, part in zip(energy, used,
                                                                                  strict=True)),
        limit_unit=tuple("" if one is None else "tce" for one in used),
        used=tuple(used),
        due=tuple(None if one is None else Fraction(75) for one in used),
        level=tuple(levels),
        public=tuple(nth % 4 == 0 for nth in nths),
    )  # fmt: skip


def span(text: str = "2026Q3") -> f.Span:
    """The first three quarters of 2026."""
    return f.Span(
        text=text, kind="quarter", first="2026-01-01", last="2026-09-30", cumulative=True,
        over=True, zone="Asia/Shanghai", single="2026Q3s", earlier="2025Q3", before="2026H1",
    )  # fmt: skip


def _measures() -> tuple[f.Measured, ...]:
    single = moved(161_000_000, Fraction("-1.3"), "tCO2", "2.2")
    energy = moved(70_200_000, Fraction("-2.1"), "tce", "0.6")
    return (
        measured("carbon-total", 480_000_000, "1.8", "2.9", single=single),
        measured("carbon-total", 371_000_000, "2.4", "3.0", scope="monitored", main=False),
        measured("carbon-intensity", Fraction(480_000_000, 180_000_000), "-3.2", "-2.5"),
        measured("energy-total", 210_000_000, "-0.4", "0.8", single=energy),
        measured("energy-total", 161_700_000, "0.2", "1.1", scope="monitored", main=False),
        measured("energy-intensity", Fraction(210_000_000, 180_000_000), "-5.3", "-4.4"),
    )


def _own() -> tuple[f.Rated, ...]:
    plan = {
        "since_base": Fraction("-3.2"), "progress": Fraction("17.4"), "required": Fraction("15.0"),
        "remaining": Fraction("14.3"), "each_year": Fraction("-3.6"), "target_value": Fraction(17),
    }  # fmt: skip
    energy = plan | {"progress": Fraction("9.8"), "remaining": Fraction("12.2")}
    return (
        rated("carbon-intensity", "green", "better", **plan),
        rated("energy-intensity", "yellow", "same", **energy),
    )


def _corrections() -> tuple[f.Correction, ...]:
    return (
        f.Correction(figure="region:150000/energy-total/2026H1", old="140200000.5",
                     new="140180000", cause="企业补报", at="2026-08-03T02:00:00Z"),
        f.Correction(figure="region:150200/carbon-total/2026H1", old=None, new="48000000",
                     cause="迟报数据", at="2026-08-11T02:00:00Z"),
    )  # fmt: skip


def example_situation() -> f.Situation:
    """Inner Mongolia in the first three quarters of 2026, all made up."""
    leagues = tuple(
        place(code, name, "prefecture", "150000", n) for n, (code, name) in enumerate(LEAGUES)
    )
    counties = tuple(
        place(f"15{n + 1:04d}", name, "county", LEAGUES[_COUNTY_LEAGUES[n]][0], n)
        for n, name in enumerate(COUNTIES)
    )
    return f.Situation(
        form=1,
        region="150000",
        name="内蒙古自治区",
        level="province",
        parents=("100000",),
        span=span(),
        commit=1234,
        at="2026-10-20T01:30:00Z",
        catalogue_version=57,
        output=f.Output(
            moved=moved(180_000_000, Fraction("5.2"), "万元", "5.4"), status="final", basis="2025"
        ),
        measures=_measures(),
        own=_own(),
        places=leagues,
        counties=counties,
        groupings=groupings(),
        users=users(),
        outlook=(
            outlook("carbon-total", 371_000_000, 495_000_000, "1.2"),
            outlook("energy-total", 161_700_000, 214_000_000, "-0.8"),
        ),
        tasks=tasks(),
        data=f.DataState(
            points=1200, enterprises=300, reporting=296, completeness=Fraction("98.2"),
            estimated=Fraction("0.7"), coverage_energy=Fraction(77),
            coverage_carbon=Fraction("77.3"), findings={"gap": 4, "reset": 3},
            corrections=_corrections(), corrections_count=2,
        ),
        versions=(
            f.Version(kind="factors", code="grid", name=f.Label("电网排放因子", "Grid factors"),
                      version="2023"),
            f.Version(kind="rule", code="N2021H1",
                      name=f.Label("2021年上半年晴雨表规则", "Barometer rule"), version="1"),
        ),
    )  # fmt: skip


def example_facts() -> f.Facts:
    """The example with what the desk knows and a number."""
    return f.Facts(
        situation=example_situation(),
        desk=desk(),
        before=f.Before(
            number="晴雨形势〔2026〕2号", id="b2", published_at="2026-07-22T08:00:00Z",
            period="2026H1", commit=987,
        ),
        settings=f.WritingSettings(
            issuer=f.Label("内蒙古自治区生态环境厅", "Inner Mongolia Department of Ecology"),
            copies=f.Label("自治区发展改革委", "Development and Reform Commission"),
            map_name="150000",
            proposals=shipped(),
        ),
        remarks={"overall": "三季度用能低于上半年，主要是高耗能行业错峰检修。"},
        number="晴雨形势〔2026〕3号",
        date="2026-10-23",
        digest="0" * 64,
    )  # fmt: skip
