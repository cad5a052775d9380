"""The names of an account's lines."""

from services.evaluator.domain.budget import Series

CO2 = "co2"
"""Fuel, process, net purchased electricity and heat; no other gas, no sink."""
CO2_DIRECT = "co2.direct"
"""Fuel and process alone."""
CO2_FUEL = "co2.fuel"
"""Below it a line for each fuel: `co2.fuel.raw-coal`."""
CO2_PROCESS = "co2.process"
CO2_ELECTRICITY = "co2.electricity"
CO2_HEAT = "co2.heat"
CO2_MEASURED = "co2.measured"
CO2_GAP = "co2.gap"
"""Measured at the stack less calculated from fuel and process, tCO2."""
CO2_GAP_SHARE = "co2.gap-share"
"""The gap in per cent of the calculated figure."""
CO2_BY_COAL = "co2.by-standard-coal"
"""Coal, oil and gas in tce by the factors of regional carbon-intensity accounting."""
GHG = "ghg"
"""Other greenhouse gases, tCO2e; never inside CO2. Below it a line for each gas."""
CO2E = "co2e"
OUTSIDE_SINK = "outside.sink"
"""Sinks on record; outside dual control, in no other line."""

FEEDSTOCK = "feedstock"
NON_FOSSIL = "non-fossil"
CERTIFICATES = "certificates"
CERTIFICATES_LEFT_OUT = "certificates-left-out"
NEW_RENEWABLES = "new-renewables"
MAJOR_PROJECTS = "major-projects"
EXCLUSIONS = (FEEDSTOCK, NON_FOSSIL, NEW_RENEWABLES, MAJOR_PROJECTS)
"""What a target may name; certificates follow non-fossil energy."""

TOTAL, INTENSITY = "total", "intensity"
OF_MEASURE = {
    TOTAL: (FEEDSTOCK, NEW_RENEWABLES, MAJOR_PROJECTS),
    INTENSITY: (FEEDSTOCK, NON_FOSSIL, MAJOR_PROJECTS),
}
"""What each measure may deduct: newly added renewables from the total alone, all non-fossil energy
from the intensity alone, so that nothing is deducted twice."""

GROUPS = ("coal", "oil", "gas", "electricity", "heat", "non-fossil", "medium", "other")

WHOLE_CO2 = "whole.co2"
COVERAGE_CO2 = "coverage.co2"
BOUNDARY_CO2 = "boundary.co2"
"""Below it a line for `electricity` and one for `heat`, as far as there are meters."""


def energy(series: Series, carrier: str = "") -> str:
    """Gross comprehensive energy, or that of a carrier: `energy.calorific.raw-coal`."""
    return f"energy.{series.value}.{carrier}" if carrier else f"energy.{series.value}"


def of_carriers(series: Series) -> str:
    """With what the lines of carriers begin."""
    return f"energy.{series.value}."


def group(series: Series, name: str) -> str:
    """The energy of a group of carriers; see GROUPS."""
    return f"energy.{series.value}.group.{name}"


def net(series: Series, measure: str) -> str:
    """Energy less exclusions, for a measure `total` or `intensity`."""
    return f"energy.net.{measure}.{series.value}"


def exclusion(name: str, series: Series) -> str:
    """One deduction with its evidence below it."""
    return f"exclusion.{name}.{series.value}"


def whole(series: Series) -> str:
    """The energy of the whole region."""
    return f"whole.energy.{series.value}"


def whole_net(series: Series, measure: str) -> str:
    """The energy of the whole region less exclusions."""
    return f"whole.energy.net.{measure}.{series.value}"


def coverage(series: Series) -> str:
    """The monitored share of the whole region's energy, per cent."""
    return f"coverage.energy.{series.value}"


def boundary(series: Series) -> str:
    """Net power and heat coming in over the region's boundary, tce."""
    return f"boundary.energy.{series.value}"


def by_basis(basis: str, carrier: str) -> str:
    """A fuel's energy (calorific) by `metered`, by `stock`, or the `gap` between them."""
    return f"fuel.{carrier}.{basis}"
