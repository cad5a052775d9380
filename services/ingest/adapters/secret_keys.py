"""Plain keys: `qy_`, eight characters that identify the key, `_`, 256 random bits that prove it."""

import re
import secrets
from base64 import b32encode
from hashlib import sha256

from services.ingest.handlers.keys import Secrets
from shared.contracts.keys import hash_key

_FORM = re.compile(r"qy_(?P<id>[a-z0-9]{8})_[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """A fresh key."""
    identity = b32encode(secrets.token_bytes(5)).decode().lower()
    return f"qy_{identity}_{secrets.token_urlsafe(32)}"


def id_of(plain: str) -> str:
    """The id that a key carries; one of another form gets its id from its hash."""
    form = _FORM.fullmatch(plain)
    return form["id"] if form else sha256(b"id of " + plain.encode()).hexdigest()[:8]


def id_of_hash(digest: str) -> str:
    """The id of a key of which only the hash is known."""
    return sha256(b"id of hash " + digest.encode()).hexdigest()[:8]


SECRETS = Secrets(make=new_key, id_of=id_of, id_of_hash=id_of_hash, digest=hash_key)
