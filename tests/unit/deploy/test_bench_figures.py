"""The bench's arithmetic: percentiles, delays of warnings, rates, and what its wires carry."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deploy.bench.bodies import body
from deploy.bench.figures import Event, Spread, delays, per_million, percentile, spread
from deploy.bench.lean import Answer, parse
from deploy.bench.limits import KafkaLimit, RowsLimit, copy_text
from deploy.bench.listen import heard
from deploy.bench.path import Measured, Outcome
from deploy.bench.screen import disturbed_ratio, document, show
from deploy.bench.sender import Report
from deploy.bench.workload import instant, registers
from shared.model.instants import EPOCH


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(
    values: list[float], percent: float
) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) >= len(values) * percent / 100 - 1e-6


def test_the_usual_percentiles() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert spread(values) == Spread(count=100, p50=50.0, p99=99.0, longest=100.0)
    assert spread([]) is None
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def report(answers: list[tuple[int, int, float]]) -> Report:
    enterprises, quarters, answered = zip(*answers, strict=True)
    return Report(
        readings=50 * len(answers),
        requests=len(answers),
        refused=0,
        retries=0,
        bytes=0,
        begun=0.0,
        ended=1.0,
        cpu_s=0.0,
        starts=[],
        enterprises=list(enterprises),
        quarters=list(quarters),
        sent=list(answered),
        answered=list(answered),
    )


def test_a_warning_is_caused_by_the_first_answer_that_completes_its_hour() -> None:
    sent = report([(1, 3, 1.0), (2, 4, 2.0), (1, 4, 3.0), (1, 8, 5.0)])
    events = [
        Event(enterprise=1, quarter=0, arrived=3.5),  # the hour of quarters 0 to 4
        Event(enterprise=1, quarter=4, arrived=7.0),
        Event(enterprise=1, quarter=8, arrived=9.0),  # not complete in this run
        Event(enterprise=7, quarter=0, arrived=9.0),
    ]
    assert delays(sent, events) == ([0.5, 2.0], 2)


def test_an_event_is_placed_by_its_hour() -> None:
    entry = {"subject": "enterprise:X", "hour": "2020-01-01T01:00:00Z"}
    found = heard(entry, {"enterprise:X": 3}.get, 1.5)
    assert found == Event(enterprise=3, quarter=36, arrived=1.5)
    assert instant(36) == "2020-01-01T01:00:00Z"
    assert heard({**entry, "subject": "region:1"}, {"enterprise:X": 3}.get, 1.5) is None


def test_cpu_is_told_for_a_million_readings() -> None:
    assert per_million({"ingest": 3.0}, 2_000_000) == {"ingest": 1.5}
    assert per_million({"ingest": 3.0}, 0) == {"ingest": 0.0}


def test_an_answer_is_read_when_it_is_whole() -> None:
    whole = b"HTTP/1.1 503 Later\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy"
    for end in range(len(whole)):
        assert parse(whole[:end]) is None
    answer = parse(whole)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, answer.retry_after_s) == (503, b"busy", 2.0)
    assert parse(b"HTTP/1.1 204 No Content\r\n\r\n") == Answer(204, b"http/1.1 204 no content", b"")


def test_a_body_is_an_array() -> None:
    assert body(b"{},", b"{},") == b"[{},{}]"


def test_rows_for_copy_are_postgresql_binary() -> None:
    text = copy_text(4)
    assert text.startswith(b"PGCOPY\n\xff\r\n\0")
    assert text.endswith(b"\xff\xff")
    first = struct.unpack_from(">h i i i q i i i q", text, 19)
    since_2000 = first[4] // 1_000_000 + 946_684_800
    assert first[0] == 4
    assert first[2] == 0
    assert first[8] == registers(0, 4)  # type: ignore[arg-type]  # a number does as well
    assert EPOCH.fromtimestamp(since_2000, EPOCH.tzinfo).isoformat() == "2019-12-31T17:00:00+00:00"
    assert (len(text) - 21) % 10_000 == 0


BULK = Measured(
    phase="bulk",
    title="bulk",
    readings=1000,
    requests=1,
    accepted_s=2.0,
    committed_s=4.0,
    answer=Spread(count=1, p50=0.01, p99=1.5, longest=1.5),
    cpu={"ingest": 1.0, "sender": 0.5},
    bytes_a_reading=75.0,
    retries=0,
    sent="10.00",
    booked="10.0",
)


def test_rates_count_what_was_accepted_and_what_is_in_the_books() -> None:
    assert (BULK.accepted_rate, BULK.committed_rate, BULK.exact) == (500.0, 250.0, True)
    assert not replace(BULK, booked="10.01").exact
    disturbed = replace(BULK, phase="disturbed", committed_s=8.0)
    assert disturbed_ratio((BULK, disturbed)) == 0.5
    assert disturbed_ratio((BULK,)) is None


def test_everything_is_shown_and_written() -> None:
    outcome = Outcome(
        phases=(BULK, replace(BULK, phase="disturbed", booked="9")),
        rows=RowsLimit(readings=100, seconds=2.0),
        kafka=KafkaLimit(messages=10, size=1024, seconds=1.0, round_trip=None),
        idle={"ingest": 1024 * 1024},
        after={"ingest": 2 * 1024 * 1024},
    )
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as shown:
        show(outcome, console)
    text = shown.get()
    for word in (
        "250",
        "9 instead of 10.00",
        "50 readings/s as rows",
        "10 messages/s",
        "10.0 ms / 1.50 s",
    ):
        assert word in text
    written = document(outcome)
    assert written["rows_rate"] == 50.0
    assert written["phases"][0]["exact"]
