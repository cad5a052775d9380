"""What a catalogue version says of subjects and their books: that in use, or an earlier one."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.evaluator.domain.completeness import Scopes
from services.evaluator.domain.fences import Shifts, shifts_of
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.subjects import DEFAULT_ZONE
from services.evaluator.handlers.reckoner.world import common_regions
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.commit_times import CommitTimes
from shared.model.catalogue import Attributes, Catalogue, EntityKind

_KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What one catalogue version says, worked out once.

    below: `region:code` of the regions right below each region, by its code. zones: in which
    regions keep their days.
    """

    catalogue: Catalogue
    carriers: Mapping[str, Attributes]
    slices: Mapping[int, OwnerSlice]
    shifts: Shifts
    commons: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[tuple[str, int, int], ...]]
    scopes: Scopes
    below: Mapping[str, tuple[str, ...]]
    zones: tuple[str, ...]


@dataclass(slots=True)
class Grounds:
    """Names, places and memberships as they stood at a commit.

    A commit has the highest catalogue version that was recorded when it was made, the newest commit
    the version in use. Books take up a new version seconds after it is recorded, by a commit of
    their own: a commit that falls into these seconds has the names of the new version and books of
    the old one. Without times every commit has the version in use.
    """

    rulebook: Rulebook
    times: CommitTimes | None = None
    _now: Ground | None = None
    _then: OrderedDict[int, Ground] = field(default_factory=OrderedDict)
    _history: tuple[int, tuple[tuple[int, int], ...]] = (-1, ())

    def now(self) -> Ground:
        """What the catalogue in use says."""
        if self._now is None or self._now.catalogue.version != self.rulebook.version:
            self._now = _ground_of(self.rulebook)
        return self._now

    async def at(self, commit: int | None, by_us: int | None = None) -> Ground:
        """What the catalogue of the commit says; None: that in use. Raises Unavailable.

        by_us: that of the instant instead.
        """
        passed = by_us
        if by_us is None and commit is not None and self.times is not None:
            passed = await self.times.passed_at(commit)
        catalogue = self.rulebook.catalogue
        version = catalogue.version if passed is None else self._version_at(passed)
        if version == catalogue.version:
            return self.now()
        known = self._then.get(version)
        if known is None:
            # Compiling a large catalogue anew takes seconds: everything else goes on meanwhile.
            known = await asyncio.to_thread(_compiled, as_of_version(catalogue, version))
            self._then[version] = known
            while len(self._then) > _KEPT:
                self._then.popitem(last=False)
        return known

    def _version_at(self, instant_us: int) -> int:
        """The highest version recorded by then: that in use if nothing came later."""
        catalogue = self.rulebook.catalogue
        if self._history[0] != catalogue.version:
            self._history = (catalogue.version, tuple(sorted(set(_recorded(catalogue)))))
        known = [version for version, at in self._history[1] if at <= instant_us]
        if len(known) == len(self._history[1]):
            return catalogue.version
        return known[-1] if known else 0


def _recorded(catalogue: Catalogue) -> Iterator[tuple[int, int]]:
    """Every version with the instant at which it was recorded."""
    for entity in catalogue.entities.values():
        for record in entity.records:
            yield record.version, record.recorded_at


def as_of_version(catalogue: Catalogue, version: int) -> Catalogue:
    """The catalogue as it was: later records are gone, and whoever has no others."""
    entities = {}
    for key, entity in catalogue.entities.items():
        records = tuple(record for record in entity.records if record.version <= version)
        if records:
            entities[key] = replace(entity, records=records)
    return Catalogue(version=version, entities=entities)


def _compiled(catalogue: Catalogue) -> Ground:
    rulebook = Rulebook()
    rulebook.update(catalogue)
    return _ground_of(rulebook)


def _ground_of(rulebook: Rulebook) -> Ground:
    slices = {
        entity.number: made
        for kind in (EntityKind.ENTERPRISE, EntityKind.REGION)
        for entity in rulebook.catalogue.of_kind(kind)
        if (made := rulebook.slice_of(entity.number)) is not None
    }
    members: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for each in slices.values():
        for chain in each.chains:
            members[each.owner] += [
                (subject, chain.first_hour, chain.end_hour)
                for subject in chain.subjects
                if subject != each.owner
            ]
    below: defaultdict[str, list[str]] = defaultdict(list)
    zones = {DEFAULT_ZONE}
    for region in rulebook.catalogue.of_kind(EntityKind.REGION):
        said = region.latest()
        below[str(said.get("parent") or "")].append(f"{EntityKind.REGION.value}:{region.code}")
        zones.add(str(said.get("zone") or DEFAULT_ZONE))
    scopes = Scopes()
    scopes.update(rulebook.rules.owners)
    return Ground(
        scopes=scopes,
        catalogue=rulebook.catalogue,
        carriers={
            entity.code: entity.latest()
            for entity in rulebook.catalogue.of_kind(EntityKind.CARRIER)
        },
        slices=slices,
        shifts=shifts_of(slices.values()),
        commons=common_regions(slices.values()),
        members={owner: tuple(_joined(listed)) for owner, listed in members.items()},
        below={parent: tuple(sorted(listed)) for parent, listed in below.items()},
        zones=tuple(sorted(zones)),
    )


def _joined(listed: Iterable[tuple[str, int, int]]) -> Iterable[tuple[str, int, int]]:
    """Runs of hours that touch made one: whoever moves within a region stays its member."""
    runs: list[tuple[str, int, int]] = []
    for subject, first, end in sorted(listed):
        if runs and runs[-1][0] == subject and first <= runs[-1][2]:
            runs[-1] = (subject, runs[-1][1], max(end, runs[-1][2]))
        else:
            runs.append((subject, first, end))
    return runs
