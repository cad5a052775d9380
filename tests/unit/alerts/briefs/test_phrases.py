"""Numbers, directions and the worked numbers of published briefs as sentences."""

from dataclasses import replace
from fractions import Fraction

import pytest

from services.alerts.domain.briefs import facts as f
from services.alerts.domain.briefs import printing
from services.alerts.domain.briefs.document import (
    Chart,
    ChartKind,
    Document,
    Edition,
    Language,
    Paragraph,
    Table,
)
from services.alerts.domain.briefs.periods import day_name, period_name
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_facts, measured, moved, place

ZH, EN, OFFICE = Language.ZH, Language.EN, Edition.OFFICE


def paragraph(document: Document, name: str) -> str:
    """The text of the paragraph of the name."""
    return next(
        block.text
        for block in document.blocks
        if isinstance(block, Paragraph) and block.name == name
    )


def written(language: Language = ZH, **changes: object) -> Document:
    """The example with other figures in its situation."""
    facts = example_facts()
    situation = replace(facts.situation, **changes)  # type: ignore[arg-type]
    return write(replace(facts, situation=situation), language, OFFICE)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("0.05", 1, "0.1"),
        ("-0.05", 1, "-0.1"),
        ("0.049", 1, "0.0"),
        ("-0.049", 1, "0.0"),
        ("2.675", 2, "2.68"),
        ("-2.5", 0, "-3"),
        ("1/3", 3, "0.333"),
        ("1234567.5", 0, "1234568"),
    ],
)
def test_halves_go_away_from_nought(value: str, decimals: int, text: str) -> None:
    """四舍五入, and never a minus nought."""
    assert str(printing.rounded(Fraction(value), decimals)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.2345", "1.235"),
        ("0.1", "0.100"),
        ("0.0523449", "0.05234"),
        ("0.00523449", "0.005234"),
        ("0.01", "0.01000"),
        ("0", "0.000"),
    ],
)
def test_small_intensities_keep_four_digits(value: str, text: str) -> None:
    """Three decimals, but four digits that count below 0.1."""
    assert str(printing.amount(Fraction(value), "tce/万元")) == text


@pytest.mark.parametrize(
    ("now", "before", "zh"),
    [
        ("-0.1", "-9.3", "降幅收窄9.2个百分点"),
        ("-9.3", "-0.1", "降幅扩大9.2个百分点"),
        ("3.2", "2.0", "增幅扩大1.2个百分点"),
        ("2.0", "3.2", "增幅收窄1.2个百分点"),
        ("-1.0", "2.0", "由升转降，较上期回落3.0个百分点"),
        ("1.0", "-2.0", "由降转升，较上期回升3.0个百分点"),
        ("1.0", "1.0", "增幅与上期持平"),
        ("-1.0", "-1.0", "降幅与上期持平"),
        ("0.0", "-2.0", "较上期回升2.0个百分点"),
        ("-2.0", "0.04", "较上期回落2.0个百分点"),
        ("0.0", "0.0", "变化率与上期持平"),
    ],
)
def test_trends(now: str, before: str, zh: str) -> None:
    """The change of the change, by the printed numbers."""
    one, other = Fraction(now), Fraction(before)
    said = printing.trend(
        printing.percent(one), printing.percent(other), printing.percent(one - other)
    )
    assert said.zh == zh


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ("0.04", "持平", "unchanged"),
        ("-0.1", "小幅下降0.1%", "down slightly by 0.1%"),
        ("1.0", "增长1.0%", "up by 1.0%"),
        ("4.96", "明显增长5.0%", "up markedly by 5.0%"),
        ("-31.1", "大幅下降31.1%", "down sharply by 31.1%"),
    ],
)
def test_size_words_go_by_the_printed_number(change: str, zh: str, en: str) -> None:
    """Below 1 slight, from 5 marked, from 10 sharp."""
    said = printing.change(printing.percent(Fraction(change)), "energy-total", sized=True)
    assert (said.zh, said.en) == (zh, en)


def test_published_headline() -> None:
    """355.4 万吨标准煤, down by 0.1 per cent, the fall narrowed by 9.2 percentage points."""
    headline = measured("energy-total", 3_554_000, "-0.1", "-9.3")
    chinese = paragraph(written(measures=(headline,)), "overall.energy")
    assert (
        "能源消费总量（全社会口径）355.40万吨标准煤，同比小幅下降0.1%，降幅收窄9.2个百分点。"
        in chinese
    )
    english = paragraph(written(EN, measures=(headline,)), "overall.energy")
    assert "came to 355.40 ten-thousand tce, down slightly by 0.1% year on year" in english
    assert "the fall narrowed by 9.2 percentage points." in english


def test_published_pull_of_key_users() -> None:
    """Of 355.4 (−0.1 %), 137 key users with 273.0 (−3.6 %): 76.8 % of all, −2.9 points of pull."""
    whole, part = moved(3_554_000, "-0.1", "tce"), moved(2_730_000, "-3.6", "tce")
    assert whole.earlier.value
    assert part.now.value
    assert part.earlier.value
    assert whole.now.value
    group = f.Group(
        code="key-users",
        name=f.Label("重点用能单位", "Key users"),
        moved=part,
        share=100 * part.now.value / whole.now.value,
        pull=100 * (part.now.value - part.earlier.value) / whole.earlier.value,
        count=137,
    )
    label = f.Label("重点用能单位", "Key users")
    grouping = f.Grouping(
        name="key-users", label=label, measure="energy-total", whole=whole, parts=(group,),
        complete=False,
    )  # fmt: skip
    said = paragraph(written(groupings=(grouping,)), "fields.key-users.energy-total")
    assert said == (
        "重点用能单位（137家）273.00万吨标准煤，同比下降3.6%，占比76.8%，拉动总量下降2.9个百分点。"
    )


def _prefectures() -> tuple[f.Place, ...]:
    """14 prefectures: 9 up, 5 down, the largest as published."""
    largest = {"娄底": 5_959_600, "岳阳": 5_787_300, "湘潭": 3_847_100}
    names = [*largest, *"甲乙丙丁戊己庚辛壬癸子"]
    return tuple(
        f.Place(
            code=f"43{nth + 1:02d}00", name=name, level="prefecture", parent="430000",
            measures=(
                measured("energy-total", largest.get(name, 1_000_000 - nth),
                         f"{nth + 1}.5" if nth < 9 else f"-{nth}.5"),
            ),
        )
        for nth, name in enumerate(names)
    )  # fmt: skip


def test_published_counts_of_regions() -> None:
    """9 up and 5 down of 14; the three largest by amount, the three fastest, the greatest falls."""
    document = written(region="430000", places=_prefectures(), counties=())
    said = paragraph(document, "places.energy-total")
    assert "14个市州中，能源消费总量同比增长的9个、下降的5个。" in said
    assert (
        "总量居前3位的是娄底（595.96万吨标准煤）、岳阳（578.73万吨标准煤）、"
        "湘潭（384.71万吨标准煤）。" in said
    )
    assert "增速居前3位的是己（增长9.5%）、戊（增长8.5%）、丁（增长7.5%）。" in said
    assert "降幅居前3位的是子（下降13.5%）、癸（下降12.5%）、壬（下降11.5%）。" in said


def test_published_most_severe_county() -> None:
    """壶关 grew by 16 per cent and is called out; 沁县 fell by 31.1 per cent and is not."""
    counties = tuple(
        replace(place(code, name, "county", "140400", 0),
                measures=(measured("energy-total", 1_000_000, change),), rated=())
        for code, name, change in (
            ("140427", "壶关县", "16"), ("140430", "沁县", "-31.1"), ("140423", "襄垣县", "1"),
            ("140425", "平顺县", "2"),
        )
    )  # fmt: skip
    document = written(counties=counties)
    assert paragraph(document, "severe") == (
        "形势最严峻的地区有1个：壶关县（能源消费总量同比增长16.0%）。"
    )
    assert "降幅最大的是沁县（下降31.1%）。" in paragraph(document, "counties.energy-total")


def test_ties_share_a_rank() -> None:
    """What prints the same has the same rank, whatever stands behind it."""
    values = tuple(printing.percent(Fraction(text)) for text in ("3.04", "2.96", "5", "1"))
    assert printing.ranks(values) == (2, 2, 1, 4)


def test_missing_gdp_is_said_and_nothing_rated() -> None:
    """A preliminary brief has a banner, says that there is no GDP, and shows no levels."""
    facts = example_facts()
    nothing = f.Amount(unit="万元", missing=(f.Label("尚未发布", "not published yet"),))
    output = f.Output(moved=f.Moved(now=nothing, earlier=nothing), status="missing")
    situation = replace(facts.situation, output=output)
    document = write(replace(facts, situation=situation, preliminary=True), ZH, OFFICE)
    assert "初步数据，不作评级" in document.banner
    assert paragraph(document, "overall.output") == "地区生产总值暂无数据（尚未发布）。"
    assert "不作评级" in paragraph(document, "levels")
    assert "“碳排放强度”本期不作评级（初步数据）。" in paragraph(document, "overall.targets")
    cells = [
        cell
        for block in document.blocks
        if isinstance(block, Table) and block.name in ("targets", "ranking")
        for row in block.rows
        for cell in row
    ]
    assert {str(cell.colour) for cell in cells if cell.colour} == {"grey"}
    assert not [block for block in document.blocks if getattr(block, "kind", "") == ChartKind.MAP]


def test_targets_are_told_as_offices_publish_them() -> None:
    """Tianjin's 100.39 %, and the 12.75 % and 6.59 % a year that are left of 17 %: two decimals."""
    one, *others = example_facts().situation.own
    told = replace(
        one,
        progress=Fraction("100.3924"),
        required=Fraction(60),
        remaining=Fraction("12.7462"),
        each_year=Fraction("-6.5906"),
    )
    zh, en = (written(language, own=(told, *others)) for language in (ZH, EN))
    said = paragraph(zh, "overall.targets")
    assert "完成进度100.39%，高于序时进度（60.00%）40.39个百分点。" in said
    assert "剩余年份还需累计下降12.75%，年均下降6.59%。" in said
    assert "still to fall by 12.75% in the years left, each year down by 6.59%." in paragraph(
        en, "overall.targets"
    )
    (table,) = [
        block for block in zh.blocks if isinstance(block, Table) and block.name == "targets"
    ]
    assert {"100.39", "60.00", "12.75", "-6.59"} <= {cell.text for cell in table.rows[0]}


def test_levels_are_told_with_their_colour() -> None:
    """What a first level is differs from rule to rule; a name with the colour in it stays."""
    one, *others = example_facts().situation.own
    named = replace(one, colour="red", label=f.Label("一级", "level 1"))
    zone = replace(one, colour="red", label=f.Label("一级红灯区", "red zone"))
    for told, zh, en in (
        (named, "等级为红色（一级），", "level: red (level 1), "),
        (zone, "等级为一级红灯区，", "level: red zone, "),
    ):
        for language, words in ((ZH, zh), (EN, en)):
            document = written(language, own=(told, *others))
            assert words in paragraph(document, "overall.targets")


def test_energy_may_come_first() -> None:
    """The settings say which arm comes first, in title, sections and tables."""
    facts = example_facts()
    settings = replace(facts.settings, measure_first="energy")
    document = write(replace(facts, settings=settings), ZH, OFFICE)
    assert document.title == "内蒙古自治区2026年前三季度节能与降碳形势分析"
    names = [block.name for block in document.blocks]
    assert names.index("overall.energy") < names.index("overall.carbon")
    maps = [block.name for block in document.blocks if isinstance(block, Chart)]
    assert maps.index("map.energy") < maps.index("map.carbon")


def test_rules_propose_measures_by_figures() -> None:
    """A measure stands where its figure says so, with the figure; it goes when the figure does."""
    document = write(example_facts(), ZH, OFFICE)
    said = paragraph(document, "next.carbon-red")
    assert said.startswith("2. 对碳排放等级为红色的包头市、兴安盟，")
    assert said.endswith("（依据：碳排放等级为红色的地区2个）。")
    assert "较序时进度低5.20个百分点）。" in paragraph(document, "next.energy-gap")
    assert "（依据：逾期未办的预警2次）。" in paragraph(document, "next.warnings-overdue")
    names = [block.name for block in document.blocks]
    assert "next.completeness" not in names
    facts = example_facts()
    data = replace(facts.situation.data, completeness=Fraction("89.96"))
    assert "next.completeness" not in [block.name for block in written(data=data).blocks], (
        "it prints as 90.0"
    )
    data = replace(data, completeness=Fraction("89.94"))
    assert "（依据：数据完整率为89.9%）" in paragraph(written(data=data), "next.completeness")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2026Q1", "2026年一季度", "January to March 2026"),
        ("2026Q2", "2026年上半年", "January to June 2026"),
        ("2026Q3", "2026年前三季度", "January to September 2026"),
        ("2026Q4", "2026年", "2026"),
        ("2026Q3s", "2026年第三季度", "the third quarter of 2026"),
        ("2026M7", "2026年1—7月", "January to July 2026"),
        ("2026M6", "2026年1—6月", "January to June 2026"),
        ("2026M1", "2026年1月", "January 2026"),
        ("2026-07", "2026年7月", "July 2026"),
        ("2026H1", "2026年上半年", "January to June 2026"),
        ("2026H2", "2026年下半年", "the second half of 2026"),
        ("2026-2028", "2026—2028年", "2026 to 2028"),
        ("odd", "odd", "odd"),
    ],
)
def test_periods_have_names(text: str, zh: str, en: str) -> None:
    """前三季度 is January to September."""
    assert period_name(text) == f.Label(zh, en)


def test_days_have_names() -> None:
    """Dates as they are written; what is no date stays as it is."""
    assert day_name("2026-10-03T01:02:03Z") == f.Label("2026年10月3日", "3 October 2026")
    assert day_name("") == f.Label("", "")


def test_midterm_review_is_called_so() -> None:
    """The five-year plan's reviews have titles of their own."""
    facts = example_facts()
    span = replace(facts.situation.span, text="2026-2028", kind="midterm", single="")
    assert written(span=span).title == "内蒙古自治区2026—2028年降碳与节能形势中期评估"
    assert written(EN, span=span).title.endswith("2026 to 2028: Mid-term Review")


def test_a_year_that_is_over_is_not_forecast() -> None:
    """What the year came to is said, and nothing of its rest."""
    facts = example_facts()
    span = replace(facts.situation.span, text="2026", last="2026-12-31")
    said = paragraph(written(span=span), "outlook.carbon-total.monitored")
    assert "全年实际50417.95万吨" in said
    assert "预计" not in said
    assert "剩余时间" not in said


def test_without_a_brief_before_nothing_is_said_of_it() -> None:
    """Whether anything was corrected since a brief that never was is nobody's question."""
    facts = example_facts()
    data = replace(facts.situation.data, corrections=(), corrections_count=0)
    situation = replace(facts.situation, data=data)
    for before, said in ((None, False), (facts.before, True)):
        document = write(replace(facts, situation=situation, before=before), ZH, OFFICE)
        assert ("problems.corrections" in [block.name for block in document.blocks]) is said


def test_a_stated_whole_is_told_with_its_trend() -> None:
    """355.4 (−0.1 %, the fall narrowed by 9.2 points), before the key users among it."""
    energy = f.Moved(
        now=f.Amount(unit="tce", value=Fraction(3_554_000)),
        earlier=f.Amount(unit="tce", value=Fraction(3_554_000) / Fraction("0.999")),
        change=Fraction("-0.1"),
        change_before=Fraction("-9.3"),
        trend=Fraction("9.2"),
    )
    stated = f.Grouping(
        name="stated:industrial-energy:of-which",
        label=f.Label("工业能耗（统计数）", "industrial energy (as stated)"),
        measure="energy-total",
        whole=energy,
        parts=(),
        complete=False,
        printed_unit="1000",
    )
    name = "fields.stated:industrial-energy:of-which.energy-total"
    said = paragraph(written(groupings=(stated,)), name)
    assert said == "工业能耗（统计数）355.40万吨标准煤，同比小幅下降0.1%，降幅收窄9.2个百分点。"
    said = paragraph(written(EN, groupings=(stated,)), name)
    assert said.startswith("Industrial energy (as stated) came to 355.40 ten-thousand tce, down")
    assert said.endswith("the fall narrowed by 9.2 percentage points.")
