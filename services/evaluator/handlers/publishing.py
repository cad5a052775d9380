"""Figures handed out as published, and what becomes of them when what they were made of changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.names import Basis, FigureId, Options, Scope, parse_figure
from services.evaluator.domain.figures.rendering import exact, for_people, words
from services.evaluator.handlers.reckoner.reckoner import Made, NobodyError, Reckoner
from services.evaluator.ports.publications import (
    FigureChange,
    News,
    Publication,
    PublicationDraft,
    Publications,
)

READINGS = "readings"
_AT_ONCE = 200
_PAGE = 1000


@dataclass(slots=True)
class _Watched:
    """A publication with the value that stands now, and the commit up to which that is known."""

    publication: Publication
    value: str | None
    level: str | None
    checked: int


@dataclass(slots=True)
class Publisher:
    """Publishes figures and corrects what was published."""

    reckoner: Reckoner
    publications: Publications
    _watched: dict[int, _Watched] = field(default_factory=dict)

    async def publish(self, wanted: Sequence[FigureId], by: str) -> Sequence[Publication]:
        """The figures as of one commit, for ever. Raises ValueError, NobodyError, Unavailable."""
        made = await self.reckoner.figures(wanted)
        return await self.publications.publish([_draft(one) for one in made], by)

    async def review(self) -> int:
        """Compute anew whatever published figure may have changed; the corrections made.

        One copy of the service at a time may do it. Raises Unavailable; whatever was not looked at
        is looked at the next time.
        """
        await self._learn()
        if not self._watched:
            return 0
        upto = await self.reckoner.newest()
        stale = [one for one in self._watched.values() if one.checked < upto]
        if not stale:
            return 0
        news = await self.publications.news(min(one.checked for one in stale), upto)
        touched = [one for one in stale if _touches(news, one.publication)]
        await self._catch_up(touched)
        changes: list[FigureChange] = []
        for first in range(0, len(touched), _AT_ONCE):
            changes += await self._compared(touched[first : first + _AT_ONCE], upto, news)
        await self.publications.correct(changes)
        for one in stale:
            one.checked = upto
        return len(changes)

    async def _learn(self) -> None:
        """Take over publications that were made since."""
        new: list[Publication] = []
        below: int | None = None
        newest = max(self._watched, default=0)
        while True:
            page = await self.publications.published(below=below, limit=_PAGE)
            fresh = [one for one in page if one.id > newest]
            new += fresh
            if len(fresh) < _PAGE:
                break
            below = fresh[-1].id
        last = await self.publications.last_of([one.draft.figure for one in new]) if new else {}
        self._watched |= {one.id: _standing(one, last) for one in new}

    async def _catch_up(self, touched: Sequence[_Watched]) -> None:
        """Take over what another copy of the service has corrected since."""
        figures = sorted({one.publication.draft.figure for one in touched})
        last = await self.publications.last_of(figures) if figures else {}
        for one in touched:
            now = _standing(one.publication, last)
            if now.checked > one.checked:
                one.value, one.level, one.checked = now.value, now.level, now.checked

    async def _compared(
        self, touched: Sequence[_Watched], upto: int, news: News
    ) -> list[FigureChange]:
        names = [_name(one.publication.draft, upto) for one in touched]
        try:
            made = await self.reckoner.figures(names)
        except (NobodyError, ValueError):
            # Somebody of these has left the catalogue: the others are looked at one by one.
            made = [found for name in names for found in await self._single(name)]
        by_name = {_place(one.name): one for one in made}
        changes = []
        for one, name in zip(touched, names, strict=True):
            found = by_name.get(_place(name))
            change = _change(one, found, news) if found else None
            if change is not None:
                changes.append(change)
        return changes

    async def _single(self, name: FigureId) -> list[Made]:
        try:
            return await self.reckoner.figures([name])
        except (NobodyError, ValueError):
            return []


def options_of(said: Mapping[str, str], as_of: int | None) -> Options:
    """Options as a publication keeps them."""
    scope = said.get("scope")
    return Options(
        scope=Scope(scope) if scope else None,
        series=Series(said.get("series", Series.CALORIFIC)),
        basis=Basis(said.get("basis", Basis.GROSS)),
        rule=said.get("rule", ""),
        as_of=as_of,
    )


def _draft(made: Made) -> PublicationDraft:
    said = {name: text for name, text in made.name.options.query.items() if name != "as_of"}
    return PublicationDraft(
        subject=made.who.key,
        figure=str(made.name),
        options=said,
        period=made.name.period,
        as_of=made.as_of,
        value=exact(made.figure.value),
        level=_level(made),
        body={
            "label": words(made.figure.label),
            "unit": made.figure.unit,
            "shown": for_people(made.figure.value, made.figure.unit),
            "missing": [words(reason) for reason in made.figure.missing],
        },
    )


def _name(draft: PublicationDraft, as_of: int) -> FigureId:
    return parse_figure(draft.figure, options_of(draft.options, as_of))


def _place(name: FigureId) -> tuple[str, Options]:
    return str(name), replace(name.options, as_of=None)


def _standing(one: Publication, last: Mapping[int, FigureChange]) -> _Watched:
    change = last.get(one.id)
    if change is None:
        draft = one.draft
        return _Watched(publication=one, value=draft.value, level=draft.level, checked=draft.as_of)
    level = change.detail.get("new_level")
    return _Watched(
        publication=one,
        value=change.new,
        level=str(level) if level is not None else None,
        checked=change.commit,
    )


def _touches(news: News, one: Publication) -> bool:
    """Records may matter to anybody; books to those whose they are."""
    return bool(news.records) or one.draft.subject in news.books


def _level(made: Made) -> str | None:
    if made.judged is None:
        return None
    reached = made.judged.rating.reached
    return reached.colour if reached else made.judged.rating.state.value


def _change(one: _Watched, made: Made, news: News) -> FigureChange | None:
    """The correction, if value or level are others now; the watch then knows the new ones."""
    value, level = exact(made.figure.value), _level(made)
    if (value, level) == (one.value, one.level):
        return None
    old, old_level, checked = one.value, one.level, one.checked
    one.value, one.level = value, level
    draft = one.publication.draft
    return FigureChange(
        commit=made.as_of,
        subject=draft.subject,
        figure=draft.figure,
        period=draft.period,
        old=old,
        new=value,
        old_as_of=checked,
        cause=_cause(news, draft.subject),
        detail={
            "publication": one.publication.id,
            "old_level": old_level,
            "new_level": level,
            "published_as_of": draft.as_of,
        },
    )


def _cause(news: News, subject: str) -> str:
    """What was written in the meantime: readings, or kinds of records."""
    causes: Iterable[str] = news.records
    return "+".join(sorted({*causes, *([READINGS] if subject in news.books else [])}))
