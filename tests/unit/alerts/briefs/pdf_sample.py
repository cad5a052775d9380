"""A made-up brief with all that a page must bear: long texts, wide tables, pictures, annexes."""

from dataclasses import replace

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

PLACES = (
    "呼和浩特市",
    "包头市",
    "乌海市",
    "赤峰市",
    "通辽市",
    "鄂尔多斯市",
    "呼伦贝尔市",
    "巴彦淖尔市",
    "乌兰察布市",
    "兴安盟",
    "锡林郭勒盟",
    "阿拉善盟",
)
_WORDS = (
    "前三季度全区规模以上工业能源消费总量同比增长百分之三点二单位地区生产总值能耗同比下降百分之二点八"
    "完成年度目标进度好于时序要求其中电力热力生产和供应业黑色金属冶炼和压延加工业化学原料和化学制品制造业"
)
_SENTENCES = (
    "1—9月，全区单位地区生产总值二氧化碳排放同比下降4.1%，降幅较上半年扩大0.6个百分点；能源消费总量"
    "18,927.35万吨标准煤，同比增长3.2%，增速较上半年回落0.4个百分点。分行业看，“两高”行业能耗占比"
    "68.3%，拉动全区能耗增长2.1个百分点（其中：电力、热力生产和供应业1.3个百分点）。"
)
SQUARE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 380" width="600" height="380">'
    b'<rect width="600" height="380" fill="#eef3f8"/><rect x="40" y="60" width="380" height="30" '
    b'fill="#c5221f"/><rect x="40" y="120" width="240" height="30" fill="#e0a800"/>'
    b'<path d="M40 300 L200 220 L330 250 L560 120" stroke="#1e6fb8" stroke-width="4" fill="none"/>'
    b"</svg>"
)


def full_lines(lines: int) -> str:
    """So many lines of 28 Chinese characters, the first one two characters shorter."""
    return (_WORDS * 40)[: lines * 28 - 2]


def body(text: str, name: str = "body", kind: Kind = Kind.BODY) -> Paragraph:
    """A paragraph."""
    return Paragraph(text=text, name=name, kind=kind)


def levels() -> Table:
    """The barometer: colours with their words."""
    columns = (
        Column(name="place", label="地区", share=3),
        Column(name="now", label="能耗强度预警等级", share=3),
        Column(name="carbon", label="碳排放强度预警等级", share=3),
        Column(name="change", label="同比（%）", is_number=True, share=2),
    )
    colours = tuple(Colour)
    words = ("绿色", "黄色", "橙色", "红色", "不评级")
    rows = tuple(
        (
            Cell(text=place),
            Cell(text=words[at % 5], colour=colours[at % 5]),
            Cell(text=words[(at * 2) % 5], colour=colours[(at * 2) % 5]),
            Cell(text=f"{at - 6}.{at % 10}"),
        )
        for at, place in enumerate(PLACES)
    )
    notes = ("注：红色表示形势十分严峻，橙色表示比较严峻。",)
    return Table(
        name="levels", caption="表1  各盟市预警等级", columns=columns, rows=rows, notes=notes
    )


def wide(rows: int) -> Table:
    """An annex of many columns and rows."""
    labels = (
        "用能预算",
        "累计用能",
        "执行率",
        "时序进度",
        "同比",
        "预计全年",
        "二氧化碳排放",
        "碳预算执行率",
    )
    columns = (
        Column(name="nth", label="序号", is_number=True),
        Column(name="name", label="用能单位名称", share=6),
        Column(name="code", label="统一社会信用代码", share=4),
        Column(name="trade", label="行业", share=4),
        *(Column(name=f"c{at}", label=label, is_number=True) for at, label in enumerate(labels)),
        Column(name="level", label="等级", share=2),
    )
    return Table(
        name="users",
        caption="重点用能单位用能预算执行情况（吨标准煤、吨二氧化碳、%）",
        columns=columns,
        rows=tuple(_user(at) for at in range(rows)),
        whole_rows=17_000,
    )


def _user(at: int) -> tuple[Cell, ...]:
    names = (
        "内蒙古鄂尔多斯高新材料股份有限公司",
        "包头钢铁（集团）有限责任公司第三炼铁厂",
        "乌海化工",
    )
    numbers = (1_234_567 + at, 987_654 - at, 80.1, 75.0, -3.2, 1_300_000, 2_345_678, 101.3)
    return (
        Cell(text=str(at + 1)),
        Cell(text=names[at % 3]),
        Cell(text=f"91150{at:013d}"),
        Cell(text="化学原料和化学制品制造业"),
        *(Cell(text=f"{number:,}") for number in numbers),
        Cell(text="红色", colour=Colour.RED),
    )


def chart(name: str, caption: str) -> Chart:
    """A picture."""
    return Chart(name=name, kind=ChartKind.BARS, caption=caption, alt=f"{caption}：示意")


def blocks() -> tuple[Block, ...]:
    """Text, tables, pictures and two annexes."""
    return (
        Heading(level=1, text="一、总体情况", name="overall"),
        *(body(_SENTENCES * 2, f"p{at}") for at in range(3)),
        Heading(level=2, text="（一）碳排放强度", name="carbon"),
        body(_SENTENCES),
        chart("pull", "图1  主要行业对能耗增长的拉动"),
        body(_SENTENCES * 2),
        Heading(level=1, text="二、预警等级", name="levels"),
        body(_SENTENCES),
        levels(),
        body(_SENTENCES * 3),
        Heading(level=3, text="1. 企业说明", name="remarks"),
        body("经核实，部分企业停产检修。\n有关盟市已报送整改方案。", "remark", Kind.REMARK),
        chart("burn", "图2  用能预算执行进度"),
        body(_SENTENCES * 2),
        body("本简报数据为初步核算数，口径见附表2。", "note", Kind.NOTE),
        Annex(text="附表1  重点用能单位用能预算执行情况", name="users"),
        wide(60),
        Annex(text="附表2  数据与口径说明", name="data"),
        body(_SENTENCES),
        levels(),
    )


def brief(*content: Block) -> Document:
    """A brief of these blocks, or of all kinds of them."""
    return Document(
        language=Language.ZH,
        edition=Edition.OFFICE,
        title="内蒙古自治区2026年前三季度碳排放双控和能耗双控形势分析",
        subtitle="（2026年1—9月）",
        number="晴雨形势〔2026〕3号",
        banner=("草稿", "初步数据，不作评级"),
        issuer="内蒙古自治区发展和改革委员会",
        date="2026年10月28日",
        copies="抄送：自治区人民政府办公厅，各盟行政公署、市人民政府。",
        blocks=content or blocks(),
        sheets=(
            Sheet(name="users", label="用能单位", columns=wide(1).columns, rows=(("1",) * 13,)),
        ),
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )


def even_brief(pages: int) -> Document:
    """A brief that is nothing but lines of 28 characters, for so many pages and a little more."""
    return replace(brief(body(full_lines(22 * pages + 8))), banner=(), number="", copies="")


ENGLISH = Document(
    language=Language.EN,
    edition=Edition.OFFICE,
    title="Carbon and energy dual control in Inner Mongolia: the first three quarters of 2026",
    subtitle="January to September 2026",
    number="Qingyu situation (2026) No. 3",
    banner=("Draft", "Preliminary, not rated"),
    issuer="Development and Reform Commission",
    date="28 October 2026",
    copies="Copies: General Office of the People’s Government; leagues and cities.",
    blocks=(
        Heading(level=1, text="1. Overall", name="overall"),
        body(
            "From January to September, CO₂ emissions per unit of GDP fell by 4.1 % year on year, "
            "the fall widening by 0.6 percentage points; the region’s energy consumption reached "
            "“18,927.35” 10 ktce — up 3.2 %. " * 6
        ),
        Heading(level=2, text="(1) Barometer", name="levels"),
        chart("pull", "Figure 1. What pulled energy consumption"),
        Table(
            name="levels",
            caption="Table 1. Levels of leagues and cities",
            columns=(
                Column(name="place", label="League or city", share=3),
                Column(name="level", label="Level of energy intensity", share=2),
                Column(name="change", label="Year on year (%)", is_number=True),
            ),
            rows=(
                (
                    Cell(text="Hohhot"),
                    Cell(text="Red", colour=Colour.RED),
                    Cell(text="2.3"),
                ),
                (
                    Cell(text="Xilin Gol League, including Erenhot (rated on its own since 2021)"),
                    Cell(text="Not rated", colour=Colour.GREY),
                    Cell(text="−12.5"),
                ),
            ),
        ),
        body("The forecast’s fan is wide. " * 30),
    ),
    sheets=(),
    digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)

PICTURES = {"pull": SQUARE, "burn": SQUARE}
