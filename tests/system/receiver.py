"""Somebody who hears webhooks: an HTTP server in a thread that believes only signed events."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver:
    """Keeps each event under its webhook-id before it says 200; turns some away at first."""

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.heard = 0
        self.forged: list[str] = []
        self.url = ""
        self._secret: str | None = None
        self._turned_away: set[str] = set()
        self._lock = Lock()

    def believe(self, secret: str) -> None:
        """From now on events signed with this secret are taken."""
        self._secret = secret

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Judge one delivery; the status to answer with."""
        if self._secret is None:
            return 503
        try:
            event = Webhook(self._secret).verify(body, headers)
        except WebhookVerificationError as error:
            with self._lock:
                self.forged.append(f"{headers.get('webhook-id')}: {error}")
            return 400
        name = headers["webhook-id"]
        with self._lock:
            self.heard += 1
            if self.heard % 7 == 0 and name not in self._turned_away:
                self._turned_away.add(name)
                return 500
            told = self.events.setdefault(name, event)
        return 200 if told == event else 409


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(self.server.receiver.take(headers, body))
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    receiver: Receiver


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens at its `url` until the end."""
    receiver = Receiver()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.receiver = receiver
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = Thread(target=server.serve_forever, name="receiver")
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def ids_of(events: dict[str, dict[str, Any]]) -> set[int]:
    """The ids of the history entries that were told."""
    return {int(json.loads(json.dumps(event))["data"]["id"]) for event in events.values()}
