"""Questions put into words: of a table's cell, a list, a heading, a name, a stated figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from t2vqa.answering.values import values_of
from t2vqa.retrieval.names import NameBook
from t2vqa.retrieval.question import AnswerKind
from t2vqa.text.dates import find_dates
from t2vqa.text.languages import is_chinese
from t2vqa.text.quantities import find_quantities
from t2vqa.text.sentences import split_sentences
from t2vqa.types import Block, Cell, Document

LONGEST = 18
"""Characters of a subject, column or heading that a question can be made of."""

_LONGEST_LATIN = 40
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十百\d]+[、.．)）章节部]\s*|[(（][一二三四五六七八九十\d]+[)）]\s*"
    r"|\d+(?:\.\d+)*\.?\s+)"
)
_ASIDE = re.compile(r"\s*[（(][^（）()]*[)）]\s*$")
_ASKS = re.compile(r"[?？]$|什么|哪些|如何|为何|为什么|怎么|多少|^(?:what|why|how|who)\b", re.I)
_NAME_COLUMN = re.compile(r"名称|姓名|简称|\bname\b|备注|序号|编号", re.IGNORECASE)
_STATED = re.compile(
    r"(?P<head>[^，。；：:,;！？!?（）()“”\"]{5,30}?)(?:约为|为|达到了?|达|约|是|共|超过)\s*约?$"
)
_STATED_LATIN = re.compile(
    r"(?:reported|posted|had|has|recorded|generated)\s+(?:an?\s+)?(?P<what>[a-z][a-z ]{3,30}?)"
    r"\s+of\s*(?:about|around|nearly)?\s*$"
)
_MEASURED = re.compile(
    r"(?:率|额|量|数|值|价|价格|收入|利润|资产|负债|规模|成本|费用|比例|比重|市值|投资|产能|营收|空间|金)$"
)
_MARKED = re.compile(r"[：:，,、“”\"]")


def cell_question(document: Document, row: Block, cell: Cell, *, chinese: bool) -> str:
    """Ask for a cell of a table row; empty where the row does not say plainly what it is about."""
    filled = [one for one in row.cells if one.column and one.span.of(document.text).strip()]
    if len(filled) < 2 or cell not in filled[1:]:
        return ""
    subject, column = filled[0].span.of(document.text).strip(), cell.column.strip()
    if not (_is_subject(subject) and _is_short(column)) or _NAME_COLUMN.search(column):
        return ""
    if not chinese:
        return f"What is the {column} of {subject}?"
    value = cell.span.of(document.text).strip()
    return f"{subject}的{column}{_asked_for(value)}？"


def _asked_for(value: str) -> str:
    """Return the words that ask for a value such as this one."""
    if find_quantities(value) and not find_dates(value) and len(value) <= LONGEST:
        return "是多少"
    if find_dates(value) and len(value) <= LONGEST:
        return "是什么时候"
    return "是什么"


def _is_subject(text: str) -> bool:
    """Tell whether a row's label names something; a period or a figure says nothing by itself."""
    plain = any(character.isalpha() for character in text)
    return _is_short(text) and plain and not (find_dates(text) or find_quantities(text))


def _is_short(text: str) -> bool:
    longest = LONGEST if is_chinese(text) else _LONGEST_LATIN
    return 1 < len(text) <= longest and "\n" not in text


def list_question(owner: str, heading: str, *, chinese: bool) -> str:
    """Ask for the members of a list under ``heading``, where wanted those of its ``owner``."""
    plain = plain_heading(heading)
    if not _is_short(plain):
        return ""
    if _ASKS.search(plain):
        return f"{plain.rstrip('?？')}{'？' if is_chinese(plain) else '?'}"
    if chinese:
        return f"{_owned(owner, plain)}有哪些？"
    said = _in_sentence(plain)
    return f"What are the {said} of {owner}?" if _adds(owner, plain) else f"What are the {said}?"


def heading_question(owner: str, heading: str, *, chinese: bool) -> str:
    """Ask what is said under ``heading``."""
    plain = plain_heading(heading)
    if not _is_short(plain):
        return ""
    if _ASKS.search(plain):
        return f"{plain.rstrip('?？')}{'？' if is_chinese(plain) else '?'}"
    if chinese:
        about = _owned(owner, plain)
        about = f"“{about}”" if _MARKED.search(about) else about
        return f"关于{about}，资料说了什么？"
    said = _in_sentence(plain)
    about = f" of {owner}" if _adds(owner, plain) else ""
    return f"What is said about the {said}{about}?"


def name_question(name: str, *, chinese: bool) -> str:
    """Ask what is said of ``name``."""
    return f"介绍一下{name}。" if chinese else f"Give an overview of {name}."


def figure_questions(text: str, book: NameBook, *, chinese: bool) -> Iterator[str]:
    """Ask for the figures that the sentences of ``text`` state of a name of the corpus.

    Only where the words before the figure are a question by themselves: they name their subject.
    """
    for span in split_sentences(text) if is_chinese(text) == chinese else ():
        sentence = span.of(text)
        for kind in (AnswerKind.AMOUNT, AnswerKind.PERCENT, AnswerKind.COUNT):
            for value in values_of(sentence, kind)[:1]:
                question = _before(sentence[: value.start], book, chinese=chinese)
                if question:
                    yield question


def _before(words: str, book: NameBook, *, chinese: bool) -> str:
    clause = words.rpartition("，")[2].strip() if chinese else words
    names = book.find(clause)
    if not names:
        return ""
    if chinese:
        stated = _STATED.fullmatch(clause)
        head = stated["head"].strip() if stated else ""
        plain = len(head) - names[0].span.end
        starts = names[0].span.start == 0 and _MEASURED.search(head)
        return f"{head}是多少？" if starts and plain >= 2 else ""
    told = _STATED_LATIN.search(clause)
    return f"What was the {told['what'].strip()} of {names[0].text}?" if told else ""


def plain_heading(heading: str) -> str:
    """Return a heading without its number, a bracket at its end, and a colon."""
    return _ASIDE.sub("", _NUMBERING.sub("", heading.strip())).strip(" ：:。.")


def owner_of(title: str, section: tuple[str, ...], book: NameBook) -> str:
    """Return what a section is about: the innermost name in the headings above it, or the title."""
    for above in (*reversed(section[:-1]), title):
        plain = plain_heading(above)
        names = book.find(plain)
        if names:
            return names[0].text
    return ""


def _owned(owner: str, heading: str) -> str:
    return f"{owner}的{heading}" if _adds(owner, heading) else heading


def _adds(owner: str, heading: str) -> bool:
    """Tell whether the owner says more than the heading does by itself."""
    return bool(owner) and owner.casefold() not in heading.casefold()


def _in_sentence(heading: str) -> str:
    """Return an English heading as it stands within a sentence."""
    first, _, rest = heading.partition(" ")
    plain = heading.isascii() and first[1:].islower() and rest == rest.lower()
    return heading[0].lower() + heading[1:] if plain else heading
