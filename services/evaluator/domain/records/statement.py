"""A statement (申报数、统计数): one number that somebody states for a subject and a period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """How final a statement is."""

    PRELIMINARY = "preliminary"
    """初步核算数."""
    FINAL = "final"
    """最终核实数."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`value` in `unit` of an item for a reporting period; `value` None withdraws an earlier one.

    subject: `kind:code`. item: a code of the list of items (`gdp`, `output-value`, `purchase` …).
    qualifier: what the item is of, where it needs one (a carrier, a product, a gas). period: as
    `shared.model.period.reporting_period` reads it (`2025Q3` is January to September). basis: the
    year of constant prices, where there is one. detail: further numbers and words of the item
    (`ncv`, `moisture`, `lot`, `certificate` …).
    """

    subject: str
    item: str
    qualifier: str = ""
    period: str
    zone: str = "Asia/Shanghai"
    value: Decimal | None
    unit: str
    status: Status = Status.FINAL
    basis: str = ""
    source: str = ""
    evidence: str = ""
    note: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes it the same statement: a later one with this key revises it."""
        lot = self.detail.get("lot", "")
        return "/".join((self.subject, self.item, self.qualifier, self.basis, self.period, lot))
