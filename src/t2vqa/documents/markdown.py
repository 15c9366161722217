"""Load Markdown: the words as they read, with the structure the markup gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from markdown_it import MarkdownIt
from markdown_it.token import Token

from t2vqa.documents.drafts import Draft, SourceLine, cell_words, row_columns
from t2vqa.documents.inline import render_lines
from t2vqa.documents.lines import drafts_of_lines
from t2vqa.documents.loading import load_text
from t2vqa.text.normal import normalise_characters
from t2vqa.types import BlockKind, Document

_LONGEST_SETEXT = 60
_MOST_BRACKETS = 1000
_DOUBLE_RULE = re.compile("={3,}")
_NO_SETEXT = re.compile(r"[。！？；，、：:!?;,.…|]$")


class MarkdownLoader:
    """The loader of ``.md`` and ``.markdown`` files: CommonMark with tables.

    What differs from CommonMark serves notes as people write them: indented text is a paragraph,
    not code; HTML and link definitions stay as visible text; a line under a paragraph makes it a
    heading only if it is short and ends without punctuation, and parts paragraphs otherwise. Lines
    within a paragraph that begin like list items (``（1）``, ``•``) are list items.

    A table's header row is a TABLE_ROW block whose cells all have an empty column name; the cells
    of the other rows carry the header's words, or numbers where the header has none.
    """

    suffixes = (".md", ".markdown")

    def load(self, path: str, data: bytes) -> Document:
        """Read a file; see :class:`t2vqa.documents.registry.Loader`."""
        return load_text(path, data, find_drafts)


def find_drafts(text: str, first_line: int) -> list[Draft]:
    """Find the blocks of a Markdown text whose first line has the number ``first_line``."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60}).enable("table")
    parser.disable(["code", "lheading", "reference", "html_block", "html_inline"])
    if any(part.count("[") > _MOST_BRACKETS for part in text.split("\n\n")):
        parser.disable(["link", "image"])  # looking for links takes quadratic time
    reader = _Reader(first_line)
    tokens = parser.parse(text)
    for place, token in enumerate(tokens):
        reader.read(token, tokens, place)
    return reader.drafts


@dataclass(slots=True)
class _List:
    """A list being read."""

    group: int
    ordered: bool
    marker: str = ""
    item: int | None = None


@dataclass(slots=True)
class _Reader:
    """Reads tokens in order and gathers drafts."""

    first_line: int
    drafts: list[Draft] = field(default_factory=list)
    groups: count[int] = field(default_factory=count)
    lists: list[_List] = field(default_factory=list)
    pending: bool = False
    table: int | None = None
    header: tuple[str, ...] | None = None
    row: list[str] = field(default_factory=list)
    row_line: int = 0

    def read(self, token: Token, tokens: Sequence[Token], place: int) -> None:
        """Take one token into account."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type.startswith("ordered")
                self.lists.append(_List(next(self.groups), ordered))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                current = self.lists[-1]
                current.marker = f"{token.info}{token.markup} " if current.ordered else "- "
                current.item = None
                self.pending = True
            case "fence":
                self._code(token)
            case "inline":
                self._inline(token, tokens, place)
            case _:
                self._table(token)

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)

    def _inline(self, token: Token, tokens: Sequence[Token], place: int) -> None:
        opening = tokens[place - 1]
        if opening.type in ("th_open", "td_open"):
            words = " ".join(line.text for line in render_lines(token, self._line(token)))
            self.row.append(cell_words(words))
            return
        lines = render_lines(token, self._line(token))
        if not lines:
            return
        if self.lists:
            self._listed(lines)
        elif opening.type == "heading_open":
            self._heading(lines, int(opening.tag[1]))
        elif level := _underlined(lines, tokens, place):
            self._heading(lines[:1], level)
        else:
            self.drafts.extend(drafts_of_lines(lines, len(self.drafts), lambda: next(self.groups)))

    def _heading(self, lines: list[SourceLine], level: int) -> None:
        words = " ".join(line.text for line in lines)
        line = SourceLine(words, lines[0].number)
        self.drafts.append(Draft(BlockKind.HEADING, (line,), depth=level))

    def _listed(self, lines: list[SourceLine]) -> None:
        """Add the words of a list item: its first paragraph is the item, others stand under it."""
        current = self.lists[-1]
        depth = len(self.lists) - 1
        parents = [outer.item for outer in self.lists[:-1] if outer.item is not None]
        if self.pending:
            kind, marker = BlockKind.LIST_ITEM, current.marker
            parent = parents[-1] if parents else None
            current.item = len(self.drafts)
        else:
            kind, marker, parent = BlockKind.PARAGRAPH, "", current.item
        self.pending = False
        indent = 2 * depth + (0 if marker else 2)
        self.drafts.append(Draft(kind, tuple(lines), marker, indent, depth, current.group, parent))

    def _code(self, token: Token) -> None:
        first = self._line(token) + 1
        lines = [
            SourceLine(line.rstrip(), first + place)
            for place, line in enumerate(normalise_characters(token.content).split("\n"))
        ]
        kept = tuple(_single_blanks(lines))
        if kept:
            self.drafts.append(Draft(BlockKind.CODE, kept))

    def _table(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self.table, self.header = next(self.groups), None
            case "tr_open":
                self.row, self.row_line = [], self._line(token)
            case "tr_close":
                self._row()

    def _row(self) -> None:
        cells = tuple(self.row)
        columns: tuple[str, ...] = ()
        if self.header is None:
            self.header = cells
        else:
            columns = row_columns(self.header, len(cells))
        if any(cells):
            self.drafts.append(
                Draft(
                    BlockKind.TABLE_ROW,
                    (SourceLine("", self.row_line),),
                    group=self.table,
                    parent=self.lists[-1].item if self.lists else None,
                    cells=cells,
                    columns=columns,
                )
            )


def _underlined(lines: list[SourceLine], tokens: Sequence[Token], place: int) -> int:
    """Return the level of the heading that a line under a paragraph makes of it, or 0."""
    token, rule = tokens[place], tokens[min(place + 2, len(tokens) - 1)]
    if token.level > 1 or len(lines[0].text) > _LONGEST_SETEXT or _NO_SETEXT.search(lines[0].text):
        return 0
    if len(lines) == 2 and _DOUBLE_RULE.fullmatch(lines[1].text):
        return 1
    adjoins = token.map and rule.map and rule.map[0] == token.map[1]
    ruled = rule.type == "hr" and rule.markup.startswith("-") and adjoins
    return 2 if ruled and len(lines) == 1 else 0


def _single_blanks(lines: Iterable[SourceLine]) -> list[SourceLine]:
    """Drop blank lines at both ends and all but one of those that follow each other."""
    kept: list[SourceLine] = []
    for line in lines:
        if line.text or (kept and kept[-1].text):
            kept.append(line)
    while kept and not kept[-1].text:
        kept.pop()
    return kept
