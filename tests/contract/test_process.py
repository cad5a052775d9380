"""A real process with a real server: signals, requests in flight, exit codes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_port

pytestmark = pytest.mark.real

SERVICE = """
import asyncio, sys
from collections.abc import Mapping
from fastapi import APIRouter
from shared.kit.logs import configure
from shared.kit.process import run, run_service, serve
from shared.kit.web import create_app

router = APIRouter()
asked, drained = asyncio.Event(), asyncio.Event()

@router.get("/slow")
async def slow() -> str:
    asked.set()
    await drained.wait()
    return "answered"

@router.get("/asked")
async def was_asked() -> str:
    await asked.wait()
    return "yes"

async def ready() -> Mapping[str, str | None]:
    return {}

async def worker(stopping: asyncio.Event) -> None:
    if sys.argv[2] == "crash":
        await asked.wait()
        raise LookupError("a bug")
    await stopping.wait()
    print("drained")

async def main() -> int:
    configure("test", "INFO")
    app = create_app(title="t", version="1", description="d", ready=ready, routers=[router])
    server = serve(app, "127.0.0.1", int(sys.argv[1]))
    handle_exit = server.handle_exit
    def noticed(number: int, frame: object) -> None:
        handle_exit(number, None)
        asyncio.get_running_loop().call_soon(drained.set)
    server.handle_exit = noticed
    return await run_service("test", server=server, tasks={"worker": worker})

sys.exit(run(main()))
"""
ROOT = Path(__file__).parents[2]
PATIENCE_S = 30


@asynccontextmanager
async def service(port: int, *arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVICE,
        str(port),
        *arguments,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def has_started(process: asyncio.subprocess.Process, url: str) -> None:
    """The first line says so; the port opens right after."""
    assert process.stdout is not None
    await process.stdout.readline()
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"{url}/healthz")
            except httpx.ConnectError:
                await asyncio.sleep(0)
            else:
                return


async def output(process: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(PATIENCE_S):
        found, _ = await process.communicate()
    return found.decode()


async def test_a_request_in_flight_is_answered_after_sigterm() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with service(port, "run") as process, httpx.AsyncClient(timeout=PATIENCE_S) as client:
        await has_started(process, url)
        slow = asyncio.create_task(client.get(f"{url}/slow"))
        await client.get(f"{url}/asked")
        process.send_signal(signal.SIGTERM)
        assert (await slow).json() == "answered"
        assert "drained" in await output(process)
        assert process.returncode == 0


async def test_a_crash_of_a_task_ends_the_process_with_1() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with service(port, "crash") as process, httpx.AsyncClient(timeout=PATIENCE_S) as client:
        await has_started(process, url)
        await client.get(f"{url}/slow")
        assert "LookupError: a bug" in await output(process)
        assert process.returncode == 1


async def test_a_port_that_is_taken_ends_the_process_with_1() -> None:
    async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    taken = await asyncio.start_server(nobody, "127.0.0.1", 0)
    async with taken, service(taken.sockets[0].getsockname()[1], "run") as process:
        found = await output(process)
    assert "is the port taken by another process?" in found
    assert process.returncode == 1
