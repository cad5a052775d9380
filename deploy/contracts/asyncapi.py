"""AsyncAPI 3 of all topics, made from the list of topics and the messages' own definitions."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.alerts.adapters import notice_message
from services.evaluator.adapters import totals_codec
from shared.contracts import assessments, catalogue, conditions, keys, readings, topics
from shared.contracts.topics import Topic

_JSON = "application/json"
_BINARY = "application/octet-stream"
_REF = "#/components/schemas/{name}"


def document(version: str) -> dict[str, Any]:
    """The whole document as plain values."""
    messages, schemas = _messages()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Qingyu topics",
            "version": version,
            "description": "Every topic that Qingyu reads or writes. Consumers keep their "
            "positions in PostgreSQL; groups only share out partitions.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": _JSON,
        "channels": {_id(topic): _channel(topic, messages[topic.name]) for topic in topics.ALL},
        "operations": _operations(),
        "components": {
            "messages": {m["name"]: m for found in messages.values() for m in found},
            "schemas": schemas,
        },
    }


def _id(topic: Topic) -> str:
    return topic.name.replace(".", "_").replace("-", "_")


def _channel(topic: Topic, messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Key: {topic.key}.",
        "messages": {m["name"]: {"$ref": f"#/components/messages/{m['name']}"} for m in messages},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "x-configs": dict(topic.configs),
            }
        },
    }


def _operations() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for topic in topics.ALL:
        channel = {"$ref": f"#/channels/{_id(topic)}"}
        writer = topic.written_by.replace(" ", "_")
        found[f"{writer}_writes_{_id(topic)}"] = {"action": "send", "channel": channel}
        for reader in topic.read_by:
            found[f"{reader}_reads_{_id(topic)}"] = {"action": "receive", "channel": channel}
    return found


def _messages() -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    types = (
        catalogue.EntityBody,
        catalogue.VersionBody,
        keys.KeyBody,
        assessments.AssessmentMade,
        conditions.ConditionMade,
        notice_message.NoticeMade,
    )
    _, components = msgspec.json.schema_components(types, ref_template=_REF)
    found = {
        topics.READINGS.name: [_binary("ReadingsAdmitted", readings)],
        topics.TOTALS.name: [_binary("Totals", totals_codec)],
        topics.ASSESSMENTS.name: [_of(assessments.AssessmentMade)],
        topics.CONDITIONS.name: [_of(conditions.ConditionMade)],
        topics.NOTICES.name: [_of(notice_message.NoticeMade)],
        topics.CATALOGUE.name: [_of(catalogue.EntityBody), _of(catalogue.VersionBody)],
        topics.KEYS.name: [_of(keys.KeyBody)],
        topics.BUDGETS.name: [_budget()],
        topics.DEAD_LETTERS.name: [_dead_letter()],
    }
    return found, dict(sorted(components.items()))


def _of(kind: type) -> dict[str, Any]:
    return {
        "name": kind.__name__,
        "summary": (kind.__doc__ or "").strip().splitlines()[0],
        "contentType": _JSON,
        "payload": {"$ref": _REF.format(name=kind.__name__)},
    }


def _binary(name: str, module: Any) -> dict[str, Any]:
    title, _, rest = module.__doc__.partition("\n\n")
    return {
        "name": name,
        "summary": " ".join(title.split()),
        "description": rest.strip() or title.strip(),
        "contentType": _BINARY,
        "payload": {"type": "string", "format": "binary"},
    }


def _budget() -> dict[str, Any]:
    return {
        "name": "BudgetPublished",
        "summary": "A budget with all its versions; the newest record of a code counts.",
        "contentType": _JSON,
        "payload": {"type": "object", "required": ["code"], "properties": {"code": _STRING}},
    }


_STRING: Mapping[str, str] = {"type": "string"}


def _dead_letter() -> dict[str, Any]:
    names = ("reason", "topic", "partition", "offset")
    return {
        "name": "DeadLetter",
        "summary": "An unreadable message, unchanged, with the reason in its headers.",
        "contentType": _BINARY,
        "headers": {
            "type": "object",
            "required": list(names),
            "properties": {name: dict(_STRING) for name in names},
        },
        "payload": {"type": "string", "format": "binary"},
    }
