"""Shapes of requests and answers, for programs and for the page that describes them."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

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
    measures: list[str] = Field(
        default_factory=list,
        max_length=10,
        description="energy, carbon: what the holder is there for; none means both",
        examples=[["energy"]],
    )


class KeyView(BaseModel):
    """A key, never itself."""

    id: str
    name: str
    role: Role
    scope: list[str]
    measures: list[str]
    managed_by: str = Field(description="the list of principals it stands in; empty: made by hand")
    created_at: str
    revoked_at: str | None


class KeyMade(KeyView):
    """A key that was just made."""

    key: str = Field(description="shown this once; only its hash is kept")


class PrincipalsFile(BaseModel):
    """A file of principals."""

    model_config = ConfigDict(extra="forbid")

    filename: str = Field(max_length=1_000, examples=["principals.yaml"])
    text: str = Field(max_length=1_000_000, description="YAML: list, principals")
    prune: bool = Field(default=False, description="revoke keys of the list that are gone from it")
    dry_run: bool = False


class PrincipalsApplied(BaseModel):
    """What the file did, or with `dry_run` would do."""

    name: str = Field(description="the list's name")
    dry_run: bool
    added: list[KeyView] = Field(description="keys that were not there before")
    made: list[KeyMade] = Field(description="those of them that were made here, shown this once")
    changed: list[KeyView]
    revoked: list[KeyView]
    kept: int


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
