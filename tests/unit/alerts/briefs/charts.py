"""Charts of made-up numbers, of every kind, for whoever draws them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from services.alerts.adapters.briefs.outlines import parts_of
from services.alerts.domain.briefs.document import Burn, Chart, ChartKind, Colour, Mark

LEGEND = (
    (Colour.GREEN, "绿色（进展顺利）"),
    (Colour.YELLOW, "黄色（三级）"),
    (Colour.ORANGE, "橙色（二级）"),
    (Colour.RED, "红色（一级）"),
    (Colour.GREY, "不作评级"),
)
WORDS = ("实际累计", "预计", "可能范围（90%）", "预算进度线", "年度预算")
SECTORS = (
    *("煤炭开采和洗选业", "石油、煤炭及其他燃料加工业", "化学原料和化学制品制造业"),
    *("非金属矿物制品业", "黑色金属冶炼和压延加工业", "电力、热力生产和供应业", "居民生活"),
)


def mark(code: str, label: str, value: float | None, colour: Colour | None) -> Mark:
    """With its value printed as briefs print them."""
    text = "暂无数据" if value is None else f"{'上升' if value > 0 else '下降'}{abs(value):.1f}%"
    return Mark(code=code, label=label, value=value, text=text, colour=colour)


def chart(kind: ChartKind, marks: Sequence[Mark], *, region: str = "", unit: str = "%") -> Chart:
    """A chart of marks; with the legend of levels where marks have some."""
    legend = LEGEND if any(one.colour for one in marks) else ()
    return Chart(
        name=f"chart-{kind}",
        kind=kind,
        caption="图 1",
        alt="一张图",
        unit=unit,
        region=region,
        marks=tuple(marks),
        legend=legend,
    )


def burn_chart(burn: Burn, unit: str = "万吨标准煤") -> Chart:
    """A running sum against its budget."""
    return Chart(
        name="burn", kind=ChartKind.BURN, caption="图 2", alt="一张图", unit=unit, burn=burn
    )


def burning(
    first: date, days: int, cut: int, *, pace: float = 1.05, step: int = 1, total: float = 18_000
) -> Burn:
    """A year or less, measured up to the cut (a number of days), expected from there."""
    numbers = range(step, days + 1, step)
    share = total * pace / days
    actual = [share * n if n <= cut else None for n in numbers]
    ahead = [share * n if n >= cut else None for n in numbers]
    wide = [0.004 * total * max(0, n - cut) ** 0.5 for n in numbers]
    low = [None if v is None else v - w for v, w in zip(ahead, wide, strict=True)]
    high = [None if v is None else v + w for v, w in zip(ahead, wide, strict=True)]
    return Burn(
        days=tuple((first + timedelta(days=n - 1)).isoformat() for n in numbers),
        actual=tuple(actual),
        low=tuple(low),
        expected=tuple(ahead),
        high=tuple(high),
        line=tuple(total * n / days for n in numbers),
        limit=total,
        words=WORDS,
    )


def regions(region: str, values: Sequence[float | None], shift: int = 0) -> tuple[Mark, ...]:
    """A mark for each part of a province, with values and levels in turn."""
    colours = tuple(Colour)
    return tuple(
        mark(part.code, part.name, values[n % len(values)], colours[(n + shift) % len(colours)])
        for n, part in enumerate(parts_of(region))
    )


def samples() -> Iterator[tuple[str, Chart]]:
    """One chart of every kind, by name."""
    values = (-7.6, 3.1, 0.0, None, 12.4, -0.3)
    for region in ("150000", "630000", "430000"):
        yield f"map-{region}", chart(ChartKind.MAP, regions(region, values), region=region)
    marks = regions("150000", values)
    yield "tiles", chart(ChartKind.MAP, marks, region="150200")
    yield "bars", chart(ChartKind.BARS, marks)
    pulls = tuple(mark(s, s, n * 0.7 - 1.2, None) for n, s in enumerate(SECTORS))
    yield "pull", chart(ChartKind.PULL, pulls, unit="百分点")
    shares = tuple(mark(m.code, m.label, 99.5 - 7 * n, None) for n, m in enumerate(marks))
    yield "shares", chart(ChartKind.SHARES, shares)
    yield "burn", burn_chart(burning(date(2026, 1, 1), 365, 273))


LABELS = st.text("呼伦贝尔锡林郭勒盟自治州县市abcdefgh -（）、", min_size=1, max_size=30)
VALUES = st.none() | st.floats(-1e4, 1e4)
COLOURS = st.none() | st.sampled_from(Colour)
MARKS = st.lists(st.builds(mark, st.just("990101"), LABELS, VALUES, COLOURS), max_size=40)
