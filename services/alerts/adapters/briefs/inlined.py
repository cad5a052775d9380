"""A drawing (SVG) made fit to stand inside a page: named, described, and with ids of its own."""

import re

from lxml import etree

from services.alerts.adapters.briefs.words import clean

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ADDRESS = re.compile(r"url\(#([^)]+)\)")
_DROPPED = (f"{_SVG}metadata", f"{_SVG}script", f"{_SVG}title", f"{_SVG}desc")


def inlined(svg: bytes, prefix: str, title: str, words: str) -> str:
    """The drawing as text for a page.

    prefix: begins all its ids, so that two drawings on a page do not share any. title, words:
    what it is called and what it shows, for those who listen. Raises ValueError for what is no SVG.
    """
    root = _parsed(svg)
    for element in tuple(root.iter(*_DROPPED)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for element in root.iter(etree.Element):
        _prefix(element, prefix)
    _shape(root, prefix)
    for place, (tag, text) in enumerate((("title", title), ("desc", words))):
        named = etree.Element(f"{_SVG}{tag}", id=f"{prefix}-{tag}")
        named.text = clean(text)
        root.insert(place, named)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _parsed(svg: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(svg, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the drawing is no SVG: {error}") from error
    if root.tag != f"{_SVG}svg":
        raise ValueError(f"the drawing is no SVG but {root.tag}")
    return root


def _shape(root: etree._Element, prefix: str) -> None:
    """As large as the page lets it be, if it says what it covers."""
    if root.get("viewBox"):
        for name in ("width", "height"):
            root.attrib.pop(name, "")
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")


def _prefix(element: etree._Element, prefix: str) -> None:
    for name, said in element.attrib.items():
        value = str(said)
        if name == "id":
            element.set(name, f"{prefix}-{value}")
        elif name in {"href", _LINK} and value.startswith("#"):
            element.set(name, f"#{prefix}-{value[1:]}")
        elif "url(#" in value:
            element.set(name, _ADDRESS.sub(rf"url(#{prefix}-\1)", value))
