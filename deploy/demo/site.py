"""A running system as the demonstration and the bench speak to it: its HTTP doors, as operator."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.local import operator_key
from deploy.local.state import State
from shared.model.instants import hour_iso
from shared.model.period import Period

_TIMEOUT_S = 120.0
_BUSY = (429, 503)
_PATIENCE_S = 60.0


class SiteError(RuntimeError):
    """A door refused, or did not answer; the message is for people."""


class Site:
    """The four doors of one system, opened with its operator's key."""

    def __init__(self, state: State, key: str) -> None:
        self.state = state
        self.key = key
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(headers=headers, timeout=_TIMEOUT_S)

    @classmethod
    def of(cls, state: State, folder: Any) -> Self:
        """The system in a folder, with the operator's key that lies there."""
        key = operator_key.read(folder)
        if key is None:
            raise SiteError(f"{folder} has no operator.key")
        return cls(state, key)

    def __enter__(self) -> Self:
        """Keep the connections open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the connections back."""
        self._http.close()

    def url(self, service: str) -> str:
        """A service's address."""
        return self.state.urls[service]

    def get(self, service: str, path: str, **params: str) -> Any:
        """The JSON of a GET; raises SiteError."""
        return self._ask("GET", service, path, params=params)

    def post(self, service: str, path: str, body: object) -> Any:
        """The JSON of a POST; raises SiteError."""
        return self._ask("POST", service, path, json=body)

    def put(self, service: str, path: str, body: object) -> Any:
        """The JSON of a PUT; raises SiteError."""
        return self._ask("PUT", service, path, json=body)

    def content(self, service: str, path: str) -> bytes:
        """The bytes of a GET; raises SiteError."""
        return self._response("GET", service, path).content

    def sent(self, service: str, topic: str) -> tuple[float, float]:
        """How many messages a service has sent to a topic, and how many bytes, by its metrics."""
        lines = self._http.get(f"{self.url(service)}/metrics").text.splitlines()
        names = ("qingyu_kafka_sent_messages_total", "qingyu_kafka_sent_bytes_total")
        heads = [f'{name}{{topic="{topic}"}} ' for name in names]
        counts = [
            sum(float(line.removeprefix(head)) for line in lines if line.startswith(head))
            for head in heads
        ]
        return counts[0], counts[1]

    def _ask(self, method: str, service: str, path: str, **more: Any) -> Any:
        response = self._response(method, service, path, **more)
        return response.json() if response.content else None

    def _response(self, method: str, service: str, path: str, **more: Any) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                response = self._http.request(method, self.url(service) + path, **more)
            except httpx.TransportError as error:
                raise SiteError(f"{service} does not answer: {error}") from error
            if response.status_code in _BUSY and time.monotonic() < deadline:
                time.sleep(0.5)
                continue
            if response.is_error:
                raise SiteError(f"{service} refused {method} {path}: {_words(response)}")
            return response


def _words(response: httpx.Response) -> str:
    try:
        problem = response.json()
        items = "".join(f"\n  {item}" for item in (problem.get("errors") or ())[:20])
        return f"{problem.get('title')}: {problem.get('detail')}{items}"
    except (ValueError, AttributeError):
        return f"{response.status_code} {response.text[:500]}"


def import_catalogue(site: Site, files: Mapping[str, str]) -> Mapping[str, Any]:
    """Import catalogue files by name; the report. Raises SiteError with every fault."""
    listed = [{"filename": name, "text": text} for name, text in files.items()]
    report: Mapping[str, Any] = site.post("ingest", "/v1/catalogue/imports", {"files": listed})
    return report


def wait_for(
    done: Callable[[], bool], *, seconds: float, every_s: float = 0.25, what: str = "the books"
) -> None:
    """Ask again and again until it is so; raises SiteError after so many seconds."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise SiteError(f"waited {seconds:.0f} s for {what} in vain")
        time.sleep(every_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a book says of a span: whose, exact quantity, share known (0 to 1), coal in tonnes."""

    name: str = ""
    quantity: Decimal = Decimal(0)
    completeness: str | None = None
    tce: str | None = None


def total(
    site: Site, subject: str, carrier: str, period: Period | None = None, flow: str = "import"
) -> Figures:
    """What the books of a subject add up to over a period (or over everything)."""
    params = {"carrier": carrier, "flow": flow, "step": "total"}
    if period is not None:
        params["from"] = hour_iso(period.first_hour)
        params["to"] = hour_iso(period.end_hour)
    answer = site.get("evaluator", f"/v1/books/{subject}", **params)
    if not answer["items"]:
        return Figures(name=answer["subject_name"])
    found = answer["items"][0]["total"]
    return Figures(
        name=answer["subject_name"],
        quantity=Decimal(found["quantity"]),
        completeness=found["completeness"],
        tce=found["tce"],
    )
