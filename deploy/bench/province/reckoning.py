"""The four measures of a region worked out from scratch: the generator's sums, the files' factors.

Nothing of the evaluator's arithmetic is used, so that agreement means something. Factors are read
from the files as they are shipped; those put on record later are given as `recorded`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from typing import Any

from deploy.bench.province.estate import Estate
from deploy.bench.province.quantities import Quantities
from deploy.bench.province.statements import regional_gdp
from shared.kit import yaml_text

Series = str
Rows = tuple[Mapping[str, Any], ...]

FOUR = ("energy-total", "energy-intensity", "carbon-total", "carbon-intensity")
_FILES = ("standard-coal.yaml", "fuels.yaml", "grid.yaml")
_PLACED = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """For one unit of each carrier: tonnes of standard coal, and tonnes of CO2."""

    energy: Mapping[str, Fraction]
    carbon: Mapping[str, Fraction]


class FactorFiles:
    """The shipped factors, with those put on record laid over them."""

    def __init__(self, recorded: Iterable[Mapping[str, Any]] = ()) -> None:
        """`recorded`: rows like those of the files, which replace them."""
        folder = files("services.evaluator") / "data" / "factors"
        read = [yaml_text.load((folder / name).read_text(encoding="utf-8")) for name in _FILES]
        conventions = yaml_text.load((folder / "conventions.yaml").read_text(encoding="utf-8"))
        self._rows: Rows = (*(row for one in read for row in one["factors"]), *recorded)
        self._grids: Mapping[str, list[str]] = conventions["grids"]

    def coefficients(self, estate: Estate, province: str) -> Coefficients:
        """Of the estate's carriers in a province during its year."""
        day = f"{estate.size.year}-01-01"
        energy, carbon = {}, {}
        for lane in estate.size.metered:
            sign = -1 if lane.flow == "conversion_output" else 1
            energy[lane.carrier] = sign * self._number("tce-calorific", lane.carrier, day) / 1000
            carbon[lane.carrier] = sign * self._carbon(lane.carrier, province, day)
        return Coefficients(energy=energy, carbon=carbon)

    def _carbon(self, carrier: str, province: str, day: str) -> Fraction:
        if carrier == "electricity":
            return self._grid(province, day) / 1000
        if carrier == "heat":
            return self._number("heat-co2", "heat", day) / 1000
        heat = self._number("fuel-ncv", carrier, day)
        carbon = self._number("fuel-carbon", carrier, day)
        oxidation = self._number("fuel-oxidation", carrier, day)
        # Solid and liquid fuels: GJ/t and kilograms; gases: GJ per 10⁴ m3 and cubic metres.
        size = 10_000 if carrier == "natural-gas" else 1_000
        return heat * carbon * oxidation / 100 * Fraction(44, 12) / size

    def _grid(self, province: str, day: str) -> Fraction:
        for place in (province, self._grid_of(province), "CN"):
            found = self._latest(_PLACED, "electricity", day, place)
            if found is not None:
                return found
        raise ValueError(f"no grid factor for {province}")

    def _grid_of(self, province: str) -> str:
        return next((g for g, heads in self._grids.items() if province[:2] in heads), "CN")

    def _number(self, series: str, item: str, day: str) -> Fraction:
        found = self._latest(series, item, day, "")
        if found is None:
            raise ValueError(f"no factor {series} of {item}")
        return found

    def _latest(self, series: str, item: str, day: str, place: str) -> Fraction | None:
        """The value on the day, or the last one before it; of equal ones the last in order."""
        rows = [
            (str(row["valid"][0]) if row.get("valid") else "", nth, row)
            for nth, row in enumerate(self._rows)
            if series in _listed(row["series"])
            and row["item"] == item
            and str(row.get("place") or "") == place
        ]
        begun = [one for one in rows if one[0] <= day]
        return Fraction(str(max(begun)[2]["value"])) if begun else None


def _listed(series: str | list[str]) -> list[str]:
    return [series] if isinstance(series, str) else series


class Reckoning:
    """What the books of regions add up to in a year, and the four measures that follow."""

    def __init__(self, estate: Estate, quantities: Quantities) -> None:
        """Sums are made when they are asked for."""
        self._estate = estate
        self._quantities = quantities
        self._gdp = regional_gdp(estate)
        self._sums: dict[str, dict[str, int]] = {}

    def sums(self, province: str) -> dict[str, int]:
        """Quanta by carrier over the year: a mapping that changes may be added to."""
        known = self._sums.get(province)
        if known is None:
            totals = [0] * self._estate.size.lanes
            for county in self._estate.counties:
                if province in county.above and county.enterprises:
                    by_lane = self._quantities.county(county).sum(axis=(0, 2)).tolist()
                    totals = [a + b for a, b in zip(totals, by_lane, strict=True)]
            carriers = [lane.carrier for lane in self._estate.size.metered]
            known = self._sums[province] = dict(zip(carriers, totals, strict=True))
        return known

    def measures(self, province: str, factors: FactorFiles) -> dict[str, Fraction]:
        """The four measures of the year: tce, tce/万元, tCO2, tCO2/万元."""
        sums, used = self.sums(province), factors.coefficients(self._estate, province)
        energy = carbon = Fraction(0)
        for lane in self._estate.size.metered:
            quantity = Fraction(sums[lane.carrier], 10**lane.decimals)
            energy += quantity * used.energy[lane.carrier]
            carbon += quantity * used.carbon[lane.carrier]
        gdp = self._gdp[f"region:{province}"]
        return dict(zip(FOUR, (energy, energy / gdp, carbon, carbon / gdp), strict=True))
