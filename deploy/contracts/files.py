"""The documents as files beside this package, and whether they still say what the code says."""

import json
from pathlib import Path

import yaml

from deploy.contracts import asyncapi, openapi

FOLDER = Path(__file__).parent
VERSION = "0.1.0"


def contents() -> dict[str, str]:
    """File name -> what it should hold."""
    topics = yaml.safe_dump(
        asyncapi.document(VERSION), allow_unicode=True, sort_keys=False, width=100
    )
    return {
        "asyncapi.yaml": topics,
        **{
            f"openapi-{name}.json": json.dumps(document, ensure_ascii=False, indent=1) + "\n"
            for name, document in openapi.documents().items()
        },
    }


def outdated() -> list[str]:
    """The files that differ from what the code says."""
    return [name for name, text in contents().items() if _held(name) != text]


def write() -> list[str]:
    """Write all files anew; the names of those that changed."""
    changed = outdated()
    for name, text in contents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return changed


def _held(name: str) -> str | None:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None
