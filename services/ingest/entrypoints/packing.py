"""Bytes off the wire and out of their packing, never more of them than allowed."""

import zlib
from collections.abc import Iterator

import zstandard
from starlette.types import Receive, Scope

from shared.kit.web import Problem

_MOST_RATIO = 300
_RATIO_FROM = 1024 * 1024
_WINDOW = 8 * 1024 * 1024
_STEP = 1024 * 1024
_BITE = 256


class SenderGone(Exception):  # noqa: N818 - it is not an error
    """The connection was closed before the body was complete."""


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The request's body, unpacked; raises Problem 400, 413 or 415, or SenderGone."""
    encoding = header(scope, b"content-encoding").strip().lower()
    if encoding not in (b"", b"identity", b"gzip", b"zstd"):
        raise Problem(
            415,
            "This packing is not understood",
            "Content-Encoding must be gzip or zstd, or left out.",
            kind="unknown-encoding",
            headers={"Accept-Encoding": "gzip, zstd"},
        )
    declared = header(scope, b"content-length")
    if declared.isdigit() and int(declared) > most:
        raise too_large(most)
    packed = await _received(receive, most)
    if encoding == b"gzip":
        return _collected(_gunzip(packed), len(packed), most)
    if encoding == b"zstd":
        return _collected(_unzstd(packed), len(packed), most)
    return packed


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of that name (in lower case), or nothing."""
    for known, value in scope["headers"]:
        if known == name:
            found: bytes = value
            return found
    return b""


def too_large(most: int) -> Problem:
    """The answer to a body that is too large."""
    return Problem(
        413,
        "Too large",
        f"A body may have {most} bytes, unpacked: send it in several requests.",
        kind="too-large",
        headers={"Connection": "close"},
    )


async def _received(receive: Receive, most: int) -> bytes:
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > most:
            raise too_large(most)
        return body
    chunks: list[bytes] = []
    size = 0
    while message["type"] == "http.request":
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most:
            raise too_large(most)
        if not message.get("more_body"):
            return b"".join(chunks)
        message = await receive()
    raise SenderGone


def _collected(pieces: Iterator[bytes], packed: int, most: int) -> bytes:
    """The pieces joined, unless they grow beyond what is allowed or believable."""
    chunks: list[bytes] = []
    size = 0
    try:
        for piece in pieces:
            chunks.append(piece)
            size += len(piece)
            if size > most:
                raise too_large(most)
            if size > _RATIO_FROM and size > packed * _MOST_RATIO:
                raise Problem(
                    413,
                    "Too large",
                    f"The body unpacks to more than {_MOST_RATIO} times its size: that is not "
                    "what readings look like. Send it in smaller requests.",
                    kind="too-dense",
                    headers={"Connection": "close"},
                )
    except (zlib.error, zstandard.ZstdError, EOFError) as error:
        raise Problem(
            400,
            "The request cannot be understood",
            f"The body cannot be unpacked: {error}.",
            kind="bad-packing",
        ) from error
    return b"".join(chunks)


def _gunzip(packed: bytes) -> Iterator[bytes]:
    while packed:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            piece = member.decompress(packed, _STEP)
            packed = member.unconsumed_tail
            if not piece and not packed and not member.eof:
                raise EOFError("it ends too early")
            yield piece
        packed = member.unused_data


def _unzstd(packed: bytes) -> Iterator[bytes]:
    while packed:
        frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        # A block of four bytes may stand for 128 KiB: small bites bound what one can bring.
        for bite in range(0, len(packed), _BITE):
            yield frame.decompress(packed[bite : bite + _BITE])
            if frame.eof:
                packed = frame.unused_data + packed[bite + _BITE :]
                break
        else:
            raise EOFError("it ends too early")
