"""Files of settings that come with the service, and which region has which."""

import re
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from importlib import resources

import msgspec
import yaml

from services.alerts.adapters.briefs import measures_file
from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.settings import (
    BriefSettings,
    Cadence,
    Gdp,
    Tier,
    Trigger,
    faults,
)
from shared.kit import yaml_text
from shared.kit.postgres import Database

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ASSIGNMENTS = "SELECT region, name FROM alerts.brief_settings ORDER BY region"
_ASSIGN = """
    INSERT INTO alerts.brief_settings (region, name, assigned_by, assigned_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (region) DO UPDATE SET name = excluded.name, assigned_by = excluded.assigned_by,
        assigned_at = excluded.assigned_at
"""


class BadSettingsError(ValueError):
    """A file of settings that cannot be used: which place, and why."""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class _Trigger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    after_workdays: int
    coverage_percent: str | int | None = None
    after_workdays_at_least: int = 0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: _Words
    source: str
    cadences: frozenset[Cadence]
    levels: frozenset[Tier]
    trigger: _Trigger
    gdp: Gdp
    languages: tuple[Language, ...]
    measure_first: str
    issuer: _Words
    number: str
    wait_at_most_workdays: int = 0
    second_person: bool = False
    publish_on_approval: bool = False
    public: bool = False
    copies: _Words = _Words("", "")
    map: str = ""
    zone: str = "Asia/Shanghai"


def read_settings(text: str) -> BriefSettings:
    """The settings that a YAML text holds; raises BadSettingsError."""
    try:
        body = msgspec.convert(yaml_text.load(text), _File, strict=True)
        settings = _settings(body)
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as error:
        raise BadSettingsError(f"not readable as settings of briefs: {error}") from error
    found = [f"{place}: {why}" for place, why in faults(settings)]
    if not _NAME.fullmatch(settings.name):
        found.append("name: must be of small letters, digits and hyphens")
    if found:
        raise BadSettingsError("; ".join(found))
    return settings


def _settings(body: _File) -> BriefSettings:
    coverage = body.trigger.coverage_percent
    return BriefSettings(
        name=body.name,
        title=_label(body.title),
        source=body.source,
        cadences=body.cadences,
        levels=body.levels,
        trigger=Trigger(
            after=body.trigger.after_workdays,
            coverage=None if coverage is None else Fraction(coverage),
            at_least=body.trigger.after_workdays_at_least,
        ),
        gdp=body.gdp,
        wait=body.wait_at_most_workdays,
        languages=body.languages,
        measure_first=body.measure_first,
        second_person=body.second_person,
        publish_on_approval=body.publish_on_approval,
        public=body.public,
        issuer=_label(body.issuer),
        copies=_label(body.copies),
        number=body.number,
        map_name=body.map,
        proposals=measures_file.shipped(),
        zone=body.zone,
    )


def _label(words: _Words) -> Label:
    return Label(words.zh, words.en)


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, BriefSettings]:
    """The settings that come with the service, by name."""
    folder = resources.files("services.alerts") / "data" / "briefs" / "settings"
    found: dict[str, BriefSettings] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            settings = read_settings(file.read_text(encoding="utf-8"))
            if file.name != f"{settings.name}.yaml":
                raise BadSettingsError(f"{file.name} names itself {settings.name}")
            found[settings.name] = settings
    return found


class PostgresSettings:
    """The port SettingsShelf."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def known(self) -> Mapping[str, BriefSettings]:
        """The shipped ones."""
        return shipped()

    async def assignments(self) -> Mapping[str, str]:
        """Region -> name."""
        async with self._db.reading() as tx:
            return {row["region"]: row["name"] for row in await tx.raw.fetch(_ASSIGNMENTS)}

    async def assign(self, region: str, name: str, by: str, at: datetime) -> None:
        """From now on."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_ASSIGN, region, name, by, at)
