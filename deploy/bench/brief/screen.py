"""The bench of briefs on the terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from deploy.bench.brief.making import MOST_S, Made
from deploy.bench.brief.run import Outcome


def tables(outcome: Outcome) -> Sequence[Table]:
    """How long it took, what it cost by part, and by form."""
    made = outcome.made
    size = outcome.size
    title = (
        f"A brief of {outcome.period} for {size.enterprises:,} enterprises in {size.counties} "
        "counties: seconds by step"
    )
    return (
        _table(title, made, [one.phases_s for one in made], last=_verdict),
        _table("CPU seconds by part", made, [one.cpu_s for one in made], last=_others),
        _table("CPU seconds of the press by form", made, [one.forms_cpu_s for one in made]),
    )


def document(outcome: Outcome) -> dict[str, Any]:
    """Everything measured, for --json."""
    return {
        "passed": outcome.passed,
        "bars": {"seconds": MOST_S},
        "size": asdict(outcome.size),
        "period": outcome.period,
        "made": [asdict(one) | {"passed": one.passed} for one in outcome.made],
    }


def wrongs(outcome: Outcome) -> Sequence[str]:
    """Every figure that is not as it must be, with the brief in which it stands."""
    return [
        f"{_name(one)}: {what}"
        for one in outcome.made
        for what in (*one.wrong, *([] if one.progress > 1 else ["no progress was shown"]))
    ]


def _table(
    title: str,
    made: Sequence[Made],
    columns: Sequence[Any],
    last: Any = None,
) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    names = list(dict.fromkeys(name for found in columns for name in found))
    heads = last(None) if last else ()
    for place, name in enumerate(("brief", *names, *heads)):
        table.add_column(name, justify="right" if place else "left")
    for one, found in zip(made, columns, strict=True):
        cells = (f"{found.get(name, 0.0):.2f}" for name in names)
        table.add_row(_name(one), *cells, *(last(one) if last else ()))
    return table


def _name(one: Made) -> str:
    return f"{'+'.join(one.languages)}, {one.name}"


def _verdict(one: Made | None) -> tuple[str, ...]:
    if one is None:
        return ("all", f"bar {MOST_S:.0f} s", "figures")
    met = "[green]met[/]" if one.in_time else "[red]not met[/]"
    return f"[bold]{one.seconds:.2f}[/]", met, "[red]wrong[/]" if one.wrong else "[green]exact[/]"


def _others(one: Made | None) -> tuple[str, ...]:
    if one is None:
        return ("all", "others", "cores others kept busy")
    return f"{sum(one.cpu_s.values()):.2f}", f"{one.others_s:.2f}", f"{one.others:.2f}"
