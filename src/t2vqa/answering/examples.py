"""Example questions drawn from the structure of the loaded corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from t2vqa.answering.question_forms import (
    LONGEST,
    cell_question,
    figure_questions,
    list_question,
    name_question,
    owner_of,
    plain_heading,
)
from t2vqa.retrieval.names import NameBook
from t2vqa.text.dates import find_dates
from t2vqa.text.languages import is_chinese
from t2vqa.text.normal import fold
from t2vqa.types import Block, BlockKind, Document

_FEWEST_ITEMS = 3
_SHORTEST_NAME = 3
_GENERAL = re.compile(
    r"(?:本|该|贵|上市|我们?|股份|有限|责任|集团|控股|公司|企业|项目|行业|市场|今[日天]|同比)+"
)
"""Words that stand for many: no name, though some document uses one as such."""

_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})


def example_questions(
    documents: Sequence[Document], book: NameBook, limit: int, *, chinese: bool
) -> tuple[str, ...]:
    """Return up to ``limit`` questions about these documents, of as many kinds as they allow.

    A table with names asks for a cell of a row, a list under a heading asks for its items, a
    sentence that states a figure of a name asks for it, a name asks what is said of it. Questions
    about documents in the language asked for come first.
    """
    documents = sorted(documents, key=lambda found: is_chinese(found.text) != chinese)
    kinds = [
        list(_table_questions(documents, chinese)),
        list(_list_questions(documents, book, chinese)),
        list(_figure_questions(documents, book, chinese)),
        list(_name_questions(documents, book, chinese)),
    ]
    mixed = [question for row in zip_longest(*map(_spread, kinds)) for question in row if question]
    return tuple(dict.fromkeys(mixed))[:limit]


def _spread(questions: Sequence[str]) -> list[str]:
    """Take from the whole of a list rather than from its beginning alone."""
    step = max(1, len(questions) // 4)
    return [*questions[::step], *questions]


def _table_questions(documents: Sequence[Document], chinese: bool) -> Iterator[str]:
    for document in documents:
        for block in document.blocks:
            cells = block.cells if block.kind is BlockKind.TABLE_ROW else ()
            asked = (cell_question(document, block, cell, chinese=chinese) for cell in cells)
            yield from (question for question in asked if question)


def _list_questions(documents: Sequence[Document], book: NameBook, chinese: bool) -> Iterator[str]:
    for document in documents:
        for section, items in _lists(document):
            heading = section[-1] if section else document.title
            if len(items) >= _FEWEST_ITEMS and book.named(plain_heading(heading)) is None:
                owner = owner_of(document.title, section, book)
                question = list_question(owner, heading, chinese=chinese)
                if question:
                    yield question


def _lists(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    groups: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.LIST_ITEM and block.group is not None:
            groups.setdefault(block.group, []).append(block)
    for items in groups.values():
        yield items[0].section, items


def _figure_questions(
    documents: Sequence[Document], book: NameBook, chinese: bool
) -> Iterator[str]:
    for document in documents:
        for block in document.blocks:
            if block.kind in _PROSE:
                yield from figure_questions(block.span.of(document.text), book, chinese=chinese)


def _name_questions(documents: Sequence[Document], book: NameBook, chinese: bool) -> Iterator[str]:
    """Ask what the documents say of the names they mention most."""
    mentions: dict[str, int] = {}
    for document in documents:
        folded = fold(document.text)
        for name in book.main_names():
            mentions[name] = mentions.get(name, 0) + folded.count(fold(name))
    for name, count in sorted(mentions.items(), key=lambda item: (-item[1], item[0])):
        if count >= 2 and is_telling(name, book):
            yield name_question(name, chinese=chinese)


def is_telling(name: str, book: NameBook) -> bool:
    """Tell whether a name is surely one: short ones and dates may be plain words (公司, 5月7日)."""
    match = None if _GENERAL.fullmatch(name) else book.named(name)
    if match is None or not _SHORTEST_NAME - 1 <= len(name) <= LONGEST or find_dates(name):
        return False
    return len(name) >= _SHORTEST_NAME or bool(match.documents) or len(book.written(match)) > 1
