"""The few words that forms say on their own: everything else stands in the document."""

import re
from dataclasses import dataclass

from services.alerts.domain.briefs.document import Document, Language, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Labels of a workbook's first sheet, and of the list of contents of a page."""

    sheet: str
    title: str
    subtitle: str
    number: str
    state: str
    issuer: str
    date: str
    digest: str
    sheets: str
    rows: str
    contents: str
    skip: str
    page: str
    comma: str


TONGUES = {Language.ZH: "zh-CN", Language.EN: "en-GB"}
"""Names of the languages (BCP 47)."""

_DIGEST = {
    Language.ZH: "本件事实数据指纹（SHA-256）：{}",
    Language.EN: "Fingerprint of this brief's facts (SHA-256): {}",
}
_MORE = {
    Language.ZH: "本表列出前{shown}行，共{whole}行，其余见电子表格附件。",
    Language.EN: "The first {shown} of {whole} rows; the others are in the spreadsheet annex.",
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_ABOUT = {
    Language.ZH: About(
        sheet="说明",
        title="标题",
        subtitle="副标题",
        number="编号",
        state="状态",
        issuer="发布单位",
        date="日期",
        digest="事实数据指纹（SHA-256）",
        sheets="工作表",
        rows="行数",
        contents="目录",
        skip="跳到正文",
        page="第 &P 页，共 &N 页",
        comma="；",
    ),
    Language.EN: About(
        sheet="About",
        title="Title",
        subtitle="Subtitle",
        number="Number",
        state="State",
        issuer="Issued by",
        date="Date",
        digest="Fingerprint of the facts (SHA-256)",
        sheets="Sheet",
        rows="Rows",
        contents="Contents",
        skip="Skip to the text",
        page="Page &P of &N",
        comma="; ",
    ),
}


def digest_line(document: Document) -> str:
    """The small print that names the facts a brief was made of."""
    return _DIGEST[document.language].format(document.digest)


def notes(table: Table, language: Language) -> tuple[str, ...]:
    """A table's small print; rows that are left out are said there, if not by itself."""
    whole, shown = table.whole_rows, len(table.rows)
    if whole is None or whole <= shown or any(str(whole) in note for note in table.notes):
        return table.notes
    return *table.notes, _MORE[language].format(shown=shown, whole=whole)


def lines(text: str) -> tuple[str, ...]:
    """The paragraphs of a text that a person may have written, without empty ones."""
    return tuple(line for line in map(str.strip, clean(text).splitlines()) if line)


def clean(text: str) -> str:
    """The text without characters that no page can show and no XML may hold."""
    return _UNPRINTABLE.sub("", text)


def about(language: Language) -> About:
    """What the first sheet of a workbook and the list of contents are called."""
    return _ABOUT[language]
