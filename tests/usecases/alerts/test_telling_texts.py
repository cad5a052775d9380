"""What people read: in their language, for each channel, and safe to show."""

from uuid import UUID

import pytest

from services.alerts.adapters.templates import Templates
from services.alerts.domain.telling.contacts import ChannelKind, Language
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.words import KINDS, MEASURES
from shared.model.condition import ConditionKind, Measure
from tests.usecases.alerts.telling_parts import contact
from tests.usecases.alerts.test_telling_channels import notice


def test_there_is_a_word_for_every_kind_and_measure() -> None:
    assert set(KINDS) == set(ConditionKind)
    assert set(MEASURES) == set(Measure)
    assert all(set(words) == set(Language) for words in (*KINDS.values(), *MEASURES.values()))


def test_there_is_a_chinese_word_for_every_reason() -> None:
    assert all(reason.chinese for reason in Reason)


class TestTexts:
    @pytest.mark.parametrize("language", ["zh", "en"])
    @pytest.mark.parametrize("channel", list(ChannelKind))
    @pytest.mark.parametrize("reason", [Reason.FIRST, Reason.ALL_RESOLVED])
    def test_are_made_for_every_channel_and_language(
        self, language: str, channel: ChannelKind, reason: Reason
    ) -> None:
        who = contact(language=Language(language))
        made = notice(reason=reason)
        first = Templates("https://q").render(who, channel, made.document)
        assert first == Templates("https://q").render(who, channel, made.document)
        for text in first.values():
            assert "内蒙古自治区" in text

    def test_escape_what_comes_from_outside(self) -> None:
        made = notice("<script>alert(1)</script>")
        html = Templates().render(contact(), ChannelKind.EMAIL, made.document)["html"]
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    def test_have_the_same_id_for_the_same_notice(self) -> None:
        assert notice().id == notice().id
        assert isinstance(notice().id, UUID)
