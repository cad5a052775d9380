"""Whether a public edition names an enterprise that is not to be named to everybody."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from services.alerts.domain.briefs.document import Document
from services.alerts.domain.briefs.facts import Label, Users
from services.alerts.domain.briefs.proof.finding import Finding

_NUMBER = re.compile(r"[-\d.,%—]*")


def named(document: Document, users: Users) -> Iterator[Finding]:
    """Findings for names that stand anywhere in the document, its sheets among it."""
    public = {name for name, is_public in zip(users.name, users.public, strict=True) if is_public}
    texts = {text for text in _texts(document) if not _NUMBER.fullmatch(text)} - public
    whole = "\n".join(sorted(texts))
    for name in users.name:
        if name and name not in public and name in whole:
            where = next(text for text in sorted(texts) if name in text)
            what = Label(f"公开版不得出现{name}", f"{name} must not be named in the public edition")
            yield Finding(where="public", what=what, text=where)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
