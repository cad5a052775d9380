"""Finished documents as canonical JSON and back: each block says of what type it is."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Chart,
    Document,
    Edition,
    Heading,
    Language,
    Paragraph,
    Table,
)
from services.alerts.ports.briefs import Pages

_BLOCKS: Mapping[str, type[Block]] = {
    "heading": Heading,
    "paragraph": Paragraph,
    "table": Table,
    "chart": Chart,
    "annex": Annex,
}
_TYPES = {kind: name for name, kind in _BLOCKS.items()}
_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(dict[str, dict[str, Any]])


def document_body(document: Document) -> dict[str, Any]:
    """The document as plain values."""
    body: dict[str, Any] = msgspec.to_builtins(document)
    blocks = zip(document.blocks, body["blocks"], strict=True)
    body["blocks"] = [{"type": _TYPES[type(block)], **plain} for block, plain in blocks]
    return body


def encode_pages(pages: Pages) -> bytes:
    """All pages by language and edition (`zh.office`), the same bytes for the same pages."""
    return _ENCODER.encode(
        {
            f"{language.value}.{edition.value}": document_body(page)
            for (language, edition), page in pages.items()
        }
    )


def decode_pages(value: bytes) -> Pages:
    """What `encode_pages` gave."""
    found: dict[tuple[Language, Edition], Document] = {}
    for name, body in _DECODER.decode(value).items():
        language, _, edition = name.partition(".")
        found[Language(language), Edition(edition)] = _document(body)
    return found


def _document(body: dict[str, Any]) -> Document:
    blocks = tuple(_block(dict(one)) for one in body["blocks"])
    bare = msgspec.convert(body, _Rest, strict=True)
    rest = {name: getattr(bare, name) for name in _Rest.__struct_fields__}
    return Document(blocks=blocks, **rest)


def _block(body: dict[str, Any]) -> Block:
    kind = _BLOCKS[body.pop("type")]
    found: Block = msgspec.convert(body, kind, strict=True)
    return found


# Blocks are of several types, which are told apart by what each says of itself: all else of a
# document reads itself.
_Rest: Any = msgspec.defstruct(
    "_Rest", [(one.name, one.type) for one in fields(Document) if one.name != "blocks"]
)
