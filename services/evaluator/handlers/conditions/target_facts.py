"""A rated target as a person wants to see it: figures as they are shown, scopes, links."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.evaluator.domain.barometer.rating import Rating
from services.evaluator.domain.conditions.links import figure_links
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.figures.names import FigureId, Options, Scope
from services.evaluator.domain.figures.rendering import for_people, words
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.leaves import quoted
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings
from services.evaluator.handlers.reckoner.world import Who
from shared.model.subject import SubjectKind


def facts_of(
    ratings: Ratings, who: Who, judged: Judged, text: str, *, both: bool
) -> dict[str, Any]:
    """What stands beside the level of a target in a period.

    both: also as monitored and as confirmed, which takes as long as the rating again.
    """
    target, rating = judged.target, judged.rating
    name = FigureId(subject=who.subject, measure=f"target:{target.code}", period=text)
    return {
        "label": {"zh": target.name, "en": target.name_en or target.code},
        "period": text,
        "target": _target(target),
        "rule": {"code": rating.rule, "version": rating.rule_version},
        "state": rating.state.value,
        "light": _light(rating),
        "scope": judged.scope.value,
        "shown": {
            "value": shown(rating.actual),
            "limit": shown(rating.goal),
            "margin": shown(rating.margin),
            "required": shown(rating.required),
            "unit": rating.actual.unit if rating.actual else target.unit,
        },
        **(_scopes(ratings, who, judged, text) if both else {}),
        "reasons": said(rating.reasons),
        "flags": said(rating.flags),
        **figure_links(name),
    }


def shown(figure: Figure | None) -> str | None:
    """The figure as people read it."""
    return for_people(figure.value, figure.unit) if figure is not None else None


def said(labels: Iterable[Label]) -> list[dict[str, str]]:
    """Labels in both languages."""
    return [words(label) for label in labels]


def _target(target: Target) -> dict[str, Any]:
    return {
        "code": target.code,
        "measure": target.measure,
        "form": target.form.value,
        "value": None if target.value is None else f"{target.value:f}",
        "unit": target.unit,
        "binding": target.binding.value,
        "last_year": target.last_year,
        "href": f"/v1/targets/{quoted(target.code)}",
    }


def _light(rating: Rating) -> dict[str, Any] | None:
    """The traffic light's own level: its number, colour and name; of an exempt one what it was."""
    reached = rating.reached or rating.raw
    if reached is None:
        return None
    return {"level": reached.level, "colour": reached.colour, "name": words(reached.name)}


def _scopes(ratings: Ratings, who: Who, judged: Judged, text: str) -> Mapping[str, Any]:
    """A region's four measures as monitored and as confirmed by statistics, where known."""
    if who.subject.kind is not SubjectKind.REGION or judged.target.measure not in names.FOUR:
        return {}
    options = Options(as_of=ratings.world.as_of)
    return {
        word: _scope(ratings, who, judged, text, replace(options, scope=scope))
        for word, scope in (("monitored", Scope.MONITORED), ("confirmed", Scope.WHOLE))
    }


def _scope(
    ratings: Ratings, who: Who, judged: Judged, text: str, options: Options
) -> dict[str, Any] | None:
    same = options.scope is judged.scope
    found = judged if same else ratings.judged(who, judged.entry, text, options)
    actual = found.rating.actual
    if actual is None or actual.value is None:
        return None
    reached = found.rating.reached
    name = FigureId(
        subject=who.subject,
        measure=f"target:{judged.target.code}",
        period=text,
        options=Options(scope=options.scope),
    )
    return {
        "value": shown(actual),
        "unit": actual.unit,
        "light": reached.colour if reached else found.rating.state.value,
        **figure_links(name),
    }
