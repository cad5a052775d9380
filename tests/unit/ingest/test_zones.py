"""Offsets as columns, held against the zones they come from."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.admission.zones import offsets
from shared.model.instants import from_us, to_us
from shared.model.period import zone

NAMES = ["UTC", "+09:00", "Asia/Shanghai", "Europe/London", "Australia/Lord_Howe"]
# Looking a zone up for the first time takes longer than an example may.
KNOWN = {name: offsets(name) for name in NAMES}
LAST = to_us(datetime(2099, 12, 30, tzinfo=UTC))


@pytest.mark.parametrize("name", NAMES)
@given(us=st.integers(0, LAST))
def test_the_clock_is_ahead_by_what_the_zone_says(name: str, us: int) -> None:
    expected = from_us(us).astimezone(zone(name)).utcoffset()
    assert timedelta(microseconds=int(KNOWN[name].at(np.array([us]))[0])) == expected


@pytest.mark.parametrize("name", NAMES)
@given(wall=st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 1)))  # noqa: DTZ001 - a wall clock
def test_a_wall_clock_is_read_as_the_zone_reads_it(name: str, wall: datetime) -> None:
    local = wall.replace(tzinfo=zone(name))
    instant, exists = KNOWN[name].from_wall(np.array([to_us(wall.replace(tzinfo=UTC))]))
    back = local.astimezone(UTC).astimezone(zone(name)).replace(tzinfo=None)
    assert bool(exists[0]) == (back == wall)
    if back == wall:
        assert int(instant[0]) == to_us(local)


def test_most_zones_never_change() -> None:
    assert offsets("+08:00").fixed
    assert not offsets("Europe/London").fixed
