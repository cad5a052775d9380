"""What section one should say: totals, intensities, GDP and the region's own targets."""

from collections.abc import Iterator

from services.alerts.domain.briefs.facts import Label, Moved, Rated
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.dates import period
from services.alerts.domain.briefs.proof.moving import move, signed, trend, year
from services.alerts.domain.briefs.proof.numerals import target_percent, target_points
from services.alerts.domain.briefs.proof.reader import Claim
from services.alerts.domain.briefs.proof.slots import Value
from services.alerts.domain.briefs.proof.view import MEASURES, View, claim, level_name, main

Due = Iterator[tuple[str, list[Claim]]]


def overall(view: View) -> Due:
    """The section's paragraphs by name, with what each should say."""
    for arm in view.arms:
        yield f"overall.{arm}", [one for kind in ("total", "intensity")
                                 for one in _measure(view, f"{arm}-{kind}")]  # fmt: skip
    yield "overall.output", [_output(view)]
    yield "overall.targets", list(_targets(view)) or [claim("no targets")]


def own_targets(view: View) -> list[Rated]:
    """The region's own targets in the order in which they are written."""
    place = {one: nth for nth, one in enumerate(view.measures)}
    return sorted(view.situation.own, key=lambda one: (place.get(one.measure, 9), one.target))


def _targets(view: View) -> Iterator[Claim]:
    own = own_targets(view)
    told = [one for one in own if tells(one)]
    for one in told:
        yield from _target(view, one)
    if own and not told:
        yield claim("no target rated", n=str(len(own)))
    elif len(told) < len(own):
        yield claim("more targets", n=str(len(own) - len(told)))


def tells(one: Rated) -> bool:
    """Whether there is more to say of the target than that there are no data."""
    if one.state == "rated" or one.measure in MEASURES:
        return True
    return not (one.since_base is None and one.progress is None and one.value is None)


def nothing(view: View, subject: str, moved: Moved | None) -> Claim:
    """That there are no data of something, and why."""
    why = "" if moved is None else view.why(moved.now.missing)
    return claim("nothing", subject=view.begin(subject), why=why or None)


def _measure(view: View, measure: str) -> Iterator[Claim]:
    here = view.situation
    name, when = view.measure(measure), view.say(period(here.span.text))
    one = main(here.measures, measure)
    if one is None:
        zh, en = f"{when}，{here.name}{name}", f"In {when}, {name} of {here.name}"
        yield nothing(view, view.say(Label(zh, en)), None)
        return
    scope = view.word(words.SCOPES, one.scope)
    zh = f"{when}，{here.name}{name}（{scope}口径）"
    en = f"In {when}, {name} of {here.name} ({scope})"
    said = {"period": when, "region": here.name, "measure": name, "scope": scope}
    yield _amount(view, "total", measure, one.moved, said, Label(zh, en))
    if one.single is not None and one.single.now.value is not None:
        when = view.say(period(here.span.single))
        subject = Label(f"{when}当期{name}", f"In {when} alone, {name}")
        yield _amount(
            view, "single", measure, one.single, {"period": when, "measure": name}, subject
        )
    yield from _others(view, measure, name)


def _others(view: View, measure: str, name: str) -> Iterator[Claim]:
    for one in view.situation.measures:
        if one.measure == measure and not one.main and one.moved.now.value is not None:
            scope = view.word(words.SCOPES, one.scope)
            subject = Label(f"{scope}口径{name}", f"By the scope of {scope}, {name}")
            said = {"scope": scope, "measure": name}
            yield _amount(view, "other", measure, one.moved, said, subject)


def _amount(
    view: View, kind: str, measure: str, moved: Moved, said: dict[str, str], subject: Label
) -> Claim:
    if moved.now.value is None:
        return nothing(view, view.say(subject), moved)
    full = kind != "other"
    return claim(
        kind,
        **said,
        amount=view.amount(moved.now.value, moved.now.unit),
        year=year(view, moved, measure, sized=full),
        trend=trend(moved) if full else None,
    )


def _output(view: View) -> Claim:
    output = view.situation.output
    if output.status == "missing" or output.moved.now.value is None:
        subject = Label("地区生产总值", "Gross domestic product")
        return nothing(view, view.say(subject), output.moved)
    now = output.moved.now
    return claim(
        "output preliminary" if output.status == "preliminary" else "output",
        amount=view.amount(output.moved.now.value, now.unit),
        year=year(view, output.moved, "gdp"),
    )


def _target(view: View, one: Rated) -> Iterator[Claim]:
    name = view.say(one.target_name)
    if one.since_base is not None:
        yield claim(
            "since", target=name, move=move(view, target_points(one.since_base), one.measure)
        )
    allowed = allows(one)
    if one.progress is not None:
        yield claim(
            "allowed" if allowed else "progress",
            target=name,
            q=target_percent(one.progress),
            against=_against(view, one),
        )
    if one.remaining is not None and one.each_year is not None:
        each = move(view, target_points(one.each_year), one.measure)
        if one.remaining <= 0:
            most = move(view, target_points(abs(one.remaining)), one.measure)
            yield (
                claim("most", target=name, most=most, move=each)
                if allowed
                else claim("met", target=name)
            )
        elif target_points(one.remaining) == 0:
            yield claim("hardly left", target=name)
        else:
            yield claim("left", target=name, p=target_percent(one.remaining), move=each)
    yield _level(view, one, name)


def allows(one: Rated) -> bool:
    """Whether the target is an amount by which to rise, or a fall by less than nothing."""
    return one.unit not in ("", "%") or (one.target_value or 0) < 0


def _against(view: View, one: Rated) -> Value | None:
    if one.progress is None or one.required is None:
        return None
    due = target_percent(one.required)
    word, *gap = signed(
        target_points(one.progress) - target_points(one.required), "above", "below", "equal"
    )
    return (word, due, *gap) if view.zh else (word, *gap, due)


def _level(view: View, one: Rated, name: str) -> Claim:
    if view.rates and one.state == "rated":
        return claim("level", target=name, level=view.say(level_name(one)), changed=(one.change,))
    state, why = view.say(one.label), view.why(one.reasons)
    if not view.rates:
        state = view.say(Label("不作评级", "not rated"))
        why = view.say(Label("初步数据", "preliminary data"))
    more = (f"（{why}）" if view.zh else f" ({why})") if why else ""
    return claim("no level", target=name, state=f"{state}{more}")
