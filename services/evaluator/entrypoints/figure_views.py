"""Figures, levels and explanations as they are answered."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from services.evaluator.domain.barometer.rating import Check, FiveYear, Rating, RatingState
from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.figures.names import FigureId, Scope
from services.evaluator.domain.figures.rendering import (
    Document,
    document,
    exact,
    for_people,
    leaves,
    words,
)
from services.evaluator.domain.statistics.growth import Approximate
from services.evaluator.handlers.reckoner.assessing import Graded
from services.evaluator.handlers.reckoner.ratings import Judged
from services.evaluator.handlers.reckoner.reckoner import Made

NOT_RATED = Label("未评级", "not rated")
EXEMPT = Label("免于考核", "exempt")


def figure_body(made: Made) -> Document:
    """One figure with its level and the address of its explanation."""
    figure = made.figure
    return {
        **_named(made),
        "label": words(figure.label),
        "value": exact(figure.value),
        "shown": for_people(figure.value, figure.unit),
        "unit": figure.unit,
        "missing": [words(reason) for reason in figure.missing],
        "flags": [words(flag) for flag in figure.flags],
        "level": level_body(made.judged, made.trend) if made.judged else None,
        "grade": grade_body(made.graded) if made.graded else None,
        "explain": explain_href(made.name),
    }


def explanation(made: Made) -> Document:
    """How a figure came about: the tree, its leaves by kind, and the comparison that rated it."""
    found: dict[str, dict[str, Document]] = {}
    parts = [made.figure, *made.beside, *((made.judged and _steps(made.judged.rating)) or ())]
    for part in parts:
        for leaf in leaves(part):
            if leaf.source is not None:
                body = document(leaf)
                place = f"{leaf.source.href}{leaf.source.pointer}{leaf.label.en}{body['value']}"
                found.setdefault(leaf.source.kind.value, {})[place] = body
    level = level_body(made.judged, made.trend) if made.judged else None
    if made.judged and level is not None:
        level |= _evidence(made.judged.rating)
    return {
        **_named(made),
        "tree": document(made.figure, str(made.name)),
        "beside": [document(figure) for figure in made.beside],
        "level": level,
        "grade": grade_body(made.graded) if made.graded else None,
        "leaves": {kind: list(bodies.values()) for kind, bodies in sorted(found.items())},
    }


def level_body(judged: Judged, change: str) -> Document:
    """A level with target, rule, threshold and margin; without one, why not."""
    rating = judged.rating
    reached = rating.reached
    unnamed = EXEMPT if rating.state is RatingState.EXEMPT else NOT_RATED
    target = judged.target
    return {
        "state": rating.state.value,
        "label": words(reached.name if reached else unnamed),
        "colour": reached.colour if reached else rating.state.value,
        "level": reached.level if reached else None,
        "severity": reached.severity if reached else None,
        "change": str(change),
        "reasons": [words(reason) for reason in rating.reasons],
        "flags": [words(flag) for flag in rating.flags],
        "target": rating.target,
        "target_name": {"zh": target.name, "en": target.name_en or target.code},
        "target_version": judged.entry.version,
        "target_value": f"{target.value:f}" if target.value is not None else None,
        "target_unit": target.unit,
        "binding": target.binding.value,
        "rule": rating.rule,
        "rule_version": rating.rule_version,
        "scope": judged.scope.value,
        "threshold": words(rating.threshold) if rating.threshold else None,
        "actual": _shown(rating.actual),
        "goal": _shown(rating.goal),
        "margin": _margin(rating),
        "progress": _approximate(rating.progress),
        "required": _shown(rating.required),
    }


def grade_body(one: Graded) -> Document:
    """Where a product stands against its limit; the documents of both are given elsewhere."""
    result = one.result
    return {
        "limit": one.limit.code,
        "limit_version": one.version,
        "standard": one.limit.standard,
        "product": {"zh": one.limit.product, "en": one.limit.product_en},
        "unit": one.limit.unit,
        "state": result.state.value,
        "grade": result.grade,
        "standing": result.standing.value,
        "applied": list(result.applied),
        "remarks": [words(remark) for remark in result.remarks],
        "reasons": [words(reason) for reason in result.reasons],
    }


def explain_href(name: FigureId) -> str:
    """The address of a figure's explanation, with its options and commit."""
    query = urlencode(name.options.query, safe=":")
    return f"/v1/explain/{quote(str(name), safe=':/')}{'?' if query else ''}{query}"


def _named(made: Made) -> Document:
    name = made.name
    return {
        "id": str(name),
        "figure": str(name),
        "subject": made.who.key,
        "subject_name": made.who.name,
        "measure": name.measure,
        "period": name.period,
        "options": {
            "scope": (judged_scope(made) or name.options.scope or Scope.MONITORED).value,
            "series": name.options.series.value,
            "basis": name.options.basis.value,
            "rule": name.options.rule,
        },
        "as_of": f"commit:{made.as_of}",
    }


def judged_scope(made: Made) -> Scope | None:
    """The scope that a rating took."""
    return made.judged.scope if made.judged else None


def _steps(rating: Rating) -> Sequence[Figure]:
    decisive = (rating.decisive.left, rating.decisive.right) if rating.decisive else ()
    listed = (rating.goal, rating.margin, rating.required, *decisive)
    return [figure for figure in listed if figure is not None]


def _evidence(rating: Rating) -> Document:
    return {
        "steps": [document(step) for step in _steps(rating)],
        "checks": [_check(check) for check in rating.checks],
        "decisive": _check(rating.decisive) if rating.decisive else None,
        "approximate": [
            _approximated(one) for one in (rating.progress, rating.margin_points) if one is not None
        ],
        "five_year": _five_year(rating.five_year) if rating.five_year else None,
    }


def _check(check: Check) -> Document:
    return {
        "left": document(check.left),
        "relation": check.relation.value,
        "right": document(check.right),
        "holds": check.holds,
    }


def _five_year(found: FiveYear) -> Document:
    exacts: Mapping[str, Figure | None] = {
        "passed": found.passed,
        "years": found.years,
        "change": found.change,
        "required": found.required,
        "used": found.used,
        "remaining": found.remaining,
    }
    return {
        **{name: document(figure) if figure else None for name, figure in exacts.items()},
        "progress": _approximated(found.progress) if found.progress else None,
        "each_year": _approximated(found.each_year) if found.each_year else None,
    }


def _approximated(one: Approximate) -> Document:
    """A number that is no fraction: how it is made of its operands, and how it is shown."""
    return {
        "label": words(one.label),
        "unit": one.unit,
        "shown": f"{one.value:f}" if one.value is not None else None,
        "formula": one.formula.value,
        "operands": [document(operand) for operand in one.operands],
        "missing": [words(reason) for reason in one.missing],
    }


def _approximate(one: Approximate | None) -> str | None:
    return f"{one.value:f}" if one is not None and one.value is not None else None


def _shown(figure: Figure | None) -> str | None:
    return for_people(figure.value, figure.unit) if figure is not None else None


def _margin(rating: Rating) -> str | None:
    points = _approximate(rating.margin_points)
    if points is not None:
        return f"{points} pp"
    if rating.margin is None or rating.margin.value is None:
        return None
    return f"{_shown(rating.margin)} {rating.margin.unit}".strip()
