"""JSON literals as the texts that stand in the source."""

import msgspec

NULL = msgspec.Raw(b"null")
_TEXT = msgspec.json.Decoder(str)


def literal(raw: msgspec.Raw) -> str | None:
    """A JSON string's text, a number's own digits, or None for null; never a float."""
    source = bytes(raw)
    if source[:1] == b'"':
        return _TEXT.decode(source)
    return None if source == b"null" else source.decode()
