"""The stories of warnings out of the journal, and replays from the evaluator.

Four queries, whatever is asked: the moments by an index that has all they need, the words of
closings by their entries, red levels by the sequences of the few warnings that were ever red.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import httpx

from services.alerts.adapters.documents import decode_sequence
from services.alerts.adapters.evaluator import Evaluator
from services.alerts.domain.quality.counting import EARLY, EVENTS, Events
from services.alerts.domain.quality.stories import Moment, Story
from services.alerts.domain.selection import Sight
from services.alerts.domain.warning import Change, Kind
from services.alerts.ports.quality import Asked, Material, Place, Replayed
from shared.kit.postgres import Database
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import from_us
from shared.model.level import Level

_PATIENCE_S = 30.0
_KINDS = {kind.value: kind for kind in Kind}

# The kinds are those of the index alerts.history_moments.
_STORIES = """
    WITH moments AS (
        SELECT warning, array_agg(id ORDER BY id) AS ids, array_agg(kind ORDER BY id) AS kinds,
            array_agg(noticed_at ORDER BY id) AS ats
        FROM alerts.history
        WHERE about = 'warning' AND kind IN ('raised', 'reopened', 'resolved', 'acknowledged',
            'responded', 'returned', 'closed') AND noticed_at >= $1 AND noticed_at < $2
        GROUP BY warning
    )
    SELECT w.id, w.kind, w.rule, w.measure, w.subject, w.regions, m.ids, m.kinds, m.ats
    FROM moments AS m JOIN alerts.warnings AS w ON w.id = m.warning
    WHERE {where}
"""
_WORDS = """
    SELECT id, CASE kind WHEN 'closed' THEN data::json ->> 'reason'
        ELSE data::json -> 'by' ->> 'name' END AS word
    FROM alerts.history
    WHERE about = 'warning' AND kind IN ('closed', 'reopened')
        AND noticed_at >= $1 AND noticed_at < $2
"""
_RED = """
    SELECT subject, measure, sequence FROM alerts.warnings
    WHERE highest = $1 AND kind = ANY($2::text[]) AND changed_at >= $3
"""
_OVERDUE = """
    SELECT s.warning, count(*) AS steps
    FROM alerts.history AS h JOIN alerts.steps AS s ON s.id = h.warning
    WHERE h.about = 'step' AND h.kind = 'overdue' AND h.noticed_at >= $1 AND h.noticed_at < $2
    GROUP BY s.warning
"""
_TOLD = """
    SELECT w.subject, w.about, w.sequence
    FROM unnest($1::text[], $2::text[]) AS asked (subject, about)
    JOIN alerts.warnings AS w ON w.subject = asked.subject AND w.about = asked.about
    WHERE {where}
"""


class PostgresQuality:
    """The port Quality."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def material(self, sight: Sight, asked: Asked) -> Material:
        """All of one moment."""
        where, parameters = _where(
            sight,
            region=asked.region,
            kind=asked.kind,
            measure=asked.measure,
            rule=asked.rule,
        )
        window = (asked.begin, asked.end)
        kinds = [kind.value for kind in EVENTS]
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_STORIES.format(where=where), *window, *parameters)
            words = await tx.raw.fetch(_WORDS, *window)
            red = await tx.raw.fetch(_RED, int(Level.RED), kinds, asked.begin)
            steps = await tx.raw.fetch(_OVERDUE, *window)
        # Of 50,000 warnings this takes seconds: others are answered meanwhile.
        return await asyncio.to_thread(_material, rows, words, red, steps)

    async def told(
        self, sight: Sight, kind: ConditionKind, places: Collection[Place]
    ) -> Mapping[Place, tuple[Change, ...]]:
        """By the index of subjects; several rules about one thing are told as one."""
        found: dict[Place, list[Change]] = defaultdict(list)
        where, parameters = _where(sight, kind=kind)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(
                _TOLD.format(where=where),
                [subject for subject, _ in places],
                [about for _, about in places],
                *parameters,
            )
        for row in rows:
            found[(row["subject"], row["about"])].extend(decode_sequence(row["sequence"]))
        return {
            place: tuple(sorted(changes, key=lambda one: one.at_us))
            for place, changes in found.items()
        }


def _material(
    rows: Sequence[Any], words: Sequence[Any], red: Sequence[Any], steps: Sequence[Any]
) -> Material:
    said = {row["id"]: row["word"] or "" for row in words}
    stories = [_story(row, said) for row in rows]
    warned = {(story.subject, story.measure) for story in stories if story.kind in EARLY}
    return Material(
        stories=stories,
        events=_events(red, warned),
        overdue={row["warning"]: row["steps"] for row in steps},
    )


def _where(
    sight: Sight, *, region: str | None = None, **columns: str | None
) -> tuple[str, list[object]]:
    """The condition and its parameters, from the third on."""
    parameters: list[object] = []
    conditions = ["true"]

    def add(condition: str, *values: object) -> None:
        first = len(parameters) + 3
        conditions.append(condition.format(*range(first, first + len(values))))
        parameters.extend(values)

    if not sight.everything:
        subjects, regions = list(sight.subjects), list(sight.regions)
        add("(w.subject = ANY(${}::text[]) OR w.regions && ${}::text[])", subjects, regions)
    if len(sight.measures) < len(Measure):
        add("w.measure = ANY(${}::text[])", list(sight.measures))
    if region is not None:
        add("w.regions @> ${}::text[]", [region])
    for column, value in columns.items():
        if value is not None:
            add(f"w.{column} = ${{}}", value)
    return " AND ".join(conditions), parameters


def _story(row: Any, words: Mapping[int, str]) -> Story:
    moments = zip(row["ids"], row["kinds"], row["ats"], strict=True)
    return Story(
        warning=row["id"],
        kind=ConditionKind(row["kind"]),
        rule=row["rule"],
        measure=Measure(row["measure"]),
        subject=row["subject"],
        regions=tuple(row["regions"]),
        moments=tuple(
            Moment(kind=_KINDS[kind], at=at, word=words.get(entry, ""))
            for entry, kind, at in moments
        ),
    )


def _events(red: Sequence[Any], warned: Collection[tuple[str, Measure]]) -> Events:
    """When what was warned of happened: the first instants of red levels."""
    events: dict[tuple[str, Measure], list[int]] = defaultdict(list)
    for row in red:
        place = (row["subject"], Measure(row["measure"]))
        if place in warned:
            changes = decode_sequence(row["sequence"])
            events[place].extend(one.at_us for one in changes if one.level is Level.RED)
    return {place: [from_us(one) for one in sorted(found)] for place, found in events.items()}


class EvaluatorReplays:
    """The port Replays, over HTTP with the key of whoever asks."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        """`url`: where the evaluator answers."""
        self._evaluator = Evaluator(client, url)

    async def replay(self, body: Mapping[str, Any], key: str) -> Replayed:
        """Raises Unavailable when the evaluator does not answer, or answers with a failure."""
        answer = await self._evaluator.post("/v1/replays", key, body, patience_s=_PATIENCE_S)
        return Replayed(status=answer.status, body=answer.body)
