"""Running one service in the foreground, or showing the settings that it reads."""

import importlib
from typing import Annotated

import typer
from pydantic_settings import BaseSettings
from rich.table import Table

from deploy.cli.terminal import fail, out

SettingsFlag = Annotated[
    bool, typer.Option("--settings", help="Show the QINGYU_* settings it reads, and do not run.")
]


def run_service(name: str, *, show_settings: bool) -> None:
    """Run `services.<name>` until it ends, with its exit code; or show its settings."""
    if show_settings:
        out.print(settings_table(settings_of(name)))
        return
    try:
        main = importlib.import_module(f"services.{name}.__main__").main
    except ModuleNotFoundError as error:
        fail(f"the service {name} cannot be loaded: {error}")
    raise typer.Exit(main())


def settings_of(name: str) -> type[BaseSettings]:
    """The settings class of a service: the one that its module defines itself."""
    module = importlib.import_module(f"services.{name}.settings")
    classes = [one for one in vars(module).values() if isinstance(one, type)]
    own = [one for one in classes if one.__module__ == module.__name__]
    return next(one for one in own if issubclass(one, BaseSettings))


def settings_table(settings: type[BaseSettings]) -> Table:
    """A row a setting: its variable, its default, what it means."""
    table = Table("variable", "default", "meaning", box=None)
    for field, info in settings.model_fields.items():
        default = "" if info.is_required() else str(info.get_default(call_default_factory=True))
        table.add_row(f"QINGYU_{field.upper()}", default, info.description or "")
    return table
