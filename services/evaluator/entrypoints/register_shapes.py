"""Shapes of requests and answers about records, for programs and their descriptions."""

from typing import Any

from pydantic import BaseModel, Field


class RecordView(BaseModel):
    """One version of a record."""

    key: str
    version: int = Field(description="counted from 1; 0 for what came with the program")
    commit: int = Field(description="the commit that recorded it; 0 for what came along")
    recorded_at: str | None = Field(description="null for what came with the program")
    by: str
    subject: str = Field(description="whom it concerns; empty for everybody")
    body: dict[str, Any] = Field(description="its fields; amounts are decimal strings")


class RecordPage(BaseModel):
    """Records in the order of their keys."""

    items: list[RecordView]
    next: str | None = Field(description="pass it as `after` for the next page")


class RecordHistory(BaseModel):
    """All versions of one record, oldest first."""

    items: list[RecordView]


class RecordsTaken(BaseModel):
    """What was done with records; with `dry_run`, what would be done."""

    records: int
    dry_run: bool = False
    commit: int = Field(description="0 when nothing changed")
    added: dict[str, int] = Field(description="new records by kind")
    changed: dict[str, int] = Field(description="records with a new version by kind")
    unchanged: int = Field(description="records that said all of that already")


RECORDS_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [
                    {"type": "object"},
                    {"type": "array", "items": {"type": "object"}, "minItems": 1},
                ]
            }
        }
    },
}

IMPORT_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["filename", "text"],
                            "properties": {
                                "filename": {"type": "string"},
                                "text": {"type": "string"},
                                "kind": {
                                    "type": "string",
                                    "description": "what a CSV file holds, such as statements; "
                                    "needed where its name does not begin with it",
                                },
                            },
                        },
                    },
                    "dry_run": {"type": "boolean", "default": False},
                },
            }
        }
    },
}
