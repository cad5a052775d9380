"""`qingyu profile`: the plans of five places, shown, and made into running systems."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any

import typer

from deploy.cli import profile_apply
from deploy.cli.client import DataDir, Key, connect
from deploy.cli.terminal import fail, out
from deploy.profiles import reader
from deploy.profiles.model import Profile
from deploy.profiles.reader import ProfileError
from deploy.profiles.screen import listing
from deploy.profiles.screen import show as show_profile

app = typer.Typer(help="Plans of five places: their targets, tasks, gates and cadence.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Name = Annotated[str, typer.Argument(help="A profile's name, from `qingyu profile list`.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Lists the profiles.

    \b
    $ qingyu profile list
    """
    found = [_load(name) for name in reader.names()]
    if as_json:
        _print_json([_brief(one) for one in found])
        return
    out.print(listing(found), soft_wrap=False)


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Shows a profile: every number with its plan, clause, year, and whether it binds.

    \b
    $ qingyu profile show qinghai-peak
    $ qingyu profile show qinghai-peak --json | jq '.targets[].clause'
    """
    profile = _load(name)
    if as_json:
        _print_json(asdict(profile))
        return
    show_profile(out, profile)


@app.command()
def apply(
    name: Name,
    year_of_data: Annotated[
        bool,
        typer.Option(
            "--year-of-data", help="Also invented plants (演示) and a year of their data."
        ),
    ] = False,
    data_dir: DataDir = None,
    key: Key = None,
) -> None:
    """Makes a running system that of a place: regions, departments, targets in force, tasks.

    With --year-of-data come demonstration plants, marked as such, their readings, and the year's
    statistics, so that levels are there to be looked at. The same again changes nothing.

    \b
    $ qingyu up --data-dir data/qinghai &
    $ qingyu profile apply qinghai-peak --year-of-data --data-dir data/qinghai
    """
    profile = _load(name)
    with connect(data_dir, key) as api:
        applied = profile_apply.apply(api, profile, with_year=year_of_data)
        profile_apply.farewell(api, profile, applied, with_year=year_of_data)


def _load(name: str) -> Profile:
    try:
        return reader.load(name)
    except KeyError:
        fail(f"there is no profile {name!r}; known are {', '.join(reader.names())}")
    except ProfileError as error:
        fail(str(error))


def _brief(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "title": profile.title,
        "title_en": profile.title_en,
        "region": profile.place.region,
        "first_year": profile.years.first,
        "last_year": profile.years.last,
        "draft": profile.plan.draft,
        "targets": len(profile.targets),
        "tasks": len(profile.tasks),
    }


def _print_json(document: object) -> None:
    out.print_json(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{value!r} does not travel as JSON")
