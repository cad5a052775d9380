"""How commands find a running system, and speak to its services over HTTP."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Self

import httpx
import typer
from rich.markup import escape

from deploy.cli.terminal import err, fail
from deploy.local import dirlock, operator_key, state
from deploy.local.options import DEFAULT_PORTS, SERVICES
from deploy.local.ports import LOOPBACK

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        "-d",
        envvar="QINGYU_DATA_DIR",
        show_default="data",
        help="Folder of the running system.",
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", envvar="QINGYU_KEY", help="Key to use; without it, the folder's operator key."
    ),
]

_DEFAULT_FOLDER = Path("data")
_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the services are, and the key to show them."""

    urls: Mapping[str, str]
    key: str | None = field(repr=False)


def data_folder(data_dir: Path | None) -> Path:
    """The folder that was named, or the default one."""
    return (data_dir or _DEFAULT_FOLDER).expanduser().resolve()


def find(data_dir: Path | None, key: str | None = None) -> Target:
    """Where to go: the folder's running system, else QINGYU_*_URL, else the default ports.

    A folder that was named must have a running system; the default folder need not.
    """
    folder = data_folder(data_dir)
    running = state.read(folder) if dirlock.holder(folder) else None
    if running is None and data_dir is not None and not _named_by_environment():
        fail(f"nothing runs in {folder}. Start it: qingyu up --data-dir {folder}")
    urls = {name: _url(name, running) for name in SERVICES}
    return Target(urls=urls, key=key or operator_key.read(folder))


def _named_by_environment() -> bool:
    return any(f"QINGYU_{name.upper()}_URL" in os.environ for name in SERVICES)


def _url(name: str, running: state.State | None) -> str:
    chosen = os.environ.get(f"QINGYU_{name.upper()}_URL")
    if chosen:
        return chosen.rstrip("/")
    if running is not None:
        return running.urls[name]
    return f"http://{LOOPBACK}:{DEFAULT_PORTS[name]}"


class Api:
    """Requests to the services of one system; a refusal is shown and ends the command (exit 1)."""

    def __init__(self, target: Target, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {target.key}"} if target.key else {}
        self.target = target
        self.http = httpx.Client(headers=headers, timeout=_TIMEOUT_S, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def get(self, service: str, path: str, **more: Any) -> Any:
        """The JSON that a GET answers with. `more` goes to httpx (params, headers)."""
        return self.request("GET", service, path, **more)

    def post(self, service: str, path: str, **more: Any) -> Any:
        """The JSON that a POST answers with. `more` goes to httpx (json, content, headers)."""
        return self.request("POST", service, path, **more)

    def delete(self, service: str, path: str, **more: Any) -> Any:
        """The JSON that a DELETE answers with, None if it has no body."""
        return self.request("DELETE", service, path, **more)

    def request(self, method: str, service: str, path: str, **more: Any) -> Any:
        """The JSON that any request answers with, None if it has no body."""
        response = self.send(method, service, path, **more)
        if response.is_error:
            show_problem(response)
            raise typer.Exit(1)
        return response.json() if response.content else None

    def pages(
        self, service: str, path: str, filters: Mapping[str, str]
    ) -> Iterator[Mapping[str, Any]]:
        """The items of a list that comes in pages, one after the other."""
        after: str | None = None
        while True:
            params = filters if after is None else {**filters, "after": after}
            page = self.get(service, path, params=params)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return

    def send(self, method: str, service: str, path: str, **more: Any) -> httpx.Response:
        """The response itself, also when it is a refusal; only a dead service ends the command."""
        url = self.target.urls[service] + path
        try:
            return self.http.request(method, url, **more)
        except httpx.TransportError as error:
            fail(
                f"{service} does not answer at {self.target.urls[service]} ({error}). "
                "Is it running? See: qingyu status"
            )


@contextmanager
def connect(data_dir: Path | None = None, key: str | None = None) -> Iterator[Api]:
    """A client of the running system, with its operator's key unless another is given."""
    with Api(find(data_dir, key)) as api:
        yield api


def show_problem(response: httpx.Response) -> None:
    """A refusal, readable: its title, its reason, then every item it lists (RFC 9457)."""
    try:
        problem = response.json()
    except json.JSONDecodeError:
        problem = {"title": response.reason_phrase, "detail": response.text[:2000]}
    if not isinstance(problem, dict):
        problem = {"detail": str(problem)}
    title = str(problem.get("title") or response.reason_phrase)
    err.print(f"[bold red]✗[/] {escape(title)} [dim]({response.status_code})[/]")
    if problem.get("detail"):
        err.print(f"  {escape(str(problem['detail']))}")
    for item in problem.get("errors") or ():
        err.print(f"  · {escape(_item(item))}")


def _item(item: object) -> str:
    """One entry of a problem's list: where, then what."""
    if not isinstance(item, dict):
        return str(item)
    places = ("file", "line", "pointer", "loc", "item", "index", "field")
    where = " ".join(f"{place} {item[place]}" for place in places if item.get(place) is not None)
    what = item.get("detail") or item.get("message") or item.get("reason") or item
    return f"{where}: {what}" if where else str(what)
