"""Keys as the services hear of them: what is not understood gives no rights."""

import pytest

from shared.contracts.keys import KeyBody, Keyring, encode_key, hash_key
from shared.kit.door import Doorkeeper
from shared.kit.kafka.records import Record
from shared.kit.problems import Problem
from shared.model.access import Principal, Role
from shared.model.condition import Measure


def record(role: str = "regulator", measures: list[str] | None = None) -> Record:
    body = KeyBody(
        id="a",
        name="a",
        sha256=hash_key("plain"),
        role=role,
        scope=["region:150000"],
        created_at=0,
        measures=measures or ["energy"],
    )
    key, value = encode_key(body)
    return Record("keys.v1", 0, 0, key, value, (), 0)


def door() -> tuple[Keyring, Doorkeeper[Principal]]:
    keyring = Keyring()
    return keyring, Doorkeeper(keyring.principal, keyring.feed)


def test_a_key_brings_its_measures() -> None:
    keyring, keeper = door()
    keeper.learn(record())
    found = keyring.principal("plain")
    assert found is not None
    assert (found.role, found.measures) == (Role.REGULATOR, frozenset({Measure.ENERGY}))


@pytest.mark.parametrize("bad", [record(role="emperor"), record(measures=["energy", "water"])])
def test_an_unknown_role_or_measure_gives_no_rights_and_takes_old_ones(bad: Record) -> None:
    keyring, keeper = door()
    keeper.learn(record())
    keeper.learn(bad)
    assert keyring.principal("plain") is None


def test_a_key_without_measures_written_is_there_for_both() -> None:
    keyring, keeper = door()
    value = (
        b'{"id":"a","name":"a","sha256":"%b","role":"reader","scope":["*"],"created_at":0}'
        % hash_key("plain").encode()
    )
    keeper.learn(Record("keys.v1", 0, 0, b"a", value, (), 0))
    found = keyring.principal("plain")
    assert found is not None
    assert found.measures == {Measure.ENERGY, Measure.CARBON}


def test_nobody_is_answered_before_the_catalogue_is_there() -> None:
    """What is not read yet must not be told as what does not exist; strangers stay strangers."""
    _, keeper = door()
    keeper.learn(record())
    keeper.caught_up()
    read: list[str] = []
    keeper.wait_for(lambda: bool(read))
    with pytest.raises(Problem) as refused:
        keeper.admit("plain")
    assert (refused.value.status, refused.value.kind) == (503, "catalogue-not-loaded")
    assert refused.value.headers == {"Retry-After": "2"}
    with pytest.raises(Problem) as unknown:
        keeper.admit("other")
    assert unknown.value.status == 401
    read.append("catalogue")
    assert keeper.admit("plain").name == "a"
