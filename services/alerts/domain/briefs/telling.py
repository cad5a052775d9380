"""Entries about briefs as plain documents: what is written down, streamed and sent."""

from collections.abc import Sequence

from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.flow import File, Happened
from shared.model.condition import Measure
from shared.model.instants import iso, to_us
from shared.model.level import Level

Document = dict[str, object]


def happened_document(one: Happened, position: int) -> Document:
    """An entry about a brief; it has what filters and access look at, and the files' hashes."""
    brief = one.brief
    did = one.did.value if one.did else ""
    return {
        "type": f"brief.{did}",
        "brief": str(brief.id),
        "position": position,
        "subject": f"region:{brief.region}",
        "subject_name": brief.name,
        "regions": brief.regions,
        "measure": Measure.DATA.value,
        "kind": "brief",
        "rule": "",
        "level": Level.NONE.word,
        "level_before": Level.NONE.word,
        "about": brief.period,
        "about_name": brief.title.zh or brief.period,
        "noticed_at": iso(to_us(one.at)),
        "title": brief.title.zh,
        "title_en": brief.title.en,
        "brief_kind": brief.kind,
        "state": brief.state.value,
        "revision": brief.revision,
        "number": brief.number.text if brief.number else "",
        "address": brief.number.address if brief.number else "",
        "commit": brief.commit,
        "journal": brief.journal,
        "digest": brief.digest,
        "preliminary": brief.preliminary,
        "waiting_for": labels(brief.waiting_for),
        "findings": labels(brief.findings),
        "files": [file_document(file) for file in brief.files],
        "corrects": str(brief.corrects) if brief.corrects else None,
        "changes": len(brief.changes),
        **({"by": by_document(one)} if one.by else {}),
        **one.said,
    }


def file_document(file: File) -> Document:
    """A file as lists and entries tell it."""
    return {
        "name": file.name,
        "form": file.form,
        "language": file.language,
        "edition": file.edition,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "media_type": file.media_type,
    }


def label(one: Label) -> Document:
    """Words in both languages."""
    return {"zh": one.zh, "en": one.en}


def labels(found: Sequence[Label]) -> list[Document]:
    """Several of them."""
    return [label(one) for one in found]


def by_document(one: Happened) -> Document:
    """Who did it."""
    by = one.by
    return {"name": by.name, "key_id": by.key_id, "role": by.role} if by else {}
