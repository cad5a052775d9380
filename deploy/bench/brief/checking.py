"""What a brief of the made-up province must say, worked out from scratch."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deploy.bench.province.reckoning import FOUR, FactorFiles
from deploy.bench.province.size import Size
from deploy.bench.stress import Province

_TOTALS = ("energy-total", "carbon-total")
_OF_ALL = "sector"
"""A grouping whose parts are the whole of what is monitored."""
Facts = Mapping[str, Any]


class Expected:
    """The figures of a year's brief of the first province."""

    def __init__(self, size: Size) -> None:
        """Adds up all quantities of the province, which takes seconds."""
        made_up = Province(size)
        self.region = made_up.estate.provinces[0]
        self.period = made_up.period
        counties = [one for one in made_up.estate.counties if self.region in one.above]
        self.enterprises = sum(len(county.enterprises) for county in counties)
        self.counties = len(counties)
        self.measures = made_up.reckoning.measures(self.region, FactorFiles())

    def wrong(self, facts: Facts) -> list[str]:
        """What of the facts is not exactly so; nothing where all is."""
        situation = facts["situation"]
        return [
            *_wrong_measures(situation["measures"], self.measures),
            *_wrong_parts(situation["groupings"], self.measures),
            *_wrong_users(situation["users"], self.enterprises, self.measures["energy-total"]),
            *_differs("counties", len(situation["counties"]), self.counties),
            *_differs("enterprises with data", situation["data"]["reporting"], self.enterprises),
        ]


def _wrong_measures(told: Sequence[Facts], due: Mapping[str, Fraction]) -> Iterator[str]:
    found = {one["measure"]: one["moved"] for one in told if one["scope"] == "monitored"}
    for measure in FOUR:
        value = found[measure]["now"]["value"] if measure in found else None
        yield from _differs(measure, value, due[measure])


def _wrong_parts(groupings: Sequence[Facts], due: Mapping[str, Fraction]) -> Iterator[str]:
    for measure in _TOTALS:
        parts = [
            part["moved"]["now"]["value"]
            for one in groupings
            if one["name"] == _OF_ALL and one["measure"] == measure
            for part in one["parts"]
        ]
        whole = sum((Fraction(part) for part in parts if part is not None), start=Fraction(0))
        yield from _differs(f"sectors' {measure}", whole, due[measure])


def _wrong_users(users: Facts, enterprises: int, energy: Fraction) -> Iterator[str]:
    yield from _differs("enterprises", len(users["code"]), enterprises)
    whole = sum((Fraction(one) for one in users["energy"] if one is not None), start=Fraction(0))
    yield from _differs("energy of all enterprises", whole, energy)


def _differs(what: str, found: object, due: Fraction | int) -> Iterator[str]:
    if found is None or Fraction(str(found)) != due:
        yield f"{what} is {found}, and must be {due}"
