"""A conversation as Markdown, with footnotes that quote the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from t2vqa.conversations.answer_blocks import (
    Block,
    Cited,
    LineBreak,
    Paragraph,
    Piece,
    Pieces,
    Words,
    answer_blocks,
)
from t2vqa.conversations.export_wording import ExportWording
from t2vqa.conversations.records import StoredConversation, StoredTurn
from t2vqa.text.normal import normalise_characters
from t2vqa.types import Answer, Citation

_ACTS_ANYWHERE = re.compile(r"[\\`*_\[\]<>~$|#]|&(?=#?\w+;)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])")
_LINKS = re.compile(r"(?<=[A-Za-z])(?=://)|(?<=www)(?=\.)|(?=@)|(?=:[\w+-]+:)", re.IGNORECASE)
"""Where GitHub and others make a link or a picture of plain text."""


def conversation_markdown(conversation: StoredConversation, words: ExportWording) -> str:
    """Return a conversation as a Markdown file.

    Questions are headings. Words of documents and of people are escaped so that they show as the
    text they are, whatever they hold; characters that do not show are left out.

    Args:
        conversation: The conversation.
        words: What the file says besides.
    """
    export = _Export(words)
    lines = [
        f"# {escaped(conversation.title or words.untitled)}",
        escaped(words.exported_line(conversation)),
    ]
    for turn in conversation.turns:
        lines += export.turn(turn)
    return "\n\n".join([*lines, *export.footnotes]) + "\n"


def escaped(text: str) -> str:
    """Return ``text`` on one line of Markdown that shows its characters and does nothing else."""
    return _at_the_start(_inside(text).strip())


def _inside(text: str) -> str:
    """Escape what acts anywhere in a line."""
    line = " ".join(re.split(r"\s+", normalise_characters(text)))
    return _LINKS.sub(r"\\", _ACTS_ANYWHERE.sub(_escape, line))


def _at_the_start(line: str) -> str:
    """Escape what acts at the start of a line."""
    if line[:1] in ("-", "+", "=", ":"):
        return f"\\{line}"
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def _escape(found: re.Match[str]) -> str:
    return "&amp;" if found[0] == "&" else f"\\{found[0]}"


def _styled(words: Words) -> str:
    """Write words in their style; in HTML where Markdown would not see that a sign ends it."""
    text = _inside(words.text)
    bare = text.strip()
    if not bare or not (words.bold or words.italic or words.code):
        return text
    before, after = text[: text.index(bare)], text[text.index(bare) + len(bare) :]
    for wanted, sign, tag in (
        (words.code, "", "code"),
        (words.italic, "*", "em"),
        (words.bold, "**", "strong"),
    ):
        if wanted:
            plain = sign and bare[0].isalnum() and bare[-1].isalnum()
            bare = f"{sign}{bare}{sign}" if plain else f"<{tag}>{bare}</{tag}>"
    return f"{before}{bare}{after}"


class _Export:
    """Numbers the footnotes through the whole conversation."""

    def __init__(self, words: ExportWording) -> None:
        self._words = words
        self.footnotes: list[str] = []

    def turn(self, turn: StoredTurn) -> Iterator[str]:
        """Yield the paragraphs of a turn."""
        yield f"## {escaped(turn.question)}"
        remarks = [escaped(remark) for remark in self._words.remarks(turn)]
        if remarks:
            yield "> " + "\\\n> ".join(remarks)
        outcome = self._words.outcome(turn)
        if outcome:
            yield f"**{escaped(outcome)}**"
        if turn.answer is not None:
            yield from self._answer(turn.answer)
        for remark in self._words.afterthoughts(turn):
            yield f"> {escaped(remark)}"

    def _answer(self, answer: Answer) -> Iterator[str]:
        numbers: dict[int, int] = {}
        items: list[str] = []
        for block in answer_blocks(answer):
            if isinstance(block, Paragraph) and block.depth:
                items.append(self._item(block, numbers))
                continue
            if items:
                yield "\n".join(items)
                items = []
            yield self._block(block, numbers)
        if items:
            yield "\n".join(items)

    def _block(self, block: Block, numbers: dict[int, int]) -> str:
        if isinstance(block, Paragraph):
            return self._inline(block.pieces, numbers, "\\\n")
        rows = [
            "| " + " | ".join(self._inline(cell, numbers, " ") for cell in row) + " |"
            for row in block.rows
        ]
        rule = "|" + " --- |" * len(block.rows[0])
        return "\n".join([rows[0], rule, *rows[1:]])

    def _item(self, item: Paragraph, numbers: dict[int, int]) -> str:
        sign = "-" if item.number is None else f"{item.number}."
        indent = "    " * (item.depth - 1)
        inside = indent + " " * (len(sign) + 1)
        text = self._inline(item.pieces, numbers, f"\\\n{inside}")
        return f"{indent}{sign} {text}" if item.first else f"\n{inside}{text}"

    def _inline(self, pieces: Pieces, numbers: dict[int, int], line_break: str) -> str:
        """Write pieces; each part between line breaks is one line."""
        lines: list[list[Piece]] = [[]]
        for piece in pieces:
            if isinstance(piece, LineBreak):
                lines.append([])
            else:
                lines[-1].append(piece)
        return line_break.join(self._line(line, numbers) for line in lines)

    def _line(self, pieces: list[Piece], numbers: dict[int, int]) -> str:
        written = []
        for piece in pieces:
            if isinstance(piece, Words):
                written.append(_styled(piece))
            elif isinstance(piece, Cited):
                written.append(f"[^{self._number(piece.citation, numbers)}]")
        line = "".join(written).strip()
        plain = isinstance(pieces[0], Words) if pieces else False
        return _at_the_start(line) if plain else line

    def _number(self, citation: Citation, numbers: dict[int, int]) -> int:
        """Return the footnote of a citation, which an answer may refer to several times."""
        if citation.number not in numbers:
            number = len(self.footnotes) + 1
            numbers[citation.number] = number
            said = self._words.quoted.format(
                quote=citation.quote.strip(), source=self._words.source(citation)
            )
            self.footnotes.append(f"[^{number}]: {escaped(said)}")
        return numbers[citation.number]
