"""What sections two to four should say: levels, parts of totals, and the regions below."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from services.alerts.domain.briefs.facts import Group, Grouping, Label, Place
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.adding import added
from services.alerts.domain.briefs.proof.due_overall import Due, nothing
from services.alerts.domain.briefs.proof.moving import move, signed, trend, year
from services.alerts.domain.briefs.proof.numerals import percent, plain, points
from services.alerts.domain.briefs.proof.reader import Claim
from services.alerts.domain.briefs.proof.slots import Value
from services.alerts.domain.briefs.proof.view import (
    View,
    claim,
    colour,
    groupings,
    level,
    main,
    moved,
    quantity,
    rate,
    total_colour,
)

_FEW = 3
_SEVERE = Decimal(10)
_MOST_SEVERE = 5
_COLOURS = ("red", "orange", "yellow", "green")


def levels(view: View) -> Due:
    """Section two."""
    places = view.situation.places
    if not view.rates:
        yield "levels", [claim("unrated")]
    elif not rated_measures(view):
        yield "levels", [claim("nobody")]
    else:
        for measure in rated_measures(view):
            yield f"levels.{measure}", list(_levels(view, places, measure))


def rated_measures(view: View) -> tuple[str, ...]:
    """Measures of which a region below has a target that is rated."""
    found = (one for place in view.situation.places for one in place.rated)
    there = {one.measure for one in found if one.state == "rated"}
    others = sorted(there - set(view.measures))
    return (*(one for one in view.measures if one in there), *others)


def named(view: View, measure: str) -> str:
    """What the targets call the measure."""
    for place in view.situation.places:
        for one in place.rated:
            if one.measure == measure:
                return view.say(one.measure_label)
    return view.measure(measure)


def level_counts(view: View, measure: str) -> Claim:
    """How many regions are at which colour."""
    places = view.situation.places
    at = [colour(one, measure) for one in places]
    counted = [view.pair(view.word(words.LEVELS, one), at.count(one))
               for one in _COLOURS if one in at]  # fmt: skip
    if "" in at:
        counted.append(view.pair(view.say(words.UNRATED), at.count("")))
    return claim(
        "levels",
        measure=named(view, measure),
        n=str(len(places)),
        kind=view.kind(places),
        colours=tuple(counted),
    )


def _levels(view: View, places: tuple[Place, ...], measure: str) -> Iterator[Claim]:
    counts = level_counts(view, measure)
    yield Claim(counts.kind, {**counts.said, "measure": view.begin(named(view, measure))})
    changes: list[Value] = []
    for change in ("better", "worse"):
        names = changed(places, measure, change)
        if names:
            word = view.word(words.CHANGES, change)
            changes.append((str(len(names)), word, view.join(names)))
    if changes:
        yield claim("changed", changes=tuple(changes))
    else:
        yield claim("unchanged" if changed(places, measure, "same") else "nothing before")
    for one in ("red", "orange"):
        there = [place.name for place in places if colour(place, measure) == one]
        if there:
            yield claim("those", colour=view.word(words.LEVELS, one), names=view.join(there))


def changed(places: tuple[Place, ...], measure: str, change: str) -> list[str]:
    """Names of regions whose level changed that way."""
    found = []
    for place in places:
        one = level(place, measure)
        if one is not None and one.change == change:
            found.append(place.name)
    return found


def fields(view: View) -> Due:
    """Section three."""
    found = groupings(view)
    if not found:
        yield "fields", [claim("no parts")]
    for one in found:
        yield f"fields.{one.name}.{one.measure}", list(_grouping(view, one))


def members(one: Grouping) -> list[Group]:
    """The parts that are not all of them together."""
    return [part for part in one.parts if part.code != one.name or len(one.parts) == 1]


def _grouping(view: View, one: Grouping) -> Iterator[Claim]:
    if one.complete or one.name.startswith("stated:"):
        yield _whole(view, one)
    if one.name == "six":
        yield _part(view, together(one), one.measure)
    telling = [part for part in members(one) if _tells(part)]
    if len(telling) <= _FEW:
        for part in telling:
            yield _part(view, part, one.measure)
        return
    shares = [(points(part.share), part) for part in telling if part.share is not None]
    if len(shares) >= _FEW:
        shares.sort(key=lambda pair: pair[1].code)
        shares.sort(key=lambda pair: pair[0], reverse=True)
        first = tuple((view.say(part.name), plain(share)) for share, part in shares[:_FEW])
        yield claim("largest", n=str(_FEW), shares=first)
    pulls = sorted((points(part.pull), part.code, view.say(part.name))
                    for part in members(one) if part.pull is not None)  # fmt: skip
    yield from _pulls("adding", [one for one in pulls if one[0] > 0])
    yield from _pulls("taking", [one for one in pulls if one[0] < 0])


def _tells(part: Group) -> bool:
    """Whether its share or its pull prints other than nought; or neither is known."""
    if not is_there(part):
        return False
    known = [one for one in (part.share, part.pull) if one is not None]
    return not known or any(points(one) != 0 for one in known)


def is_there(part: Group) -> bool:
    """Whether any of it is known, now or a year earlier; noughts are not."""
    return bool(part.moved.now.value or part.moved.earlier.value)


def _pulls(kind: str, found: list[tuple[Decimal, str, str]]) -> Iterator[Claim]:
    if found:
        found.sort(key=lambda one: (-abs(one[0]), one[1]))
        yield claim(kind, pulls=tuple((name, plain(abs(by))) for by, _, name in found[:_FEW]))


def _whole(view: View, one: Grouping) -> Claim:
    label, measure = view.say(one.label), view.measure(one.measure)
    stated = one.name.startswith("stated:")
    if stated:
        subject = label
        if one.complete:
            subject += "合计" if view.zh else " in all"
    else:
        subject = f"{label}{measure}合计" if view.zh else f"{label}, {measure} in all"
    now = one.whole.now
    if now.value is None:
        return nothing(view, subject, one.whole)
    return claim(
        "part",
        part=view.begin(subject),
        amount=view.amount(now.value, now.unit),
        year=year(view, one.whole, one.measure, sized=stated),
        trend=trend(one.whole) if stated else None,
    )


def _part(view: View, part: Group, measure: str) -> Claim:
    name, now = view.say(part.name), part.moved.now
    if now.value is None:
        if part.count is not None:
            name += f"（{part.count}家）" if view.zh else f" (enterprises: {part.count})"
        return nothing(view, name, part.moved)
    return claim(
        "part",
        part=view.begin(name),
        n=None if part.count is None else str(part.count),
        amount=view.amount(now.value, now.unit),
        year=year(view, part.moved, measure),
        q=None if part.share is None else percent(part.share),
        share_change=_signed(part.share_change, "higher", "lower", "same"),
        pull=_signed(part.pull, "up", "down", "none"),
    )


def _signed(value: Fraction | None, up: str, down: str, none: str) -> Value | None:
    return None if value is None else signed(points(value), up, down, none)


def together(one: Grouping) -> Group:
    """The six industries as one: as given, or added up of exact numbers."""
    for part in one.parts:
        if part.code == one.name:
            return part
    name = Label(f"{one.label.zh}合计", f"{one.label.en} together")
    return added(one, one.parts, name)


def places(view: View) -> Due:
    """Section four."""
    here = view.situation
    if not here.places:
        yield "places", [claim("no places")]
        return
    for name, found in (("places", here.places), ("counties", here.counties)):
        if found:
            for arm in view.arms:
                yield f"{name}.{arm}-total", list(_places(view, found, f"{arm}-total"))
    yield "severe", [_severe(view)]


def _places(view: View, found: tuple[Place, ...], measure: str) -> Iterator[Claim]:
    rates = [(rate(moved(one, measure)), one) for one in found]
    yield _ups(view, [one for one, _ in rates], view.kind(found), measure)
    yield from _largest(view, found, measure)
    yield from _rates(view, [(rate_, one) for rate_, one in rates if rate_ is not None], measure)
    yield from _scopes(view, found, measure)


def _scopes(view: View, found: tuple[Place, ...], measure: str) -> Iterator[Claim]:
    """By which scope the regions are told, where that is not the whole region for all."""
    mains = [main(one.measures, measure) for one in found]
    told = [one.scope for one in mains if one is not None
            and (one.moved.now.value, one.moved.change) != (None, None)]  # fmt: skip
    there = [*(one for one in ("whole",) if one in told), *sorted({*told} - {"whole"})]
    called = [view.word(words.SCOPES, one) for one in there]
    if len(there) == 1 and there != ["whole"]:
        yield claim("scope", scope=called[0])
    elif len(there) > 1:
        counts = [view.pair(name, told.count(one)) for name, one in zip(called, there, strict=True)]
        yield claim("scopes", scopes=tuple(counts))


def _rates(view: View, known: list[tuple[Decimal, Place]], measure: str) -> Iterator[Claim]:
    if len(known) <= _FEW:
        return
    known.sort(key=lambda pair: (-pair[0], pair[1].code))
    yield claim("fastest", n=str(_FEW), moves=_with_moves(view, known[:_FEW], measure))
    falls = sorted((pair for pair in known if pair[0] < 0), key=lambda p: (p[0], p[1].code))[:_FEW]
    said = _with_moves(view, falls, measure)
    if len(falls) == 1:
        yield claim("one fall", moves=said)
    elif falls:
        yield claim("falls", n=str(len(falls)), moves=said)


def _with_moves(view: View, found: list[tuple[Decimal, Place]], measure: str) -> Value:
    return tuple((one.name, move(view, change, measure)) for change, one in found)


def _ups(view: View, rates: list[Decimal | None], kind: str, measure: str) -> Claim:
    known = [one for one in rates if one is not None]
    counts = (
        (Label("增长", "up"), sum(one > 0 for one in known)),
        (Label("下降", "down"), sum(one < 0 for one in known)),
        (Label("持平", "unchanged"), sum(one == 0 for one in known)),
        (Label("无数据", "without data"), len(rates) - len(known)),
    )
    said = tuple((view.say(word), str(count)) for word, count in counts if count)
    return claim("ups", n=str(len(rates)), kind=kind, measure=view.measure(measure), ups=said)


def _largest(view: View, found: tuple[Place, ...], measure: str) -> Iterator[Claim]:
    known = []
    for one in found:
        there = moved(one, measure)
        if there is not None and there.now.value is not None:
            known.append((quantity(there.now.value, there.now.unit), one.code, one.name, there.now))
    if len(known) <= _FEW:
        return
    known.sort(key=lambda one: (-one[0], one[1]))
    said = tuple(
        (name, (plain(size), view.word(words.SPOKEN, now.unit)))
        for size, _, name, now in known[:_FEW]
    )
    yield claim("largest", n=str(_FEW), amounts=said)


def severe(view: View) -> list[tuple[Place, str]]:
    """The few that are named."""
    return every_severe(view)[:_MOST_SEVERE]


def every_severe(view: View) -> list[tuple[Place, str]]:
    """Red, or a total that grew by a tenth: both first, then by growth; each region once."""
    here = view.situation
    found: dict[str, tuple[tuple[int, Decimal, str], Place, str]] = {}
    for arm in reversed(view.arms):
        for place in here.counties or here.places:
            change = rate(moved(place, f"{arm}-total"))
            reasons = int(change is not None and change >= _SEVERE)
            reasons += int(view.rates and total_colour(place, arm) == "red")
            if reasons:
                key = (-reasons, -(change or Decimal(0)), place.code)
                # The arm that comes first by the settings wins where both are as bad.
                if place.code not in found or key <= found[place.code][0]:
                    found[place.code] = (key, place, arm)
    worst = sorted(found.values(), key=lambda one: one[0])
    return [(place, arm) for _, place, arm in worst]


def _none_severe(view: View) -> Claim:
    """Of what there are no levels, or no changes, none can be said to be severe or not."""
    told = [(one, arm) for one in view.situation.counties or view.situation.places
            for arm in view.arms]  # fmt: skip
    changes = any(rate(moved(one, f"{arm}-total")) is not None for one, arm in told)
    levels_ = view.rates and any(total_colour(one, arm) for one, arm in told)
    if changes:
        return claim("none severe" if levels_ else "none grew", n=str(_SEVERE))
    return claim("none red" if levels_ else "no states")


def _severe(view: View) -> Claim:
    everywhere = every_severe(view)
    found = everywhere[:_MOST_SEVERE]
    if not found:
        return _none_severe(view)
    said: list[Value] = []
    for place, arm in found:
        measure = f"{arm}-total"
        at = total_colour(place, arm) if view.rates else ""
        word = view.word(words.LEVELS, at) if at else ""
        there = moved(place, measure)
        change = ("nothing",) if there is None else year(view, there, measure)
        said.append((place.name, view.measure(measure), change, word))
    if len(everywhere) > len(found):
        kind = "most severe" if view.rates else "most grown"
        more = {"grown": str(_SEVERE), "whole": str(len(everywhere))}
        return claim(kind, **more, n=str(len(found)), severe=tuple(said))
    return claim("severe", n=str(len(found)), severe=tuple(said))
