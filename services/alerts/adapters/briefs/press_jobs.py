"""What the press's worker processes do: open the fonts once, draw a picture, make a form."""

from collections.abc import Mapping
from pathlib import Path

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.docx import docx
from services.alerts.adapters.briefs.drawing.paper import same_anywhere, to_png, to_svg
from services.alerts.adapters.briefs.glyphs import known
from services.alerts.adapters.briefs.html import html
from services.alerts.adapters.briefs.pdf import fonts, pdf
from services.alerts.adapters.briefs.pictures import Form, drawn
from services.alerts.adapters.briefs.xlsx import xlsx
from services.alerts.domain.briefs.document import Chart, Document


def opened() -> Path:
    """The folder of fonts, once they are open in this process; raises AssetMissing."""
    folder = assets.fonts()
    fonts(folder)
    known(folder)
    return folder


def pictures(chart: Chart) -> dict[Form, bytes]:
    """A chart in both forms of pictures, laid out once."""
    figure = drawn(chart)
    with same_anywhere():
        return {"svg": to_svg(figure), "png": to_png(figure)}


def form(name: str, document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """The document as pdf, docx, html or xlsx, with its pictures by the names of the charts."""
    match name:
        case "pdf":
            return pdf(document, pictures, opened())
        case "docx":
            return docx(document, pictures)
        case "html":
            return html(document, pictures)
        case "xlsx":
            return xlsx(document)
        case _:
            raise ValueError(f"There is no form {name!r} of a brief.")
