"""A judgement as the JSON of its row, and back; sums may be larger than JSON's numbers."""

import json
from typing import Any

from services.evaluator.domain.judgement import Judged, Part, Step
from services.evaluator.domain.totals import Lane
from shared.model.level import Level


def encode(judged: Judged) -> str:
    """The judgement as JSON."""
    return json.dumps(
        {
            "basis": judged.basis,
            "to_hour": judged.to_hour,
            "watermark_us": judged.watermark_us,
            "first_over": judged.first_over,
            "catalogue_version": judged.catalogue_version,
            "used": [_from_step(step) for step in judged.used],
            "pace": [_from_step(step) for step in judged.pace],
            "parts": [_from_part(part) for part in judged.parts],
        },
        separators=(",", ":"),
    )


def decode(text: str) -> Judged:
    """The judgement of a row."""
    body = json.loads(text)
    return Judged(
        basis=body["basis"],
        to_hour=body["to_hour"],
        watermark_us=body["watermark_us"],
        first_over=body["first_over"],
        catalogue_version=body["catalogue_version"],
        used=tuple(_step(*row) for row in body["used"]),
        pace=tuple(_step(*row) for row in body["pace"]),
        parts=tuple(_part(*row) for row in body["parts"]),
    )


def _from_step(step: Step) -> list[Any]:
    return [step.hour, int(step.level), step.quantity, step.line, step.used_percent]


def _step(hour: int, level: int, quantity: str, line: str, used_percent: str) -> Step:
    return Step(
        hour=hour, level=Level(level), quantity=quantity, line=line, used_percent=used_percent
    )


def _from_part(part: Part) -> list[Any]:
    lane = part.lane
    sums = [str(part.quantity), str(part.estimated), str(part.known)]
    return [lane.carrier, lane.flow, lane.scale, part.since, *sums]


def _part(carrier: str, flow: str, scale: int, since: int, *sums: str) -> Part:
    quantity, estimated, known = map(int, sums)
    return Part(
        lane=Lane(carrier=carrier, flow=flow, scale=scale),
        since=since,
        quantity=quantity,
        estimated=estimated,
        known=known,
    )
