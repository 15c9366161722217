"""What to ask next: questions about what stands around the words that an answer cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.examples import is_telling
from t2vqa.answering.question_forms import (
    cell_question,
    figure_questions,
    heading_question,
    list_question,
    name_question,
    owner_of,
    plain_heading,
)
from t2vqa.index.names import name_variants
from t2vqa.retrieval.names import NameBook, NameMatch
from t2vqa.text.languages import is_chinese
from t2vqa.text.normal import fold
from t2vqa.types import Answer, Block, BlockKind, Document, Span

_PLACES = 3
_AROUND = 12
"""Blocks looked at on either side of cited words."""
_OTHER_NAMES = 4
_LONGEST_SWAPPED = 60


_VERSION = re.compile(r"[\s-]*\d{1,2}(?:\.\d+)?(?!\d|\s*[年月日])")
"""A figure right behind a name that is no date: a version of what is named."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of a document that an answer rests on, and the number of its block."""

    document: Document
    span: Span
    block: int


def next_questions(
    answer: Answer,
    asked: Sequence[str],
    document_of: DocumentOf,
    book: NameBook,
    *,
    chinese: bool,
) -> Iterator[str]:
    """Yield questions that follow from an answer, the best of each kind in turn.

    Other figures and cells of the same subject; the same question of another subject; the lists and
    headings beside the cited words; what is said of the names in them. Whether they are answered is
    not known yet.

    Args:
        answer: What was answered; for a refusal, its nearest passages are gone from.
        asked: Questions of the conversation: none of them is given again.
        document_of: Brings a document.
        book: The names of the corpus.
        chinese: The language of the questions.
    """
    places = list(_places(answer, document_of))
    question = answer.understood or answer.question
    kinds = (
        _same_subject(places, book, chinese=chinese),
        _other_subject(places, question, book, chinese=chinese),
        _beside(places, book, chinese=chinese),
        _names(places, book, chinese=chinese),
    )
    seen = {fold(one) for one in (*asked, answer.question, question)}
    for row in zip_longest(*kinds):
        for found in row:
            if found and fold(found) not in seen:
                seen.add(fold(found))
                yield found


def _places(answer: Answer, document_of: DocumentOf) -> Iterator[_Place]:
    """Yield where the answer rests, each block once."""
    stretches = [(one.document, Span(one.start, one.end)) for one in answer.citations]
    if not stretches:
        stretches = [(one.passage.document, one.passage.span) for one in answer.passages[:2]]
    seen: dict[tuple[str, int], None] = {}
    for path, span in stretches:
        document = document_of(path)
        block = next(
            (
                number
                for number, one in enumerate(document.blocks)
                if one.span.start < span.end and span.start < one.span.end
            ),
            None,
        )
        if block is not None and (path, block) not in seen and len(seen) < _PLACES:
            seen[path, block] = None
            yield _Place(document, span, block)


def _near(place: _Place) -> list[Block]:
    """Return the blocks around a place, the nearest first, its own among them."""
    blocks = place.document.blocks
    first, stop = max(0, place.block - _AROUND), place.block + _AROUND + 1
    numbered = enumerate(blocks[first:stop], first)
    return [
        block for _, block in sorted(numbered, key=lambda one: (abs(one[0] - place.block), one[0]))
    ]


def _same_subject(places: Sequence[_Place], book: NameBook, *, chinese: bool) -> Iterator[str]:
    """Ask for the other cells of a cited row, and for figures stated near by."""
    for place in places:
        text, row = place.document.text, place.document.blocks[place.block]
        asked = [cell_question(place.document, row, cell, chinese=chinese) for cell in row.cells]
        yield from (question for question in asked if question)
        for block in _near(place):
            if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
                yield from figure_questions(block.span.of(text), book, chinese=chinese)


def _other_subject(
    places: Sequence[_Place], question: str, book: NameBook, *, chinese: bool
) -> Iterator[str]:
    """Ask the same of others that stand near by, or that documents are about."""
    names = book.find(question)
    if len(names) != 1 or is_chinese(question) != chinese or len(question) > _LONGEST_SWAPPED:
        return
    if any(map(str.isdigit, names[0].text)):
        return  # a code is asked about as a code
    (name,) = names
    if _VERSION.match(question[name.span.end :]):
        return  # a version of the one is no version of another
    others: dict[str, None] = {}
    for place in places:
        for block in _near(place):
            for other in book.find(block.span.of(place.document.text)):
                if not other.subjects & name.subjects and _is_name(other, book):
                    others[_main(other)] = None
    others |= dict.fromkeys(
        owner for owner in book.owners() if owner not in name.subjects and is_telling(owner, book)
    )
    fitting = [other for other in others if _is_another(other, name)]
    for main in fitting[:_OTHER_NAMES]:
        yield question[: name.span.start] + main + question[name.span.end :]


def _is_another(other: str, name: NameMatch) -> bool:
    """Tell whether a name is in the script of the one asked about and no longer or shorter form."""
    forms = name_variants(other)
    overlaps = any(one in form or form in one for one in forms for form in name.forms)
    return is_chinese(other) == is_chinese(name.text) and not overlaps


def _beside(places: Sequence[_Place], book: NameBook, *, chinese: bool) -> Iterator[str]:
    """Ask for what stands under the other headings of the document, the nearest first."""
    for place in places:
        document = place.document
        own = document.blocks[place.block].section
        first: dict[tuple[str, ...], int] = {}
        lists: set[tuple[str, ...]] = set()
        for number, block in enumerate(document.blocks):
            if block.section and block.kind is not BlockKind.HEADING:
                first.setdefault(block.section, number)
                if block.kind is BlockKind.LIST_ITEM:
                    lists.add(block.section)
        for section in sorted(first, key=lambda one: abs(first[one] - place.block)):
            if section == own:
                continue
            heading = plain_heading(section[-1])
            owner = owner_of(document.title, section, book)
            if book.named(heading) is not None:
                yield name_question(heading, chinese=chinese)
            elif section in lists:
                yield list_question(owner, heading, chinese=chinese)
            else:
                yield heading_question(owner, heading, chinese=chinese)


def _names(places: Sequence[_Place], book: NameBook, *, chinese: bool) -> Iterator[str]:
    """Ask what is said of the names in the cited words."""
    for place in places:
        for name in book.find(place.span.of(place.document.text)):
            if _is_name(name, book):
                yield name_question(_main(name), chinese=chinese)


def _is_name(match: NameMatch, book: NameBook) -> bool:
    return len(match.subjects) == 1 and is_telling(_main(match), book)


def _main(match: NameMatch) -> str:
    return min(match.subjects)
