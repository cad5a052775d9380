"""Forecasts and the errors of methods, kept in PostgreSQL."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import asyncpg

from services.evaluator.domain.forecast.accuracy import Said
from services.evaluator.domain.forecast.backtest import Trial
from services.evaluator.domain.forecast.methods import Name
from services.evaluator.domain.forecast.outlook import Range
from services.evaluator.ports.forecast import Kept
from shared.kit.postgres import Database
from shared.model.instants import from_us, to_us


class PostgresForecastStore:
    """The ForecastStore on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep(self, kept: Kept, trials: Sequence[Trial]) -> None:
        """See ForecastStore."""
        said = json.dumps({"said": asdict(kept.said), "shown": dict(kept.body)}, ensure_ascii=False)
        place = (kept.subject, kept.measure)
        async with self._db.transaction() as tx:
            at = from_us(kept.made_at_us)
            made = (kept.said.period, at, kept.cut_hour, kept.said.method, said)
            await tx.raw.execute(_KEEP, *place, *made)
            await tx.raw.execute(_FORGET, *place)
            await tx.raw.executemany(_ERRORS, [(*place, *row) for row in _rows(trials)])

    async def said(self, subject: str, measure: str, limit: int) -> Sequence[Kept]:
        """See ForecastStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_SAID, subject, measure, limit)
        return tuple(map(_kept, rows))

    async def trials_of_peers(
        self, subject: str, measure: str, limit: int
    ) -> Mapping[str, Sequence[Trial]]:
        """See ForecastStore."""
        kind = subject.partition(":")[0]
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_PEERS, subject, measure, f"{kind}:%", limit)
        found: dict[str, list[asyncpg.Record]] = {}
        for row in rows:
            found.setdefault(row["subject"], []).append(row)
        return {peer: _trials(listed) for peer, listed in found.items()}


def _rows(trials: Sequence[Trial]) -> Iterable[tuple[str, int, str]]:
    """By method and days ahead: pairs of the cut and the error."""
    found: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for trial in trials:
        for name, error in trial.errors.items():
            found.setdefault((name.value, trial.days), []).append((trial.cut, error))
    return [(name, days, json.dumps(errors)) for (name, days), errors in found.items()]


def _trials(rows: Iterable[asyncpg.Record]) -> tuple[Trial, ...]:
    errors: dict[tuple[int, int], dict[Name, float]] = {}
    for row in rows:
        if row["method"] in set(Name):
            for cut, error in row["errors"]:
                errors.setdefault((cut, row["horizon_days"]), {})[Name(row["method"])] = error
    return tuple(
        Trial(cut=cut, days=days, errors=found)
        for (cut, days), found in sorted(errors.items(), reverse=True)
    )


def _kept(row: asyncpg.Record) -> Kept:
    body = row["body"]
    said = body["said"]
    return Kept(
        subject=row["subject"],
        measure=row["measure"],
        made_at_us=to_us(row["made_at"]),
        cut_hour=row["cut_hour"],
        said=Said(**{**said, "at_end": Range(**said["at_end"])}),
        body=body["shown"],
    )


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_KEEP = _sql("""
    insert into evaluator.forecasts
        (subject, measure, period, made_at, cut_hour, method, body)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb)
    on conflict (subject, measure, period, made_at) do update
    set cut_hour = excluded.cut_hour, method = excluded.method, body = excluded.body
""")

_FORGET = "delete from evaluator.forecast_errors where subject = $1 and measure = $2"

_ERRORS = _sql("""
    insert into evaluator.forecast_errors (subject, measure, method, horizon_days, errors)
    values ($1, $2, $3, $4, $5::jsonb)
    on conflict (subject, measure, method, horizon_days) do update set errors = excluded.errors
""")

_SAID = _sql("""
    select * from evaluator.forecasts where subject = $1 and measure = $2
    order by made_at desc limit $3
""")

_PEERS = _sql("""
    select * from evaluator.forecast_errors
    where measure = $2 and subject in (
        select distinct subject from evaluator.forecast_errors
        where measure = $2 and subject <> $1 and subject like $3
        order by subject limit $4
    )
    order by subject
""")
