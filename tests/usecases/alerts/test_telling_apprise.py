"""Short messages and office messengers through the library apprise."""

import json
import logging
from io import StringIO

import pytest

from services.alerts.adapters.channels.apprised import AppriseWay, problem_of
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import Result
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.parts import serving
from tests.usecases.alerts.test_telling_channels import Heard, sending


# The library reads a module that Python 3.13 no longer has.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
class TestApprise:
    async def test_reaches_a_gateway(self) -> None:
        heard = Heard()
        async with serving(heard.app) as url:
            target = url.replace("http://", "json://") + "/sms"
            one = sending(ChannelKind.SMS, target, repeats=True)
            said = await AppriseWay().send(one, NOON)
        assert said.result is Result.DELIVERED
        ((path, _, body),) = heard.came
        assert path == "/sms"
        assert "红色预警：内蒙古自治区" in json.loads(body)["message"]
        assert json.loads(body)["message"].endswith("（可能重复）")
        # A gateway would put the title before the text.
        assert json.loads(body)["title"] == ""

    async def test_keeps_secrets_out_of_the_log(self) -> None:
        written = StringIO()
        handler = logging.StreamHandler(written)
        logging.getLogger().addHandler(handler)
        for url in ("nosuch://secret@x", "twilio://secret:secret@x", "mailto://u:secret@"):
            assert problem_of(ChannelKind.APPRISE, url)
        target = "json://user:secret@127.0.0.1:1/secret"
        said = await AppriseWay().send(sending(ChannelKind.APPRISE, target), NOON)
        assert said.result is Result.REFUSED
        assert "secret" not in said.detail
        logging.getLogger().removeHandler(handler)
        assert "secret" not in written.getvalue()

    async def test_tells_why_not_without_the_secret(self) -> None:
        heard = Heard()
        heard.status = 500
        async with serving(heard.app) as url:
            target = url.replace("http://", "json://user:secret@") + "/x"
            said = await AppriseWay().send(sending(ChannelKind.APPRISE, target), NOON)
        assert said.result is Result.REFUSED
        assert "secret" not in said.detail

    @pytest.mark.parametrize(
        ("channel", "url"),
        [
            (ChannelKind.WECOM, "wecombot://BOTKEY"),
            (ChannelKind.DINGTALK, "dingtalk://abcdefghijklmnopqrstuvwxyz"),
            (ChannelKind.FEISHU, "feishu://abcdefgh-1234-1234-1234-abcdefghijkl"),
            (ChannelKind.SMS, "json://localhost/sms"),
        ],
    )
    def test_knows_the_office_messengers(self, channel: ChannelKind, url: str) -> None:
        assert problem_of(channel, url) is None

    @pytest.mark.parametrize("url", ["", "dingtalk://", "nothing://x", "https://example.org"])
    def test_refuses_what_is_none(self, url: str) -> None:
        assert problem_of(ChannelKind.WECOM, url)
