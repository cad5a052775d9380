"""Bodies off the wire: packed, cut short, too large, and made to burst."""

import gzip
from collections.abc import Sequence

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Scope

from services.ingest.entrypoints.packing import SenderGone, read_body
from shared.kit.web import Problem

MOST = 4 * 1024 * 1024


async def received(
    chunks: Sequence[bytes], *headers: tuple[bytes, bytes], most: int = MOST, gone: bool = False
) -> bytes:
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    messages.append({"type": "http.disconnect"} if gone else {"type": "http.request"})

    async def receive() -> Message:
        return messages.pop(0)

    scope: Scope = {"type": "http", "headers": list(headers)}
    return await read_body(scope, receive, most)


GZIP, ZSTD = (b"content-encoding", b"gzip"), (b"content-encoding", b"zstd")


@given(st.lists(st.binary(max_size=3000), max_size=4))
async def test_what_is_packed_is_unpacked(parts: list[bytes]) -> None:
    whole = b"".join(parts)
    assert await received(parts) == whole
    assert await received([gzip.compress(whole)], GZIP) == whole
    assert await received([zstandard.compress(whole)], ZSTD) == whole
    several = b"".join(zstandard.compress(part) for part in parts)
    assert await received([several], ZSTD) == whole
    assert await received([b"".join(map(gzip.compress, parts))], GZIP) == whole


async def refused(status: int, chunks: Sequence[bytes], *headers: tuple[bytes, bytes]) -> None:
    with pytest.raises(Problem) as problem:
        await received(chunks, *headers)
    assert problem.value.status == status


async def test_a_body_that_says_it_is_too_large_is_not_even_read() -> None:
    await refused(413, [], (b"content-length", str(MOST + 1).encode()))


async def test_a_body_that_turns_out_too_large_is_refused() -> None:
    await refused(413, [b"x" * MOST, b"x"])


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 3 * MOST])
async def test_a_bomb_does_not_burst(size: int) -> None:
    await refused(413, [gzip.compress(bytes(size))], GZIP)
    await refused(413, [zstandard.compress(bytes(size))], ZSTD)


@pytest.mark.parametrize("cut", [1, 8, 100])
async def test_packing_that_ends_too_early_is_refused(cut: int) -> None:
    text = b"".join(b"%d,%d;" % (number, number**3) for number in range(2000))
    await refused(400, [gzip.compress(text)[:-cut]], GZIP)
    await refused(400, [zstandard.compress(text)[:-cut]], ZSTD)


async def test_what_is_not_packed_is_not_unpacked() -> None:
    await refused(400, [b"[1, 2, 3]"], GZIP)
    await refused(400, [b"[1, 2, 3]"], ZSTD)


async def test_other_packings_are_not_understood() -> None:
    await refused(415, [b""], (b"content-encoding", b"br"))


async def test_a_sender_that_goes_away_is_no_error() -> None:
    with pytest.raises(SenderGone):
        await received([b"[{"], gone=True)
