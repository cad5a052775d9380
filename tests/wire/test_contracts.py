"""Messages of every contract version stay readable for ever, and say the same bytes today."""

import json
from pathlib import Path

import numpy as np
import pytest

from deploy.contracts.files import outdated
from services.evaluator.adapters import totals_codec
from services.evaluator.domain.totals import Changes, Frontier, Lane, Totals
from shared.contracts import assessments, catalogue, keys, readings, topics
from shared.contracts.errors import UnreadableError
from shared.model.catalogue import Entity, EntityKind, Record
from shared.model.readings import Mark, Readings

GOLDEN = Path(__file__).parent / "golden"


def admitted() -> readings.ReadingsAdmitted:
    return readings.ReadingsAdmitted(
        catalogue_version=7,
        received_at_us=1_772_380_800_123_456,
        correlation_id="c0ffee",
        readings=Readings(
            point=np.array([1, 4_000_000_000], np.uint32),
            at=np.array([1_772_380_800_000_000, -1]),
            value=np.array([100_000, 0]),
            revision=np.array([0, 2], np.uint32),
            flags=np.array([0, int(Mark.NULL)], np.uint8),
        ),
    )


def totals() -> Totals:
    return Totals(
        commit=12,
        sources=(3, 5),
        catalogue_version=7,
        received_at_us=1_772_380_800_123_456,
        correlation_id="c0ffee",
        subjects=("enterprise:E0", "region:150000"),
        lanes=(Lane(carrier="electricity", flow="import", scale=2),),
        changes=Changes(
            subject=np.array([0, 1], np.uint32),
            lane=np.zeros(2, np.uint32),
            hour=np.array([492328, 492328]),
            quantity=np.array([7500, -7500]),
            estimated=np.array([0, 1]),
            known=np.array([3_600_000_000, 0]),
            cause=np.array([1, 4], np.uint8),
        ),
        frontier=Frontier(point=np.array([1], np.uint32), booked_end=np.array([5])),
    )


def entity() -> Entity:
    record = Record(
        valid_from=0, valid_to=9, version=7, recorded_at=5, attributes={"name": "演示", "n": 2}
    )
    return Entity(kind=EntityKind.POINT, code="M1", number=3, records=(record,))


def key() -> keys.KeyBody:
    return keys.KeyBody("abcd", "plant", "00" * 32, "sender", ["enterprise:E0"], 5)


def bytes_today() -> dict[str, bytes]:
    return {
        "readings.v1.bin": readings.encode(admitted()),
        "totals.v1.bin": totals_codec.encode(totals()),
        "catalogue.v1.json": catalogue.encode_entity(entity())[1],
        "catalogue-version.v1.json": catalogue.encode_version(7, 5)[1],
        "keys.v1.json": keys.encode_key(key())[1],
    }


@pytest.mark.parametrize("name", sorted(bytes_today()))
def test_the_bytes_are_those_of_the_golden_message(name: str) -> None:
    assert bytes_today()[name] == (GOLDEN / name).read_bytes()


def test_golden_messages_are_read_as_they_were_meant() -> None:
    assert totals_codec.encode(totals_codec.decode(golden("totals.v1.bin"))) == golden(
        "totals.v1.bin"
    )
    message = readings.decode(golden("readings.v1.bin"))
    assert (message.catalogue_version, message.correlation_id) == (7, "c0ffee")
    assert message.readings.at.tolist() == [1_772_380_800_000_000, -1]
    assert message.readings.point.tolist() == [1, 4_000_000_000]
    assert catalogue.decode_entity(golden("catalogue.v1.json")) == entity()
    assert keys.decode_key(golden("keys.v1.json")) == key()
    assert keys.decode_key(golden("key-without-measures.v1.json")) == key()


def test_an_assessment_of_version_1_is_read_with_unknown_fields() -> None:
    text = golden("assessment.v1.json")
    message = assessments.decode(text)
    assert (message.subject, message.rule, message.level) == ("region:150000", "used", "yellow")
    assert [step.level for step in message.sequence] == ["notice", "yellow"]
    more = json.loads(text) | {"something_new": {"a": 1}}
    assert assessments.decode(json.dumps(more).encode()) == message


def test_what_is_not_understood_says_why() -> None:
    with pytest.raises(UnreadableError, match="QYR1"):
        readings.decode(b"x" * 64)
    with pytest.raises(UnreadableError, match="bytes after the head"):
        readings.decode(golden("readings.v1.bin") + b"1")
    with pytest.raises(UnreadableError):
        assessments.decode(b"{}")


def test_the_contract_files_say_what_the_code_says() -> None:
    assert outdated() == [], "run: python -m deploy.contracts"


def test_every_topic_has_a_reader_and_a_writer() -> None:
    assert len({topic.name for topic in topics.ALL}) == len(topics.ALL)
    assert all(topic.written_by and topic.read_by for topic in topics.ALL)


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()
