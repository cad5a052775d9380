"""Shapes of requests and answers about budgets and books, for programs and their descriptions."""

from typing import Any

from pydantic import BaseModel, Field

Quantity = Field(description="exact decimal", examples=["521199.76"])


class BudgetsTaken(BaseModel):
    """What was done with budgets; with `dry_run`, what would be done."""

    rows: int
    dry_run: bool = False
    added: list[str] = Field(description="codes of new budgets")
    changed: list[str] = Field(description="codes of budgets with a new version")
    unchanged: list[str] = Field(description="codes of budgets that said all of that already")


class BudgetState(BaseModel):
    """How a budget stands at the end of the last hour judged."""

    watermark: str | None = Field(description="hours that end at or before it are judged")
    quantity: str = Quantity
    estimated: str
    line: str = Field(description="the phased line then, rounded")
    used_percent: str
    over_line_percent: str | None = Field(description="null where the line is zero")
    first_over_line: str | None = Field(description="the first hour that ended above the line")
    completeness: str | None = Field(description="known ÷ expected point-time; null: none expected")
    hours_judged: int
    period_hours: int
    levels: dict[str, str] = Field(examples=[{"used": "orange", "pace": "none"}])


class BudgetItem(BaseModel):
    """One budget with its state; `state` is null until it has been judged by its last version."""

    code: str
    name: str
    subject: str
    subject_name: str
    regions: list[str]
    carrier: str | None
    tce: str | None = Field(description="series of factors of a budget in standard coal")
    co2: str | None = Field(description="total or direct: which CO2 a budget of carbon limits")
    flows: list[str]
    unit: str
    period: str
    zone: str
    policy: str
    version: int = Field(description="in effect in the last hour judged")
    total: str
    phasing: str
    state: BudgetState | None


class BudgetPage(BaseModel):
    """Budgets in the order of their codes."""

    items: list[BudgetItem]
    next: str | None = Field(description="pass it as `after` for the next page")


class VersionView(BaseModel):
    """One version of a budget."""

    version: int
    total: str
    phasing: str
    effective_from: str | None = Field(description="null: from the period's beginning")
    recorded_at: str
    recorded_commit: int


class StepView(BaseModel):
    """From the hour on the level is this; the figures are those at that hour's end."""

    hour: str
    level: str
    quantity: str
    line: str
    used_percent: str


class BudgetView(BudgetItem):
    """One budget with everything that is known of it."""

    versions: list[VersionView]
    thresholds: dict[str, dict[str, str]]
    sequences: dict[str, list[StepView]] = Field(description="changes of level by rule")
    factors: list[dict[str, str]]
    parts: list[dict[str, str]] = Field(description="what the quantity is made of")


class EntryView(BaseModel):
    """The figures of the time from `start` to `end` (not included)."""

    start: str
    end: str
    quantity: str = Quantity
    estimated: str = Field(description="how much of the quantity is estimated")
    completeness: str | None
    tce: str | None = Field(description="tonnes of standard coal; null without a factor")


class BookView(BaseModel):
    """One carrier and flow; flow `net` is import less export of a boundary."""

    carrier: str
    flow: str
    unit: str
    factors: list[dict[str, str]]
    total: EntryView
    hours: list[EntryView] = Field(description="one entry a step, whatever the step is")


class BooksView(BaseModel):
    """Books of one subject or point."""

    subject: str
    subject_name: str
    zone: str = Field(description="in which days and months begin")
    step: str
    series: str
    start: str | None = Field(description="null when there are no books at all")
    end: str | None
    catalogue_version: int
    as_of: int | None = Field(description="the commit asked for; null: as they are now")
    items: list[BookView]


class HourFigures(BaseModel):
    """One hour of a book."""

    quantity: str
    estimated: str
    known_s: str = Field(description="seconds of point-time that are known")


class CorrectedHour(BaseModel):
    """How a closed hour was changed, and why."""

    hour: str
    old: HourFigures
    new: HourFigures
    causes: list[str] = Field(examples=[["late"]])


class CorrectionView(BaseModel):
    """What one commit changed in closed hours of one book."""

    id: int
    commit: int
    made_at: str
    carrier: str
    flow: str
    hours: list[CorrectedHour]


class CorrectionPage(BaseModel):
    """Corrections, the newest first."""

    subject: str
    items: list[CorrectionView]
    next: str | None = Field(description="pass it as `cursor` for the next page")


class FindingView(BaseModel):
    """Something remarkable about a point's readings; `ended_commit` is null while it stands."""

    point: str
    kinds: list[str] = Field(examples=[["gap"]])
    start: str
    end: str
    commit: int
    ended_commit: int | None


class FindingPage(BaseModel):
    """Findings, the newest first."""

    items: list[FindingView]


_EXAMPLE = {
    "code": "B-2026-150203",
    "name": "昆都仑区 2026 年用电",
    "subject": "region:150203",
    "carrier": "electricity",
    "period": "2026",
    "total": "500000000",
    "months": ["9", "8", "8", "8", "8", "8", "9", "9", "8", "8", "8", "9"],
}
_TEXTS = {
    "code": "known by it for ever",
    "name": "for people",
    "subject": "enterprise:…, region:… or tag:…",
    "carrier": "a carrier of the catalogue; or give tce or co2",
    "tce": "calorific or equivalent: all energy in tonnes of standard coal",
    "co2": "total (fuels, power and heat) or direct (fuels alone): in tonnes of CO2",
    "unit": "may be left out; if given, the carrier's own unit, or tce, or tCO2",
    "period": "2026, 2026H1, 2026Q3, 2026-05 or 2026-01-01/2026-07-01 (end not included)",
    "zone": "IANA name or +08:00; if left out, that of the subject's region",
    "total": "decimal, as a string or a number",
    "phasing": "linear (if left out), or give months",
    "effective_from": "date or instant from which a further version holds",
}
BUDGET_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["code", "subject", "period", "total"],
    "properties": {
        **{name: {"type": "string", "description": text} for name, text in _TEXTS.items()},
        "total": {"type": ["string", "number"], "description": _TEXTS["total"]},
        "flows": {
            "type": "array",
            "items": {"type": "string"},
            "description": "added, or taken off with a minus sign; import if left out",
        },
        "months": {
            "type": "array",
            "items": {"type": ["string", "number"]},
            "description": "shares of the calendar months in per cent, 100 in all",
        },
        "policy": {
            "type": ["string", "object"],
            "description": "standard, or own numbers: used, pace, pace_from, grace_hours …",
        },
    },
}
BUDGETS_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [
                    BUDGET_SCHEMA,
                    {"type": "array", "items": BUDGET_SCHEMA, "minItems": 1},
                ]
            },
            "examples": {
                "one": {"value": _EXAMPLE},
                "a new version": {
                    "value": [{**_EXAMPLE, "total": "480000000", "effective_from": "2026-07-01"}]
                },
            },
        }
    },
}
IMPORT_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["filename", "text"],
                            "properties": {
                                "filename": {"type": "string"},
                                "text": {"type": "string"},
                            },
                        },
                    },
                    "dry_run": {"type": "boolean", "default": False},
                },
            },
            "example": {
                "files": [
                    {
                        "filename": "budgets.csv",
                        "text": "code,subject,carrier,period,total\nB1,region:150203,electricity,"
                        "2026,500000000\n",
                    }
                ]
            },
        }
    },
}
