"""What a mapping file may say: which files, which columns, whose clock, whose points."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from shared.kit import yaml_text
from shared.model.exact import decimal
from shared.model.period import zone

ISO = "iso"


class MappingError(ValueError):
    """The mapping file cannot be used; the message names every place and what to write there."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Csv(_Part):
    """How the tables are written. `header`: the first line names the columns."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    header: bool = True
    skip_lines: int = Field(default=0, ge=0)


class Time(_Part):
    """Where the instant stands and how it is read.

    `format`: `iso` or a strptime pattern. `zone`: whose clock it is (IANA name or +08:00), unless
    the text carries an offset. `midnight_closes_day`: a row stamped 00:00 means the 24:00 of the
    date it carries. `fold`: 1 reads the hour that a clock shows twice as the second of the two.
    """

    column: str = "at"
    format: str = ISO
    zone: str | None = None
    midnight_closes_day: bool = False
    fold: int = Field(default=0, ge=0, le=1)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None:
            zone(name)
        return name


class Replacement(_Part):
    """The register's meter is replaced at an instant; the new one starts at `new_start`."""

    at: str
    new_start: str = "0"


class Register(_Part):
    """Send running totals instead of the quantities of intervals.

    `start`: the register before the first row. `digits`: digits before the point, after which it
    rolls over. `interval_s`: the first register reading stands so long before the first row's end
    (or, with `stamp: start`, at the first row's stamp, and each total one interval later).
    """

    interval_s: int = Field(ge=1)
    start: str = "0"
    digits: int | None = Field(default=None, ge=1, le=15)
    stamp: str = Field(default="end", pattern="^(start|end)$")
    replaced: tuple[Replacement, ...] = ()


class Series(_Part):
    """One column of values and the point it belongs to.

    `column`: its name, several names of which the first that exists counts, or its place from 1.
    `point`, `unit`, `quality`, `revision`: text in which {name} stands for the row's column, for a
    name found in the path, or for a constant. `skip`: texts that mean there is no reading.
    """

    column: str | tuple[str, ...] = "value"
    point: str = "{point}"
    unit: str = ""
    quality: str = ""
    revision: str = ""
    scale: str = "1"
    decimal_comma: bool = False
    skip: tuple[str, ...] = ("",)
    register_: Register | None = Field(default=None, alias="register")

    @field_validator("scale")
    @classmethod
    def _positive(cls, text: str) -> str:
        if decimal(text) <= 0:
            raise ValueError("must be above zero")
        return text

    @property
    def factor(self) -> Decimal:
        """What each value is multiplied by, exactly."""
        return decimal(self.scale)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column's possible names."""
        return (self.column,) if isinstance(self.column, str) else self.column


class Mapping(_Part):
    """A whole mapping file; `folder` is where it lies.

    `files`: used when the command names none, relative to the mapping. `members`: which members of
    archives to read. `path`: a pattern such as b{building}/{carrier}.csv whose names become
    columns. `constants`: further names.
    """

    files: tuple[str, ...] = ()
    members: tuple[str, ...] = ("*.csv",)
    path: str | None = None
    csv: Csv = Csv()
    time: Time = Time()
    series: tuple[Series, ...] = Field(default=(Series(),), min_length=1)
    constants: dict[str, str] = Field(default_factory=dict)
    folder: Path = Path()

    @model_validator(mode="after")
    def _places_without_names(self) -> "Mapping":
        if not self.csv.header and not all(
            column.isdigit() for one in self.series for column in (*one.columns, self.time.column)
        ):
            raise ValueError("csv.header is false, so columns must be given by place, from 1")
        return self


def load(path: Path) -> Mapping:
    """Read a mapping file; raises MappingError."""
    try:
        raw = yaml_text.load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path} is not readable as YAML: {error}") from error
    return parse(raw, path)


def parse(raw: Any, path: Path) -> Mapping:
    """A mapping from what YAML gave; raises MappingError. `path` is named in messages."""
    if not isinstance(raw, dict):
        raise MappingError(
            f"{path}: a mapping file holds names and values, such as time: and series:"
        )
    try:
        return Mapping.model_validate({**raw, "folder": path.parent})
    except ValidationError as error:
        lines = [f"{_place(one['loc'])}: {one['msg']}" for one in error.errors()]
        raise MappingError(f"{path} cannot be used:\n" + "\n".join(lines)) from error


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc) or "mapping"
