"""The proof of a whole document."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.proof.beside import beside
from services.alerts.domain.briefs.proof.charts import charts
from services.alerts.domain.briefs.proof.comparing import paragraphs
from services.alerts.domain.briefs.proof.finding import Finding
from services.alerts.domain.briefs.proof.frame import frame
from services.alerts.domain.briefs.proof.headings import headings
from services.alerts.domain.briefs.proof.letting import let_out
from services.alerts.domain.briefs.proof.naming import named
from services.alerts.domain.briefs.proof.notes import notes
from services.alerts.domain.briefs.proof.tables import tables
from services.alerts.domain.briefs.proof.view import View


def proof(document: Document, facts: Facts) -> tuple[Finding, ...]:
    """Where the document says other than the facts; nothing, as a rule."""
    return tuple(findings(document, facts))


def findings(document: Document, facts: Facts) -> Iterator[Finding]:
    """The same, one by one as they are found."""
    public = document.edition is Edition.PUBLIC
    told = let_out(facts) if public else facts
    view = View(facts=told, zh=document.language is Language.ZH, public=public)
    yield from frame(view, document)
    yield from headings(view, document)
    yield from paragraphs(view, document)
    yield from tables(view, document)
    yield from charts(view, document)
    yield from notes(view, document)
    yield from beside(view, document)
    if public:
        yield from named(document, facts.situation.users)
