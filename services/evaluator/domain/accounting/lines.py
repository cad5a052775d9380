"""The names of an account's lines, and what each is called."""

from services.evaluator.domain.budget import Series

CO2 = "co2"
"""Fuel, process, net purchased electricity and heat; no other gas, no sink."""
CO2_FUEL = "co2.fuel"
CO2_PROCESS = "co2.process"
CO2_ELECTRICITY = "co2.electricity"
CO2_HEAT = "co2.heat"
CO2_MEASURED = "co2.measured"
CO2_GAP = "co2.gap"
"""Measured at the stack less calculated from fuel and process, tCO2."""
CO2_GAP_SHARE = "co2.gap-share"
"""The gap in per cent of the calculated figure."""
GHG = "ghg"
"""Other greenhouse gases, tCO2e; never inside CO2."""
CO2E = "co2e"
OUTSIDE_SINK = "outside.sink"
"""Sinks on record; outside dual control, in no other line."""

FEEDSTOCK = "feedstock"
NON_FOSSIL = "non-fossil"
CERTIFICATES = "certificates"
NEW_RENEWABLES = "new-renewables"
MAJOR_PROJECTS = "major-projects"
EXCLUSIONS = (FEEDSTOCK, NON_FOSSIL, NEW_RENEWABLES, MAJOR_PROJECTS)
"""What a target may name; certificates follow non-fossil energy."""

WHOLE_ENERGY = "whole.energy"
WHOLE_CO2 = "whole.co2"
COVERAGE_ENERGY = "coverage.energy"
COVERAGE_CO2 = "coverage.co2"


def energy(series: Series, part: str = "") -> str:
    """`energy.calorific`, or a part of it: a carrier's code, or a group as `group.coal`."""
    return f"energy.{series.value}.{part}" if part else f"energy.{series.value}"


def net(series: Series, measure: str) -> str:
    """Energy less exclusions, for a measure `total` or `intensity`."""
    return f"energy.net.{measure}.{series.value}"


def exclusion(name: str, series: Series) -> str:
    """One deduction, with its evidence below it."""
    return f"exclusion.{name}.{series.value}"
