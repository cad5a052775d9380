"""The two routes that pass by the framework, described for its page by hand."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.ingest.domain.admission.admission import QUALITIES, REASONS
from services.ingest.entrypoints.readings import CHANGES, READINGS

_DECIMAL = {"type": ["string", "number", "null"], "examples": ["1234.56"]}
_INSTANT = {"type": "string", "examples": ["2026-03-02T00:05:00+08:00"]}
_REVISION = {"type": "integer", "minimum": 0, "maximum": 2**31, "default": 0}

_READING = {
    "type": "object",
    "required": ["point", "at", "value"],
    "properties": {
        "point": {"type": "string", "description": "the metering point's code"},
        "at": _INSTANT,
        "value": {
            **_DECIMAL,
            "description": "a decimal, as a string or a number whose digits are taken as they "
            "stand; null with a revision withdraws the reading",
        },
        "unit": {"type": ["string", "null"], "description": "if stated, it must be the point's"},
        "quality": {"enum": [*QUALITIES, None], "default": "good"},
        "revision": _REVISION,
    },
}
_COLUMNS = {
    "type": "object",
    "required": ["points", "at", "values"],
    "properties": {
        "points": {"type": "array", "items": {"type": "string"}},
        "at": {"type": "array", "items": _INSTANT},
        "values": {
            "type": "array",
            "description": "a list for each point, with a value for each instant; null for none",
            "items": {"type": "array", "items": _DECIMAL},
        },
    },
}
_CHANGE = {
    "type": "object",
    "required": ["point", "at"],
    "properties": {
        "point": {"type": "string"},
        "at": _INSTANT,
        "old_end": {**_DECIMAL, "description": "the old register's last value, if known"},
        "new_start": {**_DECIMAL, "description": "the new register's first value, if known"},
        "revision": _REVISION,
        "withdraw": {"type": "boolean", "default": False},
    },
}
_OUTCOME = {
    "type": "object",
    "required": ["accepted", "refused", "catalogue_version", "correlation_id", "items"],
    "properties": {
        "accepted": {"type": "integer"},
        "refused": {"type": "integer"},
        "catalogue_version": {"type": "integer"},
        "correlation_id": {"type": "string"},
        "items": {
            "type": "array",
            "description": "the items that were not admitted, in the order sent",
            "items": {
                "type": "object",
                "required": ["index", "point", "at", "reason", "detail"],
                "properties": {
                    "index": {"type": "integer", "description": "from 0"},
                    "point": {"type": "string"},
                    "at": {"type": "string"},
                    "reason": {"enum": [reason.value for reason in REASONS[1:]]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_REFUSALS = {
    "400": "the body cannot be read or unpacked",
    "401": "no key, or an unknown one",
    "403": "a reader's key",
    "413": "too large, or packed too densely",
    "415": "an unknown Content-Type or Content-Encoding",
    "503": "not written; nothing of it was taken; send it again after Retry-After seconds",
}


def describe(app: FastAPI) -> None:
    """Add the routes to the application's description."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            schema["paths"][READINGS] = {"post": _route("readings", _any_of_readings())}
            schema["paths"][CHANGES] = {
                "post": _route("meter changes", {"type": "array", "items": _CHANGE})
            }
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]  # FastAPI documents this way


def _any_of_readings() -> dict[str, Any]:
    array = {"type": "array", "items": _READING}
    document = {"type": "object", "required": ["readings"], "properties": {"readings": array}}
    return {"anyOf": [array, document, _COLUMNS]}


def _route(what: str, schema: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    text = {"schema": {"type": "string"}}
    return {
        "tags": ["readings"],
        "summary": f"Send {what}; answered when Kafka has acknowledged them",
        "operationId": f"send_{what.replace(' ', '_')}",
        "security": [{"HTTPBearer": []}],
        "parameters": [
            {
                "name": "Content-Encoding",
                "in": "header",
                "required": False,
                "schema": {"enum": ["gzip", "zstd"]},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": schema},
                "application/x-ndjson": text,
                "text/csv": text,
            },
        },
        "responses": {
            "202": {
                "description": "taken, all but the items named",
                "content": {"application/json": {"schema": _OUTCOME}},
            },
            **{
                status: {"description": text, "content": problem}
                for status, text in _REFUSALS.items()
            },
        },
    }
