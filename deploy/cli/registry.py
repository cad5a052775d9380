"""The commands of `qingyu`, each named once; their modules are imported when they are used."""

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

RUN = "Run a system"
FILL = "Say what there is"
SEE = "See what it knows"
TRY = "Try it"
OPERATE = "Run its parts one by one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command's name, the module that holds it, its line in the help, and its panel there."""

    name: str
    module: str
    line: str
    panel: str


def _entry(name: str, line: str, panel: str, module: str | None = None) -> Entry:
    return Entry(name=name, module=f"deploy.cli.{module or name}", line=line, panel=panel)


ENTRIES: tuple[Entry, ...] = (
    _entry("up", "Start a whole system in one folder and keep it running.", RUN),
    _entry("status", "Show what runs in a folder, where, and how it feels.", RUN),
    _entry("demo", "A system with real data, from nothing to warnings.", TRY),
    _entry("replay", "Send a file of readings through the HTTP door.", TRY),
    _entry("bench", "Measure this machine with the whole path.", TRY),
    _entry("rule", "What another rule would have raised last year.", TRY),
    _entry("catalogue", "Regions, enterprises, tags and metering points.", FILL),
    _entry("key", "Keys for senders, readers and operators.", FILL),
    _entry("budget", "Budgets of enterprises, regions and tags.", FILL),
    _entry("target", "Targets: set, shared out, approved, exchanged.", FILL),
    _entry("task", "Tasks of the plans: deadlines, reports, what is behind.", FILL),
    _entry("profile", "Plans of five places, shown and made into systems.", FILL),
    _entry("record", "Statements, factors, rules: what people put on record.", FILL),
    _entry("factor", "What another edition of the factors changes.", FILL),
    _entry("silence", "Who is not told of what, until when, and why.", FILL),
    _entry("routes", "Who is told of what, and where something would go.", FILL),
    _entry("contact", "Who is told, and by which ways.", FILL),
    _entry("webhook", "Addresses that warnings are sent to.", FILL),
    _entry("books", "What was used, by hour, day or month.", SEE),
    _entry("barometer", "A region and all below it as traffic lights.", SEE),
    _entry("brief", "Situation briefs (形势分析): made, read, published.", SEE),
    _entry("figure", "Any number by name, and how it came about.", SEE),
    _entry("forecast", "Where a period will end, and when a budget runs out.", SEE),
    _entry("warnings", "What has been warned about, and why.", SEE),
    _entry("notice", "Who was told what, and every attempt to tell them.", SEE),
    _entry("journal", "Whether the history of warnings is whole.", SEE),
    _entry("ladder", "Which warning calls for which step, by when.", FILL),
    _entry("step", "Steps proposed, issued, answered, overdue; letters.", SEE),
    _entry("gate", "How far regions are open to projects.", SEE),
    _entry("consultation", "Consultations (会商) and their tasks.", SEE),
    _entry("ingest", "The service that takes readings in.", OPERATE, "service_ingest"),
    _entry("evaluator", "The service that keeps books and judges.", OPERATE, "service_evaluator"),
    _entry("alerts", "The service that warns.", OPERATE, "service_alerts"),
    _entry("console", "The service that shows pages.", OPERATE, "service_console"),
    _entry("migrate", "Bring the tables of a database up to date.", OPERATE),
    _entry("topics", "Create Kafka's topics and check those there are.", OPERATE),
    _entry("version", "Say which Qingyu this is.", OPERATE),
)


def register(root: typer.Typer, words: Sequence[str], entries: Sequence[Entry] = ENTRIES) -> None:
    """Give `root` all commands: those among `words` whole, the others as a line in the help."""
    for entry in entries:
        if entry.name in words:
            _add_whole(root, entry)
        elif importlib.util.find_spec(entry.module) is not None:
            _adder(root, entry)(_not_loaded)


def _add_whole(root: typer.Typer, entry: Entry) -> None:
    try:
        module = importlib.import_module(entry.module)
    except ModuleNotFoundError as error:
        if error.name == entry.module:
            return
        raise
    if hasattr(module, "command"):
        _adder(root, entry, flowing(module.command.__doc__))(module.command)
        return
    for command in module.app.registered_commands:
        command.help = flowing(command.help or command.callback.__doc__)
    root.add_typer(
        module.app,
        name=entry.name,
        short_help=entry.line,
        rich_help_panel=entry.panel,
        no_args_is_help=True,
    )


def flowing(docstring: str | None) -> str:
    """A docstring for the terminal: its paragraphs flow, except those that begin with `\b`."""
    paragraphs = inspect.cleandoc(docstring or "").split("\n\n")
    return "\n\n".join(
        text if text.startswith("\b") else " ".join(text.splitlines()) for text in paragraphs
    )


def _adder(
    root: typer.Typer, entry: Entry, text: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return root.command(entry.name, help=text, short_help=entry.line, rich_help_panel=entry.panel)


def _not_loaded() -> None:
    """Stands for a command that was not asked for; only its line is ever shown."""
