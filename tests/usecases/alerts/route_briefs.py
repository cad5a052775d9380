"""Two briefs for the test of routes: a stopped one of a county, and one for the public."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from services.alerts.domain.briefs.document import Language
from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.flow import Brief, File, State
from services.alerts.domain.briefs.numbering import numbered
from services.alerts.ports.briefs import BriefStore, Change, Revision
from tests.usecases.alerts.route_cases import BRIEF, OTHER_BRIEF

_AT = datetime(2026, 4, 30, tzinfo=UTC)
_DATA = b"%PDF-1.7 for everybody"


def _brief(key: str, region: str, chain: tuple[str, ...], state: State) -> Brief:
    return Brief(
        id=UUID(key),
        region=region,
        name="a region",
        regions=chain,
        period="2026Q1",
        kind="quarter",
        settings="default",
        state=state,
        created_at=_AT,
        languages=(Language.ZH,),
        findings=(Label("不平衡", "does not add up"),) if state is State.STOPPED else (),
    )


async def put_briefs(store: BriefStore) -> None:
    """Both of them."""
    stopped = _brief(BRIEF, "150203", ("150203", "150200", "150000"), State.STOPPED)
    file = File(
        name="public.zh.pdf",
        form="pdf",
        language="zh",
        edition="public",
        bytes=len(_DATA),
        sha256=hashlib.sha256(_DATA).hexdigest(),
        media_type="application/pdf",
    )
    approved = replace(
        _brief(OTHER_BRIEF, "650000", ("650000",), State.APPROVED),
        revision=1,
        public=True,
        files=(file,),
    )
    out = replace(
        approved,
        state=State.PUBLISHED,
        revision=2,
        number=numbered("650000", 2026, 1, "{year}-{nth}"),
        published_at=_AT,
    )
    revision = Revision(facts=b"{}", pages=b"{}", files=((file, _DATA),))
    async with store.work() as work:
        await work.write(Change(brief=stopped))
        await work.write(Change(brief=approved))
        await work.write(Change(brief=out, revision=revision))
