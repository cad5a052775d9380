"""Who stands where among administrations: levels and ancestors by codes of GB/T 2260."""

from collections.abc import Sequence

from services.alerts.domain.ladder.words import Tier

_CODE = 6


def tier_of(subject: str) -> Tier:
    """The administrative level of a subject (`kind:code`)."""
    kind, _, code = subject.partition(":")
    if kind == "enterprise":
        return Tier.ENTERPRISE
    if kind not in {"region", "boundary"}:
        return Tier.OTHER
    return tier_of_region(code)


def tier_of_region(code: str) -> Tier:
    """The administrative level of a region; `other` for a code that is none of GB/T 2260."""
    if len(code) != _CODE or not code.isdecimal():
        return Tier.OTHER
    if code.endswith("0000"):
        return Tier.PROVINCE
    return Tier.PREFECTURE if code.endswith("00") else Tier.COUNTY


def ancestors(code: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """The region and those above it, nearest first: as `known` says, else by its code."""
    if code in known:
        return tuple(known[known.index(code) :])
    if tier_of_region(code) is Tier.OTHER:
        return (code,)
    return tuple(dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000")))


def first_office(subject: str, regions: Sequence[str]) -> str:
    """The region whose administration acts first: that above a region, that around an enterprise.

    Nobody above: the region itself. Empty where no region is known.
    """
    if subject.partition(":")[0] in {"region", "boundary"}:
        return office_above(regions[0], regions) or regions[0] if regions else ""
    return regions[0] if regions else ""


def office_above(code: str, regions: Sequence[str]) -> str:
    """The next administration above a region; empty if there is none in the system."""
    chain = ancestors(code, regions)
    return chain[1] if len(chain) > 1 else ""
