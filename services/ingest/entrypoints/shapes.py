"""Shapes of requests and answers, for programs and for the page that describes them."""

from typing import Any

from pydantic import BaseModel, Field

from shared.model.access import Role


class CatalogueSummary(BaseModel):
    """The catalogue in numbers."""

    version: int
    counts: dict[str, int] = Field(description="how many entities, by kind")


class ImportReport(BaseModel):
    """What an import did; with `dry_run`, what it would do."""

    version: int = Field(description="the newest version afterwards")
    rows: int
    dry_run: bool
    unchanged: bool = Field(description="the catalogue said all of that already")
    published: bool = Field(description="the other services can read it; if false, they will soon")
    added: int
    changed: int
    lines: list[str] = Field(description="what is added and changed, the first thousand")
    notes: list[str] = Field(description="nothing wrong, but worth a look")


class EntityView(BaseModel):
    """One entity as it is latest."""

    kind: str
    code: str
    number: int
    valid_from: str | None = Field(description="null: since ever")
    valid_to: str | None = Field(description="null: until further notice")
    attributes: dict[str, str | int | bool | None]


class EntityPage(BaseModel):
    """Entities in the order of their codes."""

    version: int
    items: list[EntityView]
    next: str | None = Field(description="pass it as `after` for the next page")


class KeyWanted(BaseModel):
    """A key to be made."""

    name: str = Field(min_length=1, max_length=100, examples=["gateway in boiler house 2"])
    role: Role
    scope: list[str] = Field(default_factory=list, max_length=10_000)


class KeyView(BaseModel):
    """A key, never itself."""

    id: str
    name: str
    role: Role
    scope: list[str]
    created_at: str
    revoked_at: str | None


class KeyMade(KeyView):
    """A key that was just made."""

    key: str = Field(description="shown this once; only its hash is kept")


IMPORT_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "additionalProperties": False,
                "properties": {
                    "files": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["filename", "text"],
                            "additionalProperties": False,
                            "properties": {
                                "filename": {"type": "string", "examples": ["points.csv"]},
                                "text": {"type": "string"},
                            },
                        },
                    },
                    "dry_run": {"type": "boolean", "default": False},
                },
            }
        }
    },
}
