"""Addresses that explain a number."""

from services.evaluator.domain.figures.names import FigureId
from services.evaluator.domain.statistics.leaves import quoted


def figure_links(name: FigureId) -> dict[str, str]:
    """Where the figure is told and explained, as it is now."""
    place = "/".join(_part(part) for part in str(name).split("/"))
    options = [f"{key}={_part(value)}" for key, value in name.options.query.items()]
    query = f"?{'&'.join(options)}" if options else ""
    return {"figure": f"/v1/figures/{place}{query}", "explain": f"/v1/explain/{place}{query}"}


def _part(text: str) -> str:
    """Colons stay as they are: they read better, and nothing mistakes them."""
    return ":".join(quoted(piece) for piece in text.split(":"))
