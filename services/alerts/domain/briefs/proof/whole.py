"""The proof of a whole document."""

from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.proof.comparing import paragraphs
from services.alerts.domain.briefs.proof.finding import Finding
from services.alerts.domain.briefs.proof.letting import let_out
from services.alerts.domain.briefs.proof.view import View


def proof(document: Document, facts: Facts) -> tuple[Finding, ...]:
    """Where the document says other than the facts; nothing, as a rule."""
    public = document.edition is Edition.PUBLIC
    told = let_out(facts) if public else facts
    view = View(facts=told, zh=document.language is Language.ZH, public=public)
    return tuple(paragraphs(view, document))
