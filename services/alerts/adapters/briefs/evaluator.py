"""Situations of regions, asked of the evaluator with the service's own key."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import httpx

from services.alerts.adapters.briefs.facts_codec import BadFactsError, situation_of
from services.alerts.adapters.evaluator import Answer, Evaluator
from services.alerts.domain.briefs.facts import Label, Situation
from services.alerts.ports.briefs import AskedInVainError
from shared.contracts.situation import FORM
from shared.kit.errors import Unavailable

_PATIENCE_S = 60.0
_LATER = frozenset({408, 425, 429})
"""Refusals that say nothing of the question: asked again it may be answered."""
_NOBODY = "no-such-subject"
"""The type of the evaluator's 404 for whom its catalogue does not have."""
_NOTHING = {"carrier": "none", "from": "2000-01-01", "to": "2000-01-02", "step": "total"}
"""A carrier that nobody has, on one day: nothing is read or added up."""


class EvaluatorSituations:
    """The port Situations over HTTP."""

    def __init__(self, evaluator: Evaluator, key_file: Path | None) -> None:
        """`key_file`: read at every question, so that the key may be changed."""
        self._evaluator = evaluator
        self._key_file = key_file

    async def newest(self) -> int:
        """The commit that stands for now."""
        answer = await self._asked("/v1/commits", {})
        return int(answer.body["commit"])

    async def knows(self, region: str) -> bool:
        """Asks for the region's books of nothing: only whoever is nobody has none."""
        path = f"/v1/books/{quote(f'region:{region}', safe=':')}"
        answer = await self._evaluator.get(path, self._key(), _NOTHING, patience_s=_PATIENCE_S)
        if answer.status == httpx.codes.NOT_FOUND and answer.body.get("type") == _NOBODY:
            return False
        _good(answer)
        return True

    async def of(
        self, region: str, period: str, *, commit: int, since: int | None = None
    ) -> Situation:
        """One question; its answer is read beside the loop, since it may be long."""
        asked = {"period": period, "as_of": f"commit:{commit}"}
        if since is not None:
            asked["since"] = f"commit:{since}"
        answer = await self._asked(f"/v1/situations/{quote(region, safe='')}", asked)
        try:
            found = await asyncio.to_thread(situation_of, answer.content)
        except BadFactsError as error:
            raise Unavailable(f"the evaluator's answer is {error}") from error
        if found.form != FORM:
            # One of both is being replaced by a newer version: soon they agree again.
            raise Unavailable(f"the evaluator's answer has the form {found.form}, not {FORM}")
        return found

    async def _asked(self, path: str, params: dict[str, str]) -> Answer:
        answer = await self._evaluator.get(path, self._key(), params, patience_s=_PATIENCE_S)
        return _good(answer)

    def _key(self) -> str:
        if self._key_file is None:
            raise AskedInVainError(_NO_KEY)
        try:
            return self._key_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(f"the service's key cannot be read: {error}") from error


def _good(answer: Answer) -> Answer:
    if answer.is_good:
        return answer
    if answer.status in _LATER:
        raise Unavailable(f"the evaluator answers {answer.status}")
    detail = str(answer.body.get("detail") or answer.status)
    raise AskedInVainError(
        Label(f"评估服务无法给出数据：{detail}", f"the evaluator has no such figures: {detail}")
    )


_NO_KEY = Label(
    "未设置 QINGYU_SERVICE_KEY_FILE：服务没有向评估服务取数的密钥",
    "QINGYU_SERVICE_KEY_FILE is not set: the service has no key to ask the evaluator with",
)
