"""A warning as labels: what routes, silences and Alertmanager's matchers look at."""

from collections.abc import Mapping
from functools import lru_cache

from services.alerts.domain.warning import Warning
from shared.model.condition import ConditionKind

NAMES = (
    "alertname",
    "level",
    "measure",
    "subject",
    "region",
    "province",
    "prefecture",
    "county",
    "rule",
    "about",
)
"""Every warning of our own has these; empty ones are left out."""


def labels_of(warning: Warning) -> Mapping[str, str]:
    """The labels, without empty ones; `alertname` is the kind of condition.

    `region` is the code of the nearest region: `region=~"1501.*"` matches a prefecture with all
    that lies in it. Alerts of somebody else's keep their own labels, level and measure added.
    """
    if warning.kind is ConditionKind.EXTERNAL:
        added = {"level": warning.level.word, "measure": warning.measure.value}
        return {**added, **warning.labels}
    province, prefecture, county = _ladder(warning.regions)
    values = (
        warning.kind.value,
        warning.level.word,
        warning.measure.value,
        warning.subject,
        warning.regions[0] if warning.regions else "",
        province,
        prefecture,
        county,
        warning.rule,
        warning.about,
    )
    return {name: value for name, value in zip(NAMES, values, strict=True) if value}


# Thousands of warnings lie in the same few regions.
@lru_cache(maxsize=10_000)
def _ladder(regions: tuple[str, ...]) -> tuple[str, str, str]:
    """The codes of the province, prefecture and county among the regions (GB/T 2260)."""
    province = next((code for code in regions if code.endswith("0000")), "")
    prefecture = next(
        (code for code in regions if code.endswith("00") and not code.endswith("0000")), ""
    )
    county = next((code for code in regions if len(code) == 6 and not code.endswith("00")), "")
    return province, prefecture, county
