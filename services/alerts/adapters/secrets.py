"""New webhook secrets: random, in the form that Standard Webhooks libraries read."""

from base64 import b64encode
from secrets import token_bytes


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return "whsec_" + b64encode(token_bytes(32)).decode()
