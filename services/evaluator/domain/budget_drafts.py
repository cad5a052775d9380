"""From rows to budgets: every fault is found, and what is known already changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from services.evaluator.domain import budget_cells as cells
from services.evaluator.domain.budget import (
    FROM_THE_BEGINNING,
    Budget,
    BudgetVersion,
    Measure,
    MeasureKind,
    Phasing,
    Policy,
    knots,
)
from services.evaluator.domain.budget_rows import Fault, Row
from services.evaluator.domain.carbon import NoFactorError
from services.evaluator.domain.factors import (
    FactorTable,
    UnitError,
    carbon_weights,
    counts_energy,
    tce_per_unit,
)
from services.evaluator.domain.subjects import entity_of, regions_of, zone_of
from shared.model.catalogue import Attributes, Catalogue, EntityKind
from shared.model.instants import FOREVER_US
from shared.model.period import Period, parse_period
from shared.model.subject import Subject, SubjectKind

FIELDS = (
    *("code", "name", "subject", "carrier", "tce", "co2", "flows", "unit", "period", "zone"),
    *("total", "months", "phasing", "effective_from", "policy"),
    *cells.POLICY_FIELDS,
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What budgets are held against: the catalogue, the factors, and the budgets there are."""

    catalogue: Catalogue
    factors: FactorTable
    budgets: Mapping[str, Budget]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What rows come to; `changes` has each budget once for every new version, in order."""

    changes: tuple[Budget, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def plan(rows: Iterable[Row], world: World, faults: Iterable[Fault] = ()) -> Plan:
    """Read all rows in their order; later rows build upon earlier ones."""
    known = dict(world.budgets)
    changes: list[Budget] = []
    found = list(faults)
    fates: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for row in rows:
        draft = _Draft(row, replace(world, budgets=known))
        budget = draft.budget()
        found += draft.faults
        if budget is None or draft.faults:
            continue
        before = known.get(budget.code)
        fate = "added" if before is None else "changed"
        if budget is before:
            fate = "unchanged"
        else:
            known[budget.code] = budget
            changes.append(budget)
        fates[fate].append(budget.code)
    return Plan(
        changes=() if found else tuple(changes),
        faults=tuple(found),
        **{fate: tuple(dict.fromkeys(codes)) for fate, codes in fates.items()},
    )


class _Draft:
    """One row on its way to a budget, gathering faults."""

    def __init__(self, row: Row, world: World) -> None:
        self._row = row
        self._world = world
        self.faults = [
            row.fault(f"there is no {field!r}; known are {', '.join(FIELDS)}", field)
            for field in row.cells
            if field not in FIELDS
        ]

    def budget(self) -> Budget | None:
        """The budget that the row asks for, the known one if it says nothing new."""
        code = self._read("code", cells.code, needed=True)
        subject = self._read("subject", self._subject, needed=True)
        period = self._period(subject)
        measure = self._measure()
        unit = self._unit(measure)
        version = self._version(period)
        policy = self._policy()
        if None in (code, subject, period, measure, unit, version, policy):
            return None
        new = Budget(
            code=_given(code),
            name=self._read("name", cells.name) or _given(code),
            subject=_given(subject),
            measure=_given(measure),
            unit=_given(unit),
            period=_given(period),
            period_text=_given(self._row.text("period")),
            policy=_given(policy),
            versions=(_given(version),),
        )
        known = self._world.budgets.get(new.code)
        return self._first(new) if known is None else self._next(known, new)

    def _first(self, new: Budget) -> Budget:
        if new.versions[0].effective_from_hour != FROM_THE_BEGINNING:
            self._fault(
                "the first version of a budget holds from the period's beginning: leave this out",
                "effective_from",
            )
        return new

    def _next(self, known: Budget, new: Budget) -> Budget:
        """The known budget with one more version, or as it is."""
        for field, before, same in _fixed(known, new):
            if not same:
                self._fault(
                    f"is {before} for the whole life of budget {known.code}; give another budget a "
                    "code of its own",
                    field,
                )
        version = new.versions[0]
        same_hour = [
            v for v in known.versions if v.effective_from_hour == version.effective_from_hour
        ]
        if same_hour and _says_the_same(same_hour, version, self._row.text("effective_from")):
            return self._unless_renamed(known, new)
        if self._row.text("effective_from") is None:
            self._fault(
                f"budget {known.code} exists with another total or phasing: say from when on this "
                "version is in effect (effective_from)"
            )
        version = replace(version, version=len(known.versions) + 1)
        return replace(known, name=new.name, versions=(*known.versions, version))

    def _unless_renamed(self, known: Budget, new: Budget) -> Budget:
        if self._row.text("name") not in (None, known.name):
            self._fault(f"is {known.name!r}; it changes only with a new version", "name")
        del new
        return known

    def _read(self, field: str, parse: Callable[[str], _T], *, needed: bool = False) -> _T | None:
        text = self._row.text(field)
        if text is None:
            if needed:
                self._fault(f"{field} is missing", field)
            return None
        try:
            return parse(text)
        except ValueError as error:
            self._fault(str(error), field)
            return None

    def _fault(self, message: str, field: str | None = None) -> None:
        self.faults.append(self._row.fault(message, field))

    def _subject(self, text: str) -> Subject:
        subject = Subject.parse(text)
        if subject.kind is SubjectKind.BOUNDARY:
            raise ValueError("a boundary has books, but no budgets: name a region")
        if entity_of(self._world.catalogue, subject) is None:
            raise ValueError(f"the catalogue has no {subject.kind} {subject.code}")
        return subject

    def _period(self, subject: Subject | None) -> Period | None:
        catalogue = self._world.catalogue
        usual = zone_of(catalogue, regions_of(catalogue, subject, FOREVER_US)) if subject else ""
        zone = self._row.text("zone") or usual or "UTC"
        return self._read("period", lambda text: parse_period(text, zone), needed=True)

    def _measure(self) -> Measure | None:
        names = [name for name in ("carrier", "tce", "co2") if self._row.text(name) is not None]
        if len(names) != 1:
            self._fault(
                "name either a carrier, or tce with its series (calorific or equivalent), or co2 "
                "(total or direct)",
                names[-1] if names else "carrier",
            )
            return None
        carrier = self._row.text("carrier")
        flows = self._read("flows", cells.flows) or ("import",)
        if carrier is not None:
            found = self._read("carrier", self._carrier)
            return (
                Measure(kind=MeasureKind.CARRIER, carrier=carrier, flows=flows) if found else None
            )
        measure = self._weighed(names[0], flows)
        for message in _without_use(measure, self._world) if measure else ():
            self._fault(message, names[0])
        return measure

    def _weighed(self, name: str, flows: tuple[str, ...]) -> Measure | None:
        if name == "tce":
            series = self._read("tce", cells.series)
            tce = Measure(kind=MeasureKind.TCE, series=series, flows=flows)
            return tce if series else None
        carbon = self._read("co2", cells.carbon)
        if carbon is None:
            return None
        return Measure(kind=MeasureKind.CO2, carbon=carbon, flows=flows)

    def _carrier(self, code: str) -> Attributes:
        carrier = self._world.catalogue.get(EntityKind.CARRIER, code)
        if carrier is None:
            known = sorted(c.code for c in self._world.catalogue.of_kind(EntityKind.CARRIER))
            raise ValueError(f"the catalogue has no carrier {code}; it has {', '.join(known)}")
        return carrier.latest()

    def _unit(self, measure: Measure | None) -> str | None:
        if measure is None:
            return None
        wanted = "tCO2" if measure.kind is MeasureKind.CO2 else "tce"
        if measure.kind is MeasureKind.CARRIER:
            wanted = str(self._carrier(str(measure.carrier)).get("unit"))
        if self._row.text("unit") not in (None, wanted):
            self._fault(f"this budget's unit is {wanted}: state the total in it", "unit")
        return wanted

    def _version(self, period: Period | None) -> BudgetVersion | None:
        total = self._read("total", cells.positive, needed=True)
        phasing = self._phasing(period)
        begins: int | None = FROM_THE_BEGINNING
        if period is not None and self._row.text("effective_from") is not None:
            begins = self._read("effective_from", lambda text: cells.effective_from(text, period))
        if total is None or phasing is None or begins is None:
            return None
        return BudgetVersion(
            version=1,
            recorded_commit=0,
            recorded_at_us=0,
            effective_from_hour=begins,
            total=total,
            phasing=phasing,
        )

    def _phasing(self, period: Period | None) -> Phasing | None:
        if self._row.text("months") and self._row.text("phasing"):
            self._fault("give either months or phasing", "phasing")
        field = "months" if self._row.text("months") else "phasing"
        if self._row.text(field) is None:
            return Phasing()

        def parse(text: str) -> Phasing:
            phasing = cells.months(text) if field == "months" else cells.phasing(text)
            if period is not None:
                knots(phasing, period)
            return phasing

        return self._read(field, parse)

    def _policy(self) -> Policy | None:
        given = {field: self._row.text(field) for field in self._row.cells}
        try:
            return cells.policy({field: text for field, text in given.items() if text is not None})
        except cells.PolicyError as error:
            self._fault(str(error), error.field)
            return None


def _given(value: _T | None) -> _T:
    if value is None:
        raise ValueError("a cell was not read")
    return value


def _fixed(known: Budget, new: Budget) -> Iterator[tuple[str, str, bool]]:
    """Fields that never change: name, what the known budget says, whether the new one agrees."""
    for field, before, after in (
        ("subject", str(known.subject), str(new.subject)),
        ("carrier", known.measure.carrier, new.measure.carrier),
        ("tce", known.measure.series, new.measure.series),
        ("co2", known.measure.co2, new.measure.co2),
        ("flows", " ".join(known.measure.flows), " ".join(new.measure.flows)),
        ("unit", known.unit, new.unit),
        ("zone", known.period.zone_name, new.period.zone_name),
    ):
        yield field, before or "not given", before == after
    same_zone = known.period.zone_name == new.period.zone_name
    yield "period", known.period_text, not same_zone or known.period == new.period
    yield "policy", f"the policy {known.policy.name}", known.policy == new.policy


def _says_the_same(
    same_hour: list[BudgetVersion], version: BudgetVersion, effective_from: str | None
) -> bool:
    """Without a date of effect, repeating the first version is no wish to go back to it."""
    last = same_hour[0] if effective_from is None else same_hour[-1]
    return (last.total, last.phasing) == (version.total, version.phasing)


def _without_use(measure: Measure, world: World) -> Iterator[str]:
    """Why a budget in tce or CO2 would count too little."""
    if measure.kind is MeasureKind.CO2:
        yield from _without_carbon(measure, world)
        return
    counted = False
    for carrier in world.catalogue.of_kind(EntityKind.CARRIER):
        attributes = carrier.latest()
        factors = world.factors.of(carrier.code, measure.series) if measure.series else ()
        if not factors or not counts_energy(attributes):
            continue
        counted = True
        try:
            for factor in factors:
                tce_per_unit(factor, attributes, world.factors)
        except UnitError as error:
            yield str(error)
    if not counted:
        yield "no carrier of the catalogue has a factor of this series"


def _without_carbon(measure: Measure, world: World) -> Iterator[str]:
    counted = False
    for carrier in world.catalogue.of_kind(EntityKind.CARRIER):
        attributes = carrier.latest()
        if not counts_energy(attributes):
            continue
        try:
            counted |= bool(carbon_weights(carrier.code, attributes, measure, world.factors))
        except NoFactorError:
            # A carrier that nobody has burnt yet needs no factor; judgements name what counts.
            continue
        except UnitError as error:
            yield str(error)
    if not counted:
        yield "no carrier of the catalogue has a factor of CO2"
