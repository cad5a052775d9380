"""Whom a brief is told to, in which words, and what goes with it."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from services.alerts.adapters.briefs.enclosures import BriefEnclosures
from services.alerts.adapters.channels.email import message_of
from services.alerts.adapters.policy import load
from services.alerts.adapters.telling_policy import telling_policy
from services.alerts.adapters.templates import Templates
from services.alerts.domain.telling.contacts import Address, ChannelKind, Language
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.items import Item, hashes_of, reminder_of
from services.alerts.domain.telling.notice import Notice, make_notice
from services.alerts.domain.telling.reading import read_routes
from services.alerts.domain.telling.routes import Group, find
from services.alerts.domain.telling.sending import Sending
from shared.kit.errors import Unavailable
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.briefs_memory import set_settings
from tests.usecases.alerts.briefs_parts import BOB, LEAGUE, QUARTER, REGION, TAIAN, Desk
from tests.usecases.alerts.telling_parts import contact

POLICY = telling_policy(load())
ROOT = read_routes(POLICY.routes)
GROUP = Group(route="{}", receiver="briefs", labels=())
LINK = "https://qingyu.example"


def item_of(desk: Desk) -> Item:
    """The newest entry of the journal, as it is told."""
    line = desk.store.journal[-1]
    document: Mapping[str, Any] = msgspec.json.decode(line.data)
    return reminder_of(len(desk.store.journal), line.key, document, line.at)


def receivers(item: Item) -> list[str]:
    """Whom the built-in routes lead to, if it is told at all."""
    assert POLICY.reminders.matches({"event": item.event})
    return [route.receiver for route in find(ROOT, item.labels)]


def notice(*items: Item) -> Notice:
    """Of these items."""
    return make_notice(contact(), GROUP, Reason.FIRST, items, [], [], NOON)


def text(item: Item, channel: ChannelKind, language: str = "zh") -> str:
    """All that somebody reads."""
    who = contact(language=Language(language))
    return "\n".join(Templates(LINK).render(who, channel, notice(item).document).values())


async def published(region: str = REGION) -> tuple[Desk, Item]:
    desk = Desk()
    await desk.order(QUARTER, region)
    await desk.publish(QUARTER, region)
    return desk, item_of(desk)


class TestRecipients:
    @pytest.mark.parametrize(
        ("region", "found"),
        [
            (REGION, ["briefs", "carbon-province", "energy-province"]),
            (LEAGUE, ["briefs", "carbon-prefecture", "energy-prefecture"]),
        ],
    )
    async def test_published_ones_go_to_the_region_and_the_recipients(
        self, region: str, found: list[str]
    ) -> None:
        _, item = await published(region)
        assert (item.labels["alertname"], item.labels["region"]) == ("brief", region)
        assert receivers(item) == found

    async def test_drafts_go_to_those_who_review_them(self) -> None:
        desk = Desk()
        await desk.order()
        assert receivers(item_of(desk)) == ["carbon-province", "energy-province"]

    async def test_what_is_stopped_goes_to_whoever_runs_the_service_too(self) -> None:
        desk = Desk()
        desk.figures.unreconciled = (TAIAN,)
        await desk.order()
        item = item_of(desk)
        assert receivers(item) == ["operators", "carbon-province", "energy-province"]
        assert "87.86" in text(item, ChannelKind.EMAIL)
        assert "形势分析核对未通过" in text(item, ChannelKind.SMS)


class TestWords:
    async def test_a_mail_names_number_files_and_hashes(self) -> None:
        desk, item = await published()
        said = text(item, ChannelKind.EMAIL)
        brief = desk.brief()
        assert all(one in said for one in ("形势分析已发布", "晴雨形势〔2026〕1号", brief.title.zh))
        assert all(file.sha256 in said for file in brief.files)
        assert f"{LINK}/briefs/{brief.id}" in said

    async def test_a_short_message_is_short(self) -> None:
        desk, item = await published()
        for channel in (ChannelKind.SMS, ChannelKind.WECOM):
            said = text(item, channel)
            assert "形势分析已发布" in said
            assert f"{LINK}/briefs/{desk.brief().id}" in said
            assert desk.brief().files[0].sha256 not in said

    async def test_in_english(self) -> None:
        _, item = await published()
        said = text(item, ChannelKind.EMAIL, "en")
        assert "brief published" in said

    async def test_errata_are_told_as_what_they_are(self) -> None:
        desk, _ = await published()
        desk.figures.factors, desk.situations.commit = {2: Fraction(11, 10)}, 2
        await desk.hours(desk.at + timedelta(hours=4))
        assert "形势分析勘误表草稿待审" in text(item_of(desk), ChannelKind.EMAIL)
        sheet = next(one for one in desk.store.briefs.values() if one.is_errata)
        await desk.acts.approve(sheet.id, None, BOB, desk.at, "")
        await desk.acts.publish(sheet.id, None, BOB, desk.at, "")
        item = item_of(desk)
        assert receivers(item)[0] == "briefs"
        assert "形势分析勘误表已发布" in text(item, ChannelKind.EMAIL)
        assert "errata published" in text(item, ChannelKind.EMAIL, "en")

    async def test_documents_carry_hashes_and_where_it_is(self) -> None:
        desk, item = await published()
        told = notice(item).document["firing"][0]["facts"]
        assert told["link"] == f"/briefs/{desk.brief().id}"
        assert hashes_of(told) == {file.name: file.sha256 for file in desk.brief().files}


class TestMail:
    def sending(self, made: Notice) -> Sending:
        rendered = Templates(LINK).render(contact(), ChannelKind.EMAIL, made.document)
        return Sending(
            number=7,
            notice=made.id,
            recipient="duty",
            address=Address(key="x", channel=ChannelKind.EMAIL, target="a@b.example"),
            attempt=1,
            repeats=False,
            first_at=NOON,
            document=made.document,
            rendered=rendered,
        )

    async def test_pdf_and_docx_of_the_office_go_with_it(self) -> None:
        desk = Desk()
        set_settings(desk.shelf, "default", public=True)
        await desk.order()
        await desk.publish()
        made = notice(item_of(desk))
        found = await BriefEnclosures(desk.store).of(made.document)
        mail = message_of(self.sending(made), "desk@qingyu.example", found)
        files = {
            part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()
        }
        assert list(files) == ["150000-2026Q3-brief.zh.pdf", "150000-2026Q3-brief.zh.docx"]
        kept = {file.name: file.sha256 for file in desk.brief().files}
        for name, data in files.items():
            assert isinstance(data, bytes)
            assert hashlib.sha256(data).hexdigest() == kept[str(name).partition("Q3-")[2]]
        assert mail.get_body(("html",)) is not None

    async def test_drafts_bring_nothing(self) -> None:
        desk = Desk()
        await desk.order()
        made = notice(item_of(desk))
        assert await BriefEnclosures(desk.store).of(made.document) == []

    async def test_while_the_files_cannot_be_read_nothing_is_sent(self) -> None:
        from services.alerts.adapters.channels.email import MailWay, Smtp

        class Away:
            async def of(self, _document: object) -> list[Any]:
                raise Unavailable("the database is away")

        _, item = await published()
        said = await MailWay(Smtp(host="127.0.0.1"), Away()).send(self.sending(notice(item)), NOON)
        assert (said.result, said.arrived) == ("unreachable", False)
