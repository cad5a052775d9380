"""What may stand in a row of each kind: columns, their defaults, and which never change."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.ingest.domain.catalogue import codes, values
from services.ingest.domain.catalogue.values import Parse, Value
from shared.model.catalogue import EntityKind, Flow, PointKind, Stamp

DEFAULT_ZONE = "Asia/Shanghai"
VALIDITY = ("valid_from", "valid_to")
ENTITY = "entity"
"""Names the kind of a row in a CSV file whose name does not; `kind` is an attribute of some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One attribute: how to read it, what holds if it is not stated, whether it may change.

    sparse: left out where it says the default, as in records of before there was such a column.
    """

    name: str
    parse: Parse
    required: bool = False
    default: Value = None
    fixed: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The columns of one kind; `code` says how the code is read, `plural` names its files."""

    plural: str
    code: Parse
    columns: tuple[Column, ...]

    @property
    def known(self) -> frozenset[str]:
        """All names that a row may use."""
        return frozenset({"code", ENTITY, *VALIDITY, *(column.name for column in self.columns)})


def _name() -> Column:
    return Column(name="name", parse=values.text, required=True)


_CARRIER = Schema(
    plural="carriers",
    code=codes.word,
    columns=(
        _name(),
        Column(name="name_en", parse=values.text),
        Column(
            name="kind",
            parse=values.one_of("energy", "pollutant"),
            default="energy",
            fixed=True,
        ),
        Column(name="unit", parse=values.text, required=True, fixed=True),
        Column(name="units", parse=values.units),
    ),
)
_REGION = Schema(
    plural="regions",
    code=codes.region_code,
    columns=(
        _name(),
        Column(name="name_en", parse=values.text),
        Column(name="parent", parse=codes.region_code),
        Column(name="level", parse=values.text),
        Column(name="zone", parse=values.zone_name, default=DEFAULT_ZONE),
    ),
)
_ENTERPRISE = Schema(
    plural="enterprises",
    code=codes.enterprise_code,
    columns=(
        _name(),
        Column(name="name_en", parse=values.text),
        Column(name="region", parse=codes.region_code, required=True),
        Column(name="industry", parse=codes.industry_code, required=True),
        Column(name="demonstration", parse=values.boolean, default=False),
        Column(name="public", parse=values.boolean, default=False, sparse=True),
    ),
)
_TAG = Schema(
    plural="tags",
    code=codes.word,
    columns=(
        _name(),
        Column(name="name_en", parse=values.text),
        Column(name="kind", parse=codes.word, required=True),
    ),
)
_MEMBER = Schema(
    plural="members",
    code=codes.member_code,
    columns=(
        Column(name="tag", parse=codes.word, required=True, fixed=True),
        Column(name="enterprise", parse=codes.enterprise_code, required=True, fixed=True),
    ),
)
_POINT = Schema(
    plural="points",
    code=codes.point_code,
    columns=(
        Column(name="name", parse=values.text),
        Column(name="owner", parse=values.owner, required=True, fixed=True),
        Column(name="carrier", parse=codes.word, required=True, fixed=True),
        Column(name="flow", parse=values.one_of(*Flow), default=Flow.IMPORT.value, fixed=True),
        Column(name="unit", parse=values.text, fixed=True),
        Column(name="kind", parse=values.one_of(*PointKind), required=True, fixed=True),
        Column(name="decimals", parse=values.whole(0, 9), required=True, fixed=True),
        Column(name="multiplier", parse=values.positive, default="1"),
        Column(name="multiplier_decimals", parse=values.whole(0, 9), fixed=True),
        Column(name="interval_s", parse=values.whole(1, 31 * 86_400), required=True),
        Column(name="stamp", parse=values.one_of(*Stamp), default=Stamp.END.value, fixed=True),
        Column(name="zone", parse=values.zone_name),
        Column(name="digits", parse=values.whole(1, 15)),
        Column(name="max_rate", parse=values.positive),
        Column(name="level", parse=values.whole(1, 3)),
        Column(name="parent", parse=codes.point_code),
        Column(name="counted", parse=values.boolean, default=True),
    ),
)

SCHEMAS: Mapping[EntityKind, Schema] = {
    EntityKind.CARRIER: _CARRIER,
    EntityKind.REGION: _REGION,
    EntityKind.ENTERPRISE: _ENTERPRISE,
    EntityKind.TAG: _TAG,
    EntityKind.MEMBER: _MEMBER,
    EntityKind.POINT: _POINT,
}


def kind_named(written: str) -> EntityKind | None:
    """The kind that `points`, `point` or `Points` names; None if there is none."""
    name = written.strip().lower()
    for kind, schema in SCHEMAS.items():
        if name in (kind.value, schema.plural):
            return kind
    return None
