"""What people read: in their language, for each channel, and safe to show."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.alerts.adapters.templates import Templates
from services.alerts.domain.handling import CloseReason
from services.alerts.domain.hearing import Known, hear
from services.alerts.domain.telling.contacts import ChannelKind, Language
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.ends import End, ending_of
from services.alerts.domain.telling.items import item_of, reminder_of
from services.alerts.domain.telling.notice import Ended, make_notice
from services.alerts.domain.telling.words import CLOSE_REASONS, ENDS, KINDS, MEASURES
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON, assessment
from tests.usecases.alerts.telling_parts import contact
from tests.usecases.alerts.test_telling_channels import GROUP, notice


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


def reminder(document: dict[str, object], language: str, channel: ChannelKind) -> str:
    """All that somebody reads of an entry of the journal that is told once."""
    who = contact(language=Language(language))
    item = reminder_of(1, UUID(int=1), document, NOON)
    made = make_notice(who, GROUP, Reason.FIRST, [item], [], [], NOON)
    return "\n".join(Templates().render(who, channel, made.document).values())


CIRCULAR: dict[str, object] = {
    "type": "step.issued",
    "level": "red",
    "measure": "energy",
    "kind": "intensity",
    "regions": ["150200", "150000"],
    "subject": "region:150200",
    "subject_name": "包头市",
    "about": "T1",
    "about_name": "能耗强度",
    "step": "circular",
    "step_name": "通报",
    "title": "通报批评",
    "title_en": "circular of criticism",
    "answers": "包头市人民政府",
    "due": "2025-10-11",
    "why": "issued as 文1号",
}
TASK: dict[str, object] = {
    "type": "consultation.task_overdue",
    "level": "none",
    "measure": "energy",
    "kind": "",
    "regions": ["150200", "150000"],
    "subject": "region:150200",
    "subject_name": "150200",
    "about": "",
    "title": "八月会商",
    "task": {"title": "上报限产清单", "assignee": "市工信局", "due": "2026-08-31"},
}


LOWERED = (Level.NOTICE, "")
CLOSED = (Level.RED, "false")
SOLVED = (Level.NONE, "")


def ends(language: str, channel: ChannelKind, *how: tuple[Level, str]) -> str:
    """All that somebody reads who was told of red warnings that have ended."""
    who = contact(language=Language(language))
    (one,) = hear(Known(numbers={}, warnings={}), [assessment((1, "red"))], NOON).warnings
    items = [
        replace(item_of(one), level=level, closed_by="李处长", closed_because=why)
        for level, why in how
    ]
    over = [Ended(item=item, ending=ending_of(item, Level.RED)) for item in items]
    made = make_notice(who, GROUP, Reason.SOME_ENDED, [], over, [], NOON)
    return "\n".join(Templates().render(who, channel, made.document).values())


class TestEnds:
    @pytest.mark.parametrize("channel", [ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.WECOM])
    @pytest.mark.parametrize(
        ("how", "language", "words", "solved"),
        [
            (LOWERED, "zh", "已降为【提示】", "已解除"),
            (LOWERED, "en", "owered to notice", "esolved"),
            (CLOSED, "zh", "已由李处长关闭（误报）", "已解除"),
            (CLOSED, "en", "losed by 李处长 (false alarm)", "esolved"),
            (SOLVED, "zh", "已解除", "已降"),
            (SOLVED, "en", "esolved", "owered"),
            ((Level.RED, ""), "zh", "改由其他单位接收", "已解除"),
            ((Level.RED, ""), "en", "old elsewhere", "esolved"),
        ],
    )
    def test_say_how_they_came(
        self, channel: ChannelKind, how: tuple[Level, str], language: str, words: str, solved: str
    ) -> None:
        text = ends(language, channel, how)
        assert words in text
        assert solved not in text

    @pytest.mark.parametrize("channel", [ChannelKind.EMAIL, ChannelKind.WECOM])
    def test_of_different_ways_are_told_one_by_one(self, channel: ChannelKind) -> None:
        text = ends("zh", channel, LOWERED, CLOSED, SOLVED)
        assert "已结束：" in text
        assert all(word in text for word in ("已降为【提示】：", "关闭（误报）：", "已解除："))

    def test_have_words_for_every_way_and_reason(self) -> None:
        assert set(ENDS) == set(End)
        assert set(CLOSE_REASONS) == set(CloseReason)
        assert all(set(w) == set(Language) for w in (*ENDS.values(), *CLOSE_REASONS.values()))


class TestReminders:
    @pytest.mark.parametrize("channel", [ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.WECOM])
    @pytest.mark.parametrize(
        ("document", "language", "words"),
        [
            (CIRCULAR, "zh", ["红色", "包头市", "响应措施已下达", "通报批评", "2025-10-11"]),
            (CIRCULAR, "en", ["red", "step issued", "circular of criticism", "2025-10-11"]),
            (TASK, "zh", ["会商任务已逾期", "上报限产清单", "2026-08-31"]),
            (TASK, "en", ["consultation task overdue", "上报限产清单", "due 2026-08-31"]),
        ],
    )
    def test_say_what_is_to_be_done_by_when(
        self, channel: ChannelKind, document: dict[str, object], language: str, words: list[str]
    ) -> None:
        text = reminder(document, language, channel)
        assert [word for word in words if word not in text] == []

    def test_name_who_answers_and_what_a_consultation_was(self) -> None:
        assert "责任单位 包头市人民政府" in reminder(CIRCULAR, "zh", ChannelKind.EMAIL)
        text = reminder(TASK, "zh", ChannelKind.EMAIL)
        assert all(word in text for word in ("八月会商", "责任单位 市工信局"))

    def test_of_a_consultation_have_no_level(self) -> None:
        text = reminder(TASK, "zh", ChannelKind.EMAIL)
        assert "【】" not in text
        assert "正常" not in text
