"""The forecast bench on the terminal and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from deploy.bench.forecast import COVERAGE, Summary
from services.evaluator.domain.forecast.methods import REFERENCES


def table(summaries: Sequence[Summary]) -> Table:
    """Medians of per cent off the unseen rest, the references beside ours."""
    found = Table(title="Median error of the unseen rest, per cent", title_justify="left")
    found.add_column("")
    for name in (*REFERENCES, "ours", "of the best", "80 % holds", "its width"):
        found.add_column(str(name), justify="right")
    for one in summaries:
        found.add_row(
            f"{one.carrier} {one.year or 'in all'} ({one.cases} rests)",
            *(f"{one.methods[name]:.1f}" for name in REFERENCES),
            f"[bold]{one.percent:.2f}[/]",
            f"{one.share:.2f}",
            f"{one.coverage:.0%}",
            f"{one.width:.1f} %",
            end_section=one is summaries[-1],
        )
    return found


def methods_table(summaries: Sequence[Summary]) -> Table:
    """What every method would have given alone, and how often it was chosen."""
    found = Table(title="Each method alone (chosen)", title_justify="left")
    found.add_column("method")
    whole = [one for one in summaries if one.year is None]
    for one in whole:
        found.add_column(one.carrier, justify="right")
    for name in sorted({name for one in whole for name in one.methods}):
        cells = (f"{one.methods[name]:.2f} ({one.chosen.get(name, 0)})" for one in whole)
        found.add_row(name.value, *cells)
    return found


def goals(summaries: Sequence[Summary]) -> list[str]:
    """One line for each carrier: the goal and whether it is reached."""
    return [
        f"{'[green]reached[/]' if one.reached else '[red]missed[/]'} {one.carrier}: "
        f"{one.percent:.2f} % is {one.share:.3f} of {one.best_reference} "
        f"({one.methods[one.best_reference]:.2f} %); the interval holds {one.coverage:.1%} "
        f"({COVERAGE[0]:.0%} to {COVERAGE[1]:.0%} wanted)"
        for one in summaries
        if one.year is None
    ]


def document(summaries: Sequence[Summary], calendar: str) -> dict[str, Any]:
    """The figures as JSON."""
    return {
        "calendar": calendar,
        "carriers": [
            {
                "carrier": one.carrier,
                "year": one.year,
                "rests": one.cases,
                "median_error_percent": one.percent,
                "best_reference": one.best_reference,
                "share_of_best": one.share,
                "methods": dict(one.methods),
                "chosen": dict(one.chosen),
                "coverage": one.coverage,
                "median_width_percent": one.width,
                "reached": one.reached,
            }
            for one in summaries
        ],
    }
