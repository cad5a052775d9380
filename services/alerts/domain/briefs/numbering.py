"""Numbers of briefs (编号): one row a region and year, from 1, without a gap."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The `nth` brief that the region's office published in a year.

    part: 0 for the brief, n for the n-th sheet of errata about it. text: as it is printed.
    """

    region: str
    year: int
    nth: int
    part: int
    text: str

    @property
    def address(self) -> str:
        """The same in plain letters, for addresses: 150000-2026-3, 150000-2026-3-e1."""
        errata = f"-e{self.part}" if self.part else ""
        return f"{self.region}-{self.year}-{self.nth}{errata}"


def numbered(region: str, year: int, nth: int, pattern: str) -> Number:
    """The number of a brief by the pattern of its settings, such as `晴雨形势〔{year}〕{nth}号`."""
    text = pattern.format(year=year, nth=nth)
    return Number(region=region, year=year, nth=nth, part=0, text=text)


def errata_numbered(corrected: Number, part: int) -> Number:
    """The number of the `part`-th sheet about a brief: the brief's own, and which sheet."""
    return Number(
        region=corrected.region,
        year=corrected.year,
        nth=corrected.nth,
        part=part,
        text=f"{corrected.text}（勘误{part}）",
    )
