"""`qingyu journal`: how it walks the chain, and what it says of one that is broken."""

import json
from collections.abc import Callable

import httpx
import pytest
import typer

from deploy.cli.client import Api, Target
from deploy.cli.journal import _noted, _walk

HASH = "ab" * 32


def api(answer: Callable[[httpx.Request], httpx.Response]) -> Api:
    target = Target(urls={"alerts": "http://alerts"}, key="k")
    return Api(target, transport=httpx.MockTransport(answer))


def journal(
    entries: int, *, broken: int | None = None, cut: int | None = None, at_once: int = 3
) -> Api:
    """A service whose journal has so many entries."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"before": HASH})
        after = json.loads(request.content)["after"]
        upto = min(after + at_once, entries)
        found = {"checked": upto - after, "upto": upto, "hash": HASH, "broken": None}
        if broken and after < broken <= upto:
            found["broken"] = broken
        more = upto < entries
        return httpx.Response(200, json={**found, "more": more, "cut": None if more else cut})

    return api(answer)


class TestVerifying:
    def test_goes_on_to_the_end(self) -> None:
        assert _walk(journal(8), 8, None) == (8, f"8:{HASH}")

    def test_of_an_empty_journal_is_done_at_once(self) -> None:
        assert _walk(journal(0), 0, None) == (0, f"0:{HASH}")

    def test_fails_at_the_first_entry_that_does_not_follow(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(typer.Exit):
            _walk(journal(8, broken=5), 8, None)
        assert "entry 5 does not follow" in capsys.readouterr().err

    def test_fails_when_the_end_was_cut_off(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(typer.Exit):
            _walk(journal(8, cut=11), 8, None)
        assert "ends at 8, but entry 11 was there" in " ".join(capsys.readouterr().err.split())

    def test_compares_with_what_was_noted(self) -> None:
        assert _walk(journal(8), 8, (5, HASH))[0] == 8

    def test_fails_when_what_was_noted_is_another(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(typer.Exit):
            _walk(journal(8), 8, (5, "cd" * 32))
        assert "another hash" in capsys.readouterr().err

    def test_fails_when_what_was_noted_is_cut_off(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(typer.Exit):
            _walk(journal(8), 8, (12, HASH))
        assert "the journal ends at 8" in capsys.readouterr().err


class TestAHead:
    def test_is_read_as_it_was_told(self) -> None:
        assert _noted(f"12:{HASH}") == (12, HASH)

    @pytest.mark.parametrize("text", ["", "12", f"x:{HASH}", "12:abc"])
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(typer.Exit):
            _noted(text)
