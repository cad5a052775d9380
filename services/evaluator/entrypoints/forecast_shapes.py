"""What the answers about forecasts look like. Quantities are estimates, as decimal strings."""

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelView(_Shape):
    """Something in Chinese and in English."""

    zh: str
    en: str


class RefusalView(_Shape):
    """Why there is no forecast."""

    code: str
    reason: LabelView


class RangeView(_Shape):
    """The value expected, and the interval that four of five cases end in."""

    low: str
    expected: str
    high: str


class BurnRateView(_Shape):
    """Use a day over the last `days` days; null when none is known."""

    days: int
    known_days: int
    rate: str | None


class ExceedingView(_Shape):
    """Whether the budget will be exceeded. The dates: in which the budget is used up."""

    budget: str
    probability: float
    will_exceed: bool
    lead_days: int | None
    run_out_early: str | None
    run_out: str | None
    run_out_late: str | None
    rate_left: str


class ScoreView(_Shape):
    """How a method did in earlier trials: medians of per cent off the rest.

    peers_percent: over the trials of the subject and its peers together.
    """

    method: str
    label: LabelView
    own_percent: float | None
    trials: int
    peers_percent: float | None
    score_percent: float | None
    chosen: bool


class PastView(_Shape):
    """An earlier forecast of a period that is over now."""

    period: str
    cut: str
    method: str
    said: RangeView
    came: str
    percent_of_rest: float | None
    inside: bool


class RecordView(_Shape):
    """How earlier forecasts turned out."""

    count: int
    median_percent: float | None
    inside_share: float | None
    items: list[PastView]


class ChartView(_Shape):
    """Sums since the period's beginning at the end of each day; null where there is none."""

    days: list[str]
    actual: list[str | None]
    low: list[str | None]
    expected: list[str | None]
    high: list[str | None]
    line: list[str] | None


class ForecastView(_Shape):
    """`state` is `forecast`, or `refused` with the reason; all quantities are in `unit`."""

    subject: str
    subject_name: str
    measure: str
    budget: str | None
    unit: str
    period: str
    zone: str
    start: str
    cut: str
    end: str
    made_at: str
    state: str
    refusal: RefusalView | None = None
    method: str | None = None
    method_label: LabelView | None = None
    so_far: str | None = None
    rest: RangeView | None = None
    at_end: RangeView | None = None
    days_left: int | None = None
    missing_days: int | None = None
    burn_rates: list[BurnRateView] = []
    exceeding: ExceedingView | None = None
    scores: list[ScoreView] = []
    peers: int = 0
    notes: list[LabelView] = []
    record: RecordView
    chart: ChartView | None = None
