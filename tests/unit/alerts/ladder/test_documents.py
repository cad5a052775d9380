"""Entries of the ladder: what they say of themselves, and of what they are about."""

from services.alerts.domain.ladder.documents import happening_document
from tests.unit.alerts.ladder.builders import Office, short, warning


def test_an_entry_about_a_step_leaves_its_id_to_the_journal() -> None:
    office = Office(short())
    office.see(warning(("red", "2026Q1")))
    told = happening_document(office.lines[0], {})
    assert "id" not in told
    assert told["step_id"] == str(office.lines[0].step.id)
