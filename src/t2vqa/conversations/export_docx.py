"""A conversation as a Word document, with footnotes that quote the sources."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from t2vqa.conversations.answer_blocks import (
    Cited,
    LineBreak,
    Paragraph,
    Pieces,
    Table,
    Words,
    answer_blocks,
)
from t2vqa.conversations.docx_footnotes import Footnotes
from t2vqa.conversations.export_wording import ExportWording
from t2vqa.conversations.records import StoredConversation, StoredTurn
from t2vqa.text.normal import normalise_characters
from t2vqa.types import Answer, Citation

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

_LATIN_FONT, _CHINESE_FONT = "Calibri", "Microsoft YaHei"
_DEEPEST_LIST = 3
_REMARK_GREY = (0x59, 0x59, 0x59)


def conversation_docx(conversation: StoredConversation, words: ExportWording) -> bytes:
    """Return a conversation as the bytes of a Word document.

    Questions are headings, tables are tables, and each citation is a footnote that quotes its
    source. Characters that do not show are left out.

    Args:
        conversation: The conversation.
        words: What the document says besides.
    """
    import docx

    document = docx.Document()
    _set_up(document)
    title = _shown(conversation.title or words.untitled)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.created = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    document.add_heading(title, level=0)
    _remark(document, words.exported_line(conversation))
    writing = _Writing(document, words)
    for turn in conversation.turns:
        writing.turn(turn)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class _Writing:
    """Writes turns into a document; the footnotes' numbers run through all of them."""

    def __init__(self, document: Document, words: ExportWording) -> None:
        self._document = document
        self._words = words
        self._notes = Footnotes(document)

    def turn(self, turn: StoredTurn) -> None:
        """Write a question and what came of it."""
        self._document.add_heading(_shown(turn.question), level=1)
        _remark(self._document, *self._words.remarks(turn))
        outcome = self._words.outcome(turn)
        if outcome:
            self._document.add_paragraph().add_run(_shown(outcome)).bold = True
        if turn.answer is not None:
            self._answer(turn.answer)
        _remark(self._document, *self._words.afterthoughts(turn))

    def _answer(self, answer: Answer) -> None:
        numbers: dict[int, int] = {}
        for block in answer_blocks(answer):
            if isinstance(block, Paragraph):
                self._write(self._paragraph(block), block.pieces, numbers)
            else:
                self._table(block, numbers)

    def _paragraph(self, block: Paragraph) -> WordParagraph:
        if not block.depth:
            return self._document.add_paragraph()
        depth = min(block.depth, _DEEPEST_LIST)
        name = "List Bullet" if block.number is None else "List"  # its number is the answer's own
        name = name if block.first else "List Continue"
        level = "" if depth == 1 else f" {depth}"
        numbered = block.first and block.number is not None
        text = f"{block.number}.\t" if numbered else ""
        return self._document.add_paragraph(text, style=f"{name}{level}")

    def _table(self, block: Table, numbers: dict[int, int]) -> None:
        columns = len(block.rows[0])
        table = self._document.add_table(rows=0, cols=columns, style="Table Grid")
        for row in block.rows:
            for cell, pieces in zip(table.add_row().cells, row, strict=False):
                self._write(cell.paragraphs[0], pieces, numbers)
        for cell in table.rows[0].cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True
        _repeat_on_each_page(table.rows[0])
        self._document.add_paragraph()

    def _write(self, paragraph: WordParagraph, pieces: Pieces, numbers: dict[int, int]) -> None:
        for before, piece in zip((None, *pieces), pieces, strict=False):
            if isinstance(before, Cited) and isinstance(piece, Cited):
                paragraph.add_run(",").font.superscript = True  # or 2 and 1 would read as 21
            if isinstance(piece, Words):
                run = paragraph.add_run(normalise_characters(piece.text))
                run.bold, run.italic = piece.bold or None, piece.italic or None
                if piece.code:
                    run.font.name = "Consolas"
            elif isinstance(piece, LineBreak):
                paragraph.add_run().add_break()
            else:
                self._cite(paragraph, piece, numbers)

    def _cite(self, paragraph: WordParagraph, cited: Cited, numbers: dict[int, int]) -> None:
        citation = cited.citation
        if citation.number in numbers:
            self._notes.refer(paragraph, numbers[citation.number])
        else:
            numbers[citation.number] = self._notes.add(paragraph, self._quotation(citation))

    def _quotation(self, citation: Citation) -> str:
        quote, source = citation.quote.strip(), self._words.source(citation)
        return _shown(self._words.quoted.format(quote=quote, source=source))


def _shown(text: str) -> str:
    """Return ``text`` on one line as XML can hold it: without control characters and the like."""
    return " ".join(normalise_characters(text).split())


def _remark(document: Document, *lines: str) -> None:
    """Write small grey lines as one paragraph; none where there is none."""
    from docx.shared import Pt, RGBColor

    if not lines:
        return
    run = document.add_paragraph().add_run("\n".join(map(_shown, lines)))  # breaks, to python-docx
    run.font.size = Pt(9)
    run.font.color.rgb = RGBColor(*_REMARK_GREY)


def _set_up(document: Document) -> None:
    """Set page, fonts and language, also of the styles that the template sets apart."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.5)
    for style in document.styles:
        if style.type != WD_STYLE_TYPE.PARAGRAPH:
            continue
        if style.name == "Normal" or style.element.xpath("./w:rPr/w:rFonts"):
            _set_fonts(style.element.get_or_add_rPr().get_or_add_rFonts())
    document.styles["Normal"].font.size = Pt(10.5)
    for languages in document.styles.element.iter(qn("w:lang")):
        languages.set(qn("w:val"), "en-US")
        languages.set(qn("w:eastAsia"), "zh-CN")


def _set_fonts(fonts: Any) -> None:  # noqa: ANN401 - an element of lxml
    from docx.oxml.ns import qn

    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), _LATIN_FONT)
    fonts.set(qn("w:eastAsia"), _CHINESE_FONT)


def _repeat_on_each_page(row: Any) -> None:  # noqa: ANN401 - python-docx exports no type of rows
    from docx.oxml.parser import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
