"""The catalogue's regions and enterprises as a tree, out of the JSON that ingest answers with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region of the tree, with what lies directly below it."""

    code: str
    name: str
    parent: str | None
    level: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """One enterprise."""

    code: str
    name: str
    region: str
    industry: str
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All regions and enterprises that a key may see, by code."""

    regions: Mapping[str, Region] = field(default_factory=dict)
    enterprises: Mapping[str, Enterprise] = field(default_factory=dict)
    _below: Mapping[str | None, list[Region]] = field(init=False)
    _within: Mapping[str, list[Enterprise]] = field(init=False)

    def __post_init__(self) -> None:
        """Thousands are grouped once, not for every branch."""
        below: dict[str | None, list[Region]] = {}
        for _, region in sorted(self.regions.items()):
            below.setdefault(self._parent(region), []).append(region)
        within: dict[str, list[Enterprise]] = {}
        for _, enterprise in sorted(self.enterprises.items()):
            within.setdefault(enterprise.region, []).append(enterprise)
        object.__setattr__(self, "_below", below)
        object.__setattr__(self, "_within", within)

    def children(self, parent: str | None) -> tuple[Region, ...]:
        """Regions directly below; for None, those whose parent is not in sight."""
        return tuple(self._below.get(parent, ()))

    def walk(self, parent: str | None = None, depth: int = 0) -> Iterator[tuple[int, Region]]:
        """All regions depth first, each with its depth."""
        for region in self.children(parent):
            yield depth, region
            yield from self.walk(region.code, depth + 1)

    def within(self, region: str) -> tuple[Enterprise, ...]:
        """The enterprises that lie directly in the region."""
        return tuple(self._within.get(region, ()))

    def name(self, subject: str) -> str:
        """The name of `region:…` or `enterprise:…`; its code if it is not in sight."""
        kind, _, code = subject.partition(":")
        found = self.enterprises.get(code) if kind == "enterprise" else self.regions.get(code)
        return found.name if found else code

    def region_of(self, subject: str) -> str | None:
        """The code of the region that the subject is, or lies in; None if it is not in sight."""
        kind, _, code = subject.partition(":")
        if kind == "enterprise":
            enterprise = self.enterprises.get(code)
            code = enterprise.region if enterprise else ""
        elif kind not in ("region", "boundary"):
            return None
        return code if code in self.regions else None

    def path(self, region: str | None) -> tuple[Region, ...]:
        """The region and those above it, the highest first."""
        found: list[Region] = []
        here = self.regions.get(region or "")
        while here is not None and here not in found:
            found.append(here)
            here = self.regions.get(here.parent or "")
        return tuple(reversed(found))

    def _parent(self, region: Region) -> str | None:
        return region.parent if region.parent in self.regions else None


def places_of(
    regions: Sequence[Mapping[str, Any]],
    enterprises: Sequence[Mapping[str, Any]],
    *,
    english: bool = False,
) -> Places:
    """Build the tree from entities as the catalogue's API gives them."""
    return Places(
        regions={code: _region(code, one, english) for code, one in _latest(regions)},
        enterprises={code: _enterprise(code, one, english) for code, one in _latest(enterprises)},
    )


def _latest(entities: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entity in entities:
        yield str(entity["code"]), entity["attributes"]


def _name(code: str, attributes: Mapping[str, Any], english: bool) -> str:
    chinese = attributes.get("name") or code
    return str((english and attributes.get("name_en")) or chinese)


def _region(code: str, attributes: Mapping[str, Any], english: bool) -> Region:
    return Region(
        code=code,
        name=_name(code, attributes, english),
        parent=attributes.get("parent"),
        level=str(attributes.get("level") or ""),
        zone=str(attributes.get("zone") or ""),
    )


def _enterprise(code: str, attributes: Mapping[str, Any], english: bool) -> Enterprise:
    return Enterprise(
        code=code,
        name=_name(code, attributes, english),
        region=str(attributes.get("region") or ""),
        industry=str(attributes.get("industry") or ""),
        demonstration=bool(attributes.get("demonstration")),
    )
