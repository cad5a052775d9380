"""Every way to a recipient, against the real thing on the other side where there is one."""

import asyncio
import email
import shutil
import socket
import subprocess
from collections.abc import AsyncGenerator, Generator, Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Request, Response
from standardwebhooks.webhooks import Webhook

from services.alerts.adapters.channels.email import MailWay, Smtp, message_of
from services.alerts.adapters.channels.inside import KafkaWay, StreamWay
from services.alerts.adapters.channels.posted import AlertmanagerWay, WebhookWay
from services.alerts.adapters.notice_message import NoticeMade
from services.alerts.adapters.secrets import new_secret
from services.alerts.adapters.templates import Templates
from services.alerts.adapters.webhook import Poster
from services.alerts.domain.hearing import Known, hear
from services.alerts.domain.telling.contacts import Address, ChannelKind
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.ends import End, Ending
from services.alerts.domain.telling.items import item_of
from services.alerts.domain.telling.notice import Ended, Notice, make_notice, notice_of_test
from services.alerts.domain.telling.routes import Group
from services.alerts.domain.telling.sending import Result, Sending
from services.alerts.settings import AlertsSettings
from services.alerts.wiring.notices import ways
from shared.contracts.topics import NOTICES
from shared.kit import clock
from shared.kit.kafka.producer import Message
from tests.unit.alerts.builders import NOON, assessment
from tests.usecases.alerts.parts import serving
from tests.usecases.alerts.telling_parts import contact

ALERTMANAGER = shutil.which("prometheus-alertmanager")
GROUP = Group(route="{}", receiver="duty", labels=(("region", "150000"),))
PATIENCE_S = 30


def notice(
    name: str = "内蒙古自治区", reason: Reason = Reason.FIRST, at: datetime = NOON
) -> Notice:
    """Of one red warning."""
    heard = hear(Known(numbers={}, warnings={}), [assessment((1, "red"))], NOON)
    (warning,) = heard.warnings
    item = replace(item_of(warning), subject_name=name)
    over = Ended(item=item, ending=Ending(how=End.RESOLVED))
    ended = [over] if reason is Reason.ALL_RESOLVED else []
    items = [] if ended else [item]
    return make_notice(contact(), GROUP, reason, items, ended, [], at)


def sending(
    channel: ChannelKind,
    target: str,
    *,
    secret: str = "",
    repeats: bool = False,
    made: Notice | None = None,
) -> Sending:
    """A notice on its way by the channel."""
    made = made or notice()
    return Sending(
        number=7,
        notice=made.id,
        recipient="duty",
        address=Address(key="x", channel=channel, target=target, secret=secret),
        attempt=1,
        repeats=repeats,
        first_at=NOON,
        document=made.document,
        rendered=Templates("https://qingyu.example").render(contact(), channel, made.document),
    )


def test_there_is_a_way_for_every_channel() -> None:
    found = ways(AlertsSettings(), httpx.AsyncClient(), Kafka())
    assert set(found) == set(ChannelKind)


class Inbox:
    """What a mail server took, and how it answers to recipients."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(  # noqa: N802 - so is it called
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _more: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(  # noqa: N802 - so is it called
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=modern)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


@pytest.fixture
def inbox() -> Generator[tuple[Inbox, MailWay]]:
    box = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, MailWay(Smtp(host="127.0.0.1", port=port, sender="desk@qingyu.example"))
    server.stop()


class TestMail:
    def test_has_a_subject_of_one_line(self) -> None:
        one = sending(ChannelKind.EMAIL, "duty@example.org")
        broken = replace(one, rendered={**one.rendered, "subject": "包头\r\nBcc: x@example.org"})
        assert message_of(broken, "desk@qingyu.example")["Subject"] == "包头 Bcc: x@example.org"

    async def test_says_it_as_text_and_as_html(self, inbox: tuple[Inbox, MailWay]) -> None:
        box, way = inbox
        said = await way.send(sending(ChannelKind.EMAIL, "duty@example.org"), NOON)
        assert (said.result, said.status) == (Result.DELIVERED, 250)
        (mail,) = box.mails
        assert (mail["To"], mail["From"]) == ("duty@example.org", "desk@qingyu.example")
        assert mail["Subject"] == "【晴雨】红色：内蒙古自治区 预算使用（首次通知）"
        parts = [mail.get_body([kind]) for kind in ("plain", "html")]
        texts = [part.get_content() for part in parts if part]
        assert all("已用 81.0%" in text and "内蒙古自治区" in text for text in texts)
        assert len(texts) == 2

    async def test_marks_a_possible_repeat_under_the_same_id(
        self, inbox: tuple[Inbox, MailWay]
    ) -> None:
        box, way = inbox
        for repeats in (False, True):
            await way.send(sending(ChannelKind.EMAIL, "a@example.org", repeats=repeats), NOON)
        first, second = box.mails
        assert first["Message-ID"] == second["Message-ID"]
        assert (first["Qingyu-Repeat"], second["Qingyu-Repeat"]) == (None, "1")
        assert second["Subject"].endswith("（可能重复）")

    @pytest.mark.parametrize(
        ("answer", "result", "status"),
        [
            ("550 no such user", Result.REJECTED, 550),
            ("451 come again", Result.REFUSED, 451),
        ],
    )
    async def test_understands_a_refusal(
        self, answer: str, result: Result, status: int, inbox: tuple[Inbox, MailWay]
    ) -> None:
        box, way = inbox
        box.answer = answer
        said = await way.send(sending(ChannelKind.EMAIL, "duty@example.org"), NOON)
        assert (said.result, said.status, said.detail) == (result, status, answer[4:])

    async def test_without_a_server_has_not_arrived(self) -> None:
        way = MailWay(Smtp(host="127.0.0.1", port=1))
        said = await way.send(sending(ChannelKind.EMAIL, "duty@example.org"), NOON)
        assert (said.result, said.arrived) == (Result.UNREACHABLE, False)

    async def test_that_is_not_set_up_says_so(self) -> None:
        said = await MailWay(Smtp(host="")).send(sending(ChannelKind.EMAIL, "a@b"), NOON)
        assert (said.result, "QINGYU_SMTP_HOST" in said.detail) == (Result.REJECTED, True)


class Heard:
    """An HTTP receiver that keeps what comes."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.post("/{path:path}")(self._take)
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200

    async def _take(self, request: Request) -> Response:
        self.came.append((request.url.path, dict(request.headers), await request.body()))
        return Response(status_code=self.status, headers={"retry-after": "7"})


@pytest.fixture
async def poster() -> AsyncGenerator[Poster]:
    async with httpx.AsyncClient(follow_redirects=False) as client:
        yield Poster(client, whole_s=5)


class TestAWebhook:
    async def test_is_signed_and_marked_when_it_may_be_a_repeat(self, poster: Poster) -> None:
        heard, secret, way = Heard(), new_secret(), WebhookWay(poster)
        async with serving(heard.app) as url:
            for repeats in (False, True):
                one = sending(ChannelKind.WEBHOOK, f"{url}/hook", secret=secret, repeats=repeats)
                assert (await way.send(one, clock.now())).result is Result.DELIVERED
        (_, first, body), (_, second, again) = heard.came
        event = Webhook(secret).verify(body, first)
        assert (event["type"], event["data"]["firing"][0]["level"]) == (
            "notice.first_notice",
            "red",
        )
        assert body == again
        assert first["webhook-id"] == second["webhook-id"]
        assert (first.get("qingyu-repeat"), second["qingyu-repeat"]) == (None, "1")

    @pytest.mark.parametrize(
        ("status", "result"),
        [
            (204, Result.DELIVERED),
            (302, Result.REFUSED),
            (400, Result.REJECTED),
            (408, Result.REFUSED),
            (410, Result.REJECTED),
            (425, Result.REFUSED),
            (429, Result.REFUSED),
            (500, Result.REFUSED),
        ],
    )
    async def test_is_understood_by_its_answer(
        self, status: int, result: Result, poster: Poster
    ) -> None:
        heard = Heard()
        heard.status = status
        async with serving(heard.app) as url:
            one = sending(ChannelKind.WEBHOOK, f"{url}/hook", secret=new_secret())
            said = await WebhookWay(poster).send(one, clock.now())
        assert (said.result, said.status) == (result, status)
        assert said.retry_after is not None
        assert said.retry_after.total_seconds() == 7

    async def test_without_a_secret_is_not_sent(self, poster: Poster) -> None:
        one = sending(ChannelKind.WEBHOOK, "http://127.0.0.1:1/hook")
        assert (await WebhookWay(poster).send(one, NOON)).result is Result.REJECTED

    async def test_to_nobody_has_not_arrived(self, poster: Poster) -> None:
        one = sending(ChannelKind.WEBHOOK, "http://127.0.0.1:1/hook", secret=new_secret())
        said = await WebhookWay(poster).send(one, clock.now())
        assert (said.result, said.arrived) == (Result.UNREACHABLE, False)


class Kafka:
    """The producer as a list."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.sent.extend(messages)


async def test_the_topic_carries_the_whole_notice_under_its_recipient() -> None:
    kafka = Kafka()
    said = await KafkaWay(kafka).send(sending(ChannelKind.KAFKA, "", repeats=True), NOON)
    assert said.result is Result.DELIVERED
    (message,) = kafka.sent
    assert (message.topic, message.key) == (NOTICES.name, b"duty")
    assert ("repeat", b"1") in message.headers
    assert message.value is not None
    read = msgspec.json.decode(message.value, type=NoticeMade)
    assert (read.recipient, read.firing[0].level, read.counts) == ("duty", "red", {"red": 1})


async def test_streams_find_notices_in_the_log() -> None:
    said = await StreamWay().send(sending(ChannelKind.STREAM, ""), NOON)
    assert said.result is Result.DELIVERED


@pytest.fixture
def started(tmp_path: Path) -> Generator[str]:
    """A real one with its own files."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = tmp_path / "alertmanager.yml"
    config.write_text("route: {receiver: r}\nreceivers: [{name: r}]\n")
    process = subprocess.Popen(
        [
            ALERTMANAGER or "",
            f"--config.file={config}",
            f"--storage.path={tmp_path}/data",
            f"--web.listen-address={address}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield f"http://{address}"
    process.kill()
    process.wait()


@pytest.fixture
async def alertmanager(started: str) -> str:
    """Its address, where it answers."""
    await _ready(f"{started}/-/ready")
    return started


async def _ready(url: str) -> None:
    pause = asyncio.Event()
    async with httpx.AsyncClient() as client:
        for _ in range(PATIENCE_S * 20):
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            try:
                async with asyncio.timeout(0.05):
                    await pause.wait()
            except TimeoutError:
                continue
    pytest.fail("the Alertmanager did not start")


@pytest.mark.skipif(ALERTMANAGER is None, reason="prometheus-alertmanager is not installed here")
class TestAnAlertmanager:
    async def test_takes_what_holds_and_what_has_ended(
        self, alertmanager: str, poster: Poster
    ) -> None:
        way = AlertmanagerWay(poster, "https://qingyu.example")
        first = sending(ChannelKind.ALERTMANAGER, alertmanager, made=notice(at=clock.now()))
        said = await way.send(first, NOON)
        assert (said.result, said.detail) == (Result.DELIVERED, "")
        (alert,) = await active(alertmanager)
        assert (alert["labels"]["alertname"], alert["labels"]["level"]) == ("used", "red")
        assert alert["generatorURL"].startswith("https://qingyu.example/warnings/")
        ended = sending(
            ChannelKind.ALERTMANAGER,
            alertmanager,
            made=notice(reason=Reason.ALL_RESOLVED, at=clock.now()),
        )
        assert (await way.send(ended, NOON)).result is Result.DELIVERED
        assert await active(alertmanager) == []

    async def test_takes_a_test(self, alertmanager: str, poster: Poster) -> None:
        made = notice_of_test(contact(), "op", clock.now())
        one = sending(ChannelKind.ALERTMANAGER, alertmanager, made=made)
        await AlertmanagerWay(poster, "").send(one, NOON)
        (alert,) = await active(alertmanager)
        assert alert["labels"]["alertname"] == "QingyuTest"


async def active(url: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as client:
        found: list[dict[str, Any]] = (await client.get(f"{url}/api/v2/alerts")).json()
    return found
