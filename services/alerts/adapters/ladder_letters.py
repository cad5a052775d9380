"""Letters as DOCX: the facts of a step put into a template that an office may edit."""

from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from pathlib import Path

from services.alerts.domain.ladder.words import StepKind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class DocxLetters:
    """The port Letters; templates of an office's own go before those shipped."""

    def __init__(self, folder: Path | None = None) -> None:
        """folder: where `notice.docx` and its like may stand."""
        self._folder = folder

    def draft(self, kind: StepKind, facts: Mapping[str, object]) -> bytes:
        """The letter; facts are text, whatever stands in them."""
        # Imported when it is needed: an idle service does not hold it.
        from docxtpl import DocxTemplate  # noqa: PLC0415

        template = DocxTemplate(BytesIO(self._template(kind)))
        template.render(dict(facts), autoescape=True)
        out = BytesIO()
        template.save(out)
        return out.getvalue()

    def _template(self, kind: StepKind) -> bytes:
        name = f"{kind.value}.docx"
        if self._folder is not None and (self._folder / name).is_file():
            return (self._folder / name).read_bytes()
        return (resources.files("services.alerts") / "data" / "letters" / name).read_bytes()
