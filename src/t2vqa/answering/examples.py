"""Example questions drawn from the structure of the loaded corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from t2vqa.retrieval.names import NameBook
from t2vqa.text.normal import fold
from t2vqa.types import Block, BlockKind, Document

_LONGEST_SUBJECT = 18
_FEWEST_ITEMS = 3


def example_questions(
    documents: Sequence[Document], book: NameBook, limit: int, *, chinese: bool
) -> tuple[str, ...]:
    """Return up to ``limit`` questions about these documents, of as many kinds as they allow.

    A table with names asks for a cell of a row, a list under a heading asks for its items, a name
    asks what is said of it.
    """
    kinds = [
        list(_table_questions(documents, chinese)),
        list(_list_questions(documents, chinese)),
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
            cells = [
                cell for cell in block.cells if cell.column and cell.span.of(document.text).strip()
            ]
            if block.kind is not BlockKind.TABLE_ROW or len(cells) < 2:
                continue
            subject, column = cells[0].span.of(document.text).strip(), cells[1].column
            if len(subject) <= _LONGEST_SUBJECT and len(column) <= _LONGEST_SUBJECT:
                yield (
                    f"{subject}的{column}是什么？"
                    if chinese
                    else f"What is the {column} of {subject}?"
                )


def _list_questions(documents: Sequence[Document], chinese: bool) -> Iterator[str]:
    for document in documents:
        for section, items in _lists(document):
            heading = section[-1] if section else document.title
            if len(items) >= _FEWEST_ITEMS and len(heading) <= _LONGEST_SUBJECT:
                yield f"{heading}有哪些？" if chinese else f"What are the {heading}?"


def _lists(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    groups: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.LIST_ITEM and block.group is not None:
            groups.setdefault(block.group, []).append(block)
    for items in groups.values():
        yield items[0].section, items


def _name_questions(documents: Sequence[Document], book: NameBook, chinese: bool) -> Iterator[str]:
    """Ask what the documents say of the names they mention most."""
    mentions: dict[str, int] = {}
    for document in documents:
        folded = fold(document.text)
        for name in book.main_names():
            mentions[name] = mentions.get(name, 0) + folded.count(fold(name))
    for name, count in sorted(mentions.items(), key=lambda item: (-item[1], item[0])):
        if count >= 2 and len(name) <= _LONGEST_SUBJECT:
            yield f"介绍一下{name}。" if chinese else f"Give an overview of {name}."
