"""What methods of forecasting are called for people."""

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.forecast.methods import Name

LABELS = {
    Name.RUN_RATE: Label("本期日均外推", "mean of the period so far"),
    Name.LAST_28: Label("近28天日均外推", "mean of the last 28 days"),
    Name.LAST_YEAR: Label("上年同星期日", "same weekdays last year"),
    Name.LAST_YEAR_SCALED: Label(
        "上年同星期日×本年比率", "same weekdays last year, scaled by this year's ratio"
    ),
    Name.LIKE_DAYS: Label(
        "上年同类日（含节假日）", "last year's days of the same kind, with holidays"
    ),
    Name.HALFWAY: Label(
        "上年同类日×近90天比率之半", "last year's like days, half-way to the last 90 days"
    ),
    Name.REVERTING: Label(
        "上年同类日×回归的周比率", "last year's like days times a ratio that returns to 1"
    ),
    Name.SMOOTHED: Label("周值指数平滑", "exponential smoothing of weeks"),
    Name.BLEND: Label("组合预测（取中）", "the middle of several methods"),
}
NOTES = {
    "estimate": Label("预测值，非账面数据", "an estimate, not a figure of the books"),
    "rule-of-thumb": Label(
        "误差样本不足，区间为经验值", "too few errors measured: the interval is a rule of thumb"
    ),
    "provisional-calendar": Label(
        "部分节假日安排尚未公布，按法定节日推算",
        "some days off are not announced yet and were computed",
    ),
    "missing-days": Label(
        "期内部分日期数据不全，未估补", "some days so far are not fully known; nothing was put in"
    ),
    "no-year-before": Label("没有上年同期数据", "the year before is not known"),
}
