"""Small finished documents with every kind of part, for the forms that show them."""

from dataclasses import replace
from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Cell,
    Chart,
    ChartKind,
    Colour,
    Column,
    Document,
    Edition,
    Heading,
    Kind,
    Language,
    Paragraph,
    Sheet,
    Table,
)

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

SVG = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="400pt" height="200pt" viewBox="0 0 400 200"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><creator xmlns="http://purl.org/dc/elements/1.1/">drawn</creator></metadata>
 <defs><path id="bar" d="M 0 0 L 80 0 L 80 20 L 0 20 z"/>
  <clipPath id="edge"><rect x="0" y="0" width="400" height="200"/></clipPath></defs>
 <g id="figure_1" clip-path="url(#edge)">
  <use xlink:href="#bar" x="20" y="40" style="fill: #c0392b"/>
  <use xlink:href="#bar" x="20" y="80" style="fill: #27ae60"/>
 </g>
</svg>
"""

_LEVELS = (
    (Colour.RED, "红色", "red"),
    (Colour.ORANGE, "橙色", "orange"),
    (Colour.YELLOW, "黄色", "yellow"),
    (Colour.GREEN, "绿色", "green"),
    (Colour.GREY, "未评级", "not rated"),
)
_LEAGUES = ("呼和浩特市", "包头市", "乌海市", "赤峰市", "通辽市", "鄂尔多斯市", "呼伦贝尔市")
_BODY = (
    "前三季度，全区二氧化碳排放总量61234.50万吨，同比增长3.2%，增幅比上半年收窄1.4个百分点；"
    "单位地区生产总值二氧化碳排放同比下降2.1%，距年度目标尚差0.9个百分点。"
    "“十四五”以来累计下降12.6%，为进度目标的84.0%。"
)


def png(width: int = 640, height: int = 320) -> bytes:
    """A small picture with a cross."""
    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.plot([0, 1], [0, 1], color="#c0392b")
    axes.plot([0, 1], [1, 0], color="#27ae60")
    made = BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def levels_table(rows: int = 7) -> Table:
    """Regions with their levels: words, numbers and colours."""
    columns = (
        Column(name="place", label="位次", is_number=True),
        Column(name="region", label="盟市", share=3),
        Column(name="total", label="排放总量（万吨二氧化碳）", is_number=True, share=3),
        Column(name="change", label="同比（%）", is_number=True, share=2),
        Column(name="level", label="等级", share=2),
    )
    made = []
    for place in range(rows):
        colour, word, _ = _LEVELS[place % len(_LEVELS)]
        name = _LEAGUES[place % len(_LEAGUES)]
        made.append(
            (
                Cell(text=str(place + 1)),
                Cell(text=name if place < len(_LEAGUES) else f"{name}第{place}旗"),
                Cell(text=f"{9876.54 - place * 12.34:.2f}"),
                Cell(text="暂无数据" if colour is Colour.GREY else f"{5.1 - place * 0.7:.1f}"),
                Cell(text=word, colour=colour),
            )
        )
    return Table(
        name="levels",
        caption="表1 各盟市碳排放强度晴雨等级",
        columns=columns,
        rows=tuple(made),
        notes=("注：等级按《完成情况晴雨表》划分，“未评级”为地区生产总值尚未公布。",),
        whole_rows=None,
    )


def wide_table(rows: int = 40) -> Table:
    """More columns of numbers than an upright page has room for."""
    columns = (
        Column(name="region", label="旗县", share=3),
        *(
            Column(
                name=f"n{place}", label=f"第{place}项指标（万吨标准煤）", is_number=True, share=2
            )
            for place in range(1, 13)
        ),
    )
    made = tuple(
        (
            Cell(text=f"某某左翼中旗{row}"),
            *(Cell(text=f"{row * 1000 + place + 0.25:.2f}") for place in range(1, 13)),
        )
        for row in range(1, rows + 1)
    )
    return Table(
        name="counties",
        caption="附表1 分旗县情况",
        columns=columns,
        rows=made,
        whole_rows=rows + 60,
    )


def chart() -> Chart:
    """A map whose picture the tests bring along."""
    return Chart(
        name="map",
        kind=ChartKind.MAP,
        caption="图1 各盟市碳排放强度晴雨图",
        alt="地图：红色1个，橙色2个，黄色2个，绿色5个，未评级2个。",
        legend=((Colour.RED, "红色"), (Colour.GREEN, "绿色")),
        notes=("注：底图未经审图，仅作示意。",),
    )


def chinese() -> Document:
    """A brief with every kind of part, and words that forms must escape."""
    blocks: tuple[Block, ...] = (
        Heading(level=1, text="一、总体情况", name="overview"),
        Heading(level=2, text="（一）碳排放", name="carbon"),
        Paragraph(text=_BODY, name="carbon-total"),
        Heading(level=3, text="1. 强度", name="intensity"),
        Paragraph(text=_BODY * 3, name="carbon-intensity"),
        levels_table(),
        Paragraph(text="注：本节为初步数据。", name="preliminary", kind=Kind.NOTE),
        chart(),
        Heading(level=1, text="二、下一步措施", name="measures"),
        Paragraph(
            text="请“两高”项目集中的盟市<尽快>核实 A&B 公司等3户企业。\n二是加强调度。",
            name="remark",
            kind=Kind.REMARK,
        ),
        Annex(text="附表1", name="annex-1"),
        wide_table(),
        Annex(text="附表2", name="annex-2"),
        Paragraph(text=_BODY, name="annex-text"),
    )
    return Document(
        language=Language.ZH,
        edition=Edition.OFFICE,
        title="内蒙古自治区2026年前三季度降碳和能耗双控形势分析预警",
        subtitle="（2026年1—9月）",
        number="晴雨形势〔2026〕3号",
        banner=("草稿", "初步数据，不作评级"),
        issuer="内蒙古自治区发展和改革委员会",
        date="2026年10月27日",
        copies="抄送：自治区生态环境厅，自治区统计局，各盟行政公署、市人民政府。",
        blocks=blocks,
        sheets=sheets(),
        digest=DIGEST,
    )


def english() -> Document:
    """The same parts in English."""
    text = (
        "In the first three quarters emissions of carbon dioxide were 612.35 Mt, up 3.2 % on the "
        "year before; the rise narrowed by 1.4 percentage points against the first half."
    )
    table = levels_table()
    labels = ("Rank", "League", "Emissions (10 kt CO2)", "On the year (%)", "Level")
    rows = tuple(
        (*row[:4], replace(row[4], text=_LEVELS[place % len(_LEVELS)][2]))
        for place, row in enumerate(table.rows)
    )
    columns = tuple(
        replace(column, label=label) for column, label in zip(table.columns, labels, strict=True)
    )
    blocks: tuple[Block, ...] = (
        Heading(level=1, text="1. Overview", name="overview"),
        Heading(level=2, text="1.1 Carbon", name="carbon"),
        Paragraph(text=f"{text} “Two highs” — see the table.", name="carbon-total"),
        Heading(level=3, text="1.1.1 Intensity", name="intensity"),
        Paragraph(text=" ".join([text] * 4), name="carbon-intensity"),
        replace(
            table, caption="Table 1  Levels of the leagues", columns=columns, rows=rows, notes=()
        ),
        replace(
            chart(), caption="Figure 1  Levels of the leagues", alt="One league red.", notes=()
        ),
        Annex(text="Annex 1", name="annex-1"),
        Paragraph(text=text, name="annex-text"),
    )
    return replace(
        chinese(),
        language=Language.EN,
        title="Carbon and energy situation of Inner Mongolia, January to September 2026",
        subtitle="(preliminary)",
        number="Qingyu situation [2026] no. 3",
        banner=("Draft",),
        issuer="Development and Reform Commission",
        date="27 October 2026",
        copies="Copies: Department of Ecology and Environment.",
        blocks=blocks,
    )


def sheets(rows: int = 50) -> tuple[Sheet, ...]:
    """Two sheets whose names a spreadsheet would not take as they are."""
    columns = (
        Column(name="key", label="企业代码"),
        Column(name="name", label="企业名称"),
        Column(name="used", label="综合能源消费量（吨标准煤）", is_number=True),
        Column(name="change", label="同比（%）", is_number=True),
        Column(name="note", label="说明"),
    )
    made = tuple(
        (
            f"{150000000000 + row:018d}",
            f"某某能源化工有限责任公司第{row}分厂",
            str(123456 + row * 7),
            "暂无数据" if row % 10 == 0 else f"{row / 8 - 3:.1f}",
            "=1+1" if row % 2 else "",
        )
        for row in range(rows)
    )
    return (
        Sheet(
            name="enterprises", label="企业预算执行（全部/含未公开）", columns=columns, rows=made
        ),
        Sheet(name="again", label="企业预算执行（全部:含未公开）", columns=columns, rows=made[:3]),
    )
