"""Codes looked up: what a stock code stands for, and codes the corpus does not hold at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from t2vqa.answering.findings import Finding, Findings, Source
from t2vqa.answering.statements import bold, read_out
from t2vqa.answering.table_view import table_of
from t2vqa.retrieval.names import NameMatch
from t2vqa.retrieval.terms import WeightedWord, content_words
from t2vqa.text.codes import find_codes
from t2vqa.text.markdown import escape
from t2vqa.text.normal import fold
from t2vqa.text.segmentation import words
from t2vqa.text.sentences import split_sentences
from t2vqa.types import Block, BlockKind, Document, Span

_CODE = re.compile(
    r"(?<![\w.,%$¥￥])(?:(?:SZ|SH|BJ|HK)[.:：]?)?(?P<digits>\d{4,6})(?:\.(?:SZ|SH|SS|BJ|HK))?"
    r"(?![\w%]|[.,]\d|\s?(?:[年月日元股吨万亿人家个只件台辆倍点天张]|yuan|shares|people))",
    re.IGNORECASE | re.ASCII,
)
_BRACKET = re.compile(r"[（(][^（）()]*$")
_SOURCES = 2
_ASKING = """
    公司 企业 股票 个股 标的 上市 上市公司 证券 对应 代码 代号 编码 股票代码 证券代码 名字 名称
    简称 全称 叫 叫做 属于 代表 是 家 只 支 查 帮 看 一只 哪只 哪家 股 号 company companies stock
    share code ticker symbol security name firm belong belongs stand stands has with listed
    corresponds
"""


def asked_code(question: str) -> str | None:
    """Return the one code that ``question`` holds, as written; None for none or several."""
    found = [match[0] for match in _CODE.finditer(question)]
    found += [mention.span.of(question) for mention in find_codes(question)]
    longest = [
        one
        for one in dict.fromkeys(found)
        if not any(one != other and one in other for other in found)
    ]
    return longest[0] if len(longest) == 1 else None


def asks_whose_code(question: str, code: str) -> bool:
    """Tell whether ``question`` asks what ``code`` stands for, and nothing else."""
    rest = question.replace(code, " ")
    return _asking_words().issuperset(content_words(rest))


@cache
def _asking_words() -> frozenset[str]:
    return frozenset(words(_ASKING))


def is_unknown(code: str, asked: Iterable[WeightedWord]) -> bool:
    """Tell whether no passage holds the digits of ``code``, going by the words looked for."""
    digits = _digits(code)
    return any(word.word == digits and not word.known for word in asked)


def whose_code(
    code: str, names: Sequence[NameMatch], documents: Iterable[Document]
) -> Findings | None:
    """Say what ``code`` stands for, from the rows, headings and sentences that hold it.

    Args:
        code: As the question writes it.
        names: What the corpus knows by it.
        documents: Where to look, the likeliest first.
    """
    said: dict[str, list[Source]] = {}
    shown: dict[str, str] = {}
    for document in documents:
        for source, name, text in _holders(document, code, names):
            said.setdefault(fold(name), []).append(source)
            shown.setdefault(fold(name), text)
    findings = [Finding(shown[name], tuple(places[:_SOURCES])) for name, places in said.items()]
    return Findings(tuple(findings[:_SOURCES])) if findings else None


def _digits(code: str) -> str:
    found = re.search(r"\d{4,6}", code)
    return found[0] if found else code.casefold()


def _holders(
    document: Document, code: str, names: Sequence[NameMatch]
) -> Iterator[tuple[Source, str, str]]:
    """Yield what holds ``code`` beside a name, the name, and the words with it in bold."""
    pattern = re.compile(rf"(?<!\d)(?<!\d\.){re.escape(_digits(code))}(?!\d|\.\d)", re.IGNORECASE)
    if not pattern.search(document.text):
        return
    for block in document.blocks:
        text = block.span.of(document.text)
        if not pattern.search(text):
            continue
        if block.kind is BlockKind.TABLE_ROW:
            named = _named_in_row(document, block)
            if named is not None:
                yield Source.block(document, block), *named
            continue
        for span in split_sentences(text):
            sentence = span.of(text)
            found = pattern.search(sentence)
            named = _named_beside(sentence, found.start(), names) if found else None
            if named is not None:
                whole = Span(block.span.start + span.start, block.span.start + span.end)
                yield Source(document, whole, block.section), *named


def _named_in_row(document: Document, block: Block) -> tuple[str, str] | None:
    table = table_of(document, block.group) if block.group is not None else None
    label = table.label(block) if table else ""
    if not label:
        return None
    named = next(cell for cell in block.cells if cell.span.of(document.text).strip() == label)
    return label, read_out(document.text, block.cells, named)[0]


def _named_beside(text: str, place: int, names: Sequence[NameMatch]) -> tuple[str, str] | None:
    """Return the name before the bracket a code stands in, else one the corpus knows it by."""
    folded = {form for name in names for form in name.forms if not form.isdecimal()}
    for length in sorted({len(form) for form in folded}, reverse=True):
        for start in range(len(text) - length + 1):
            if fold(text[start : start + length]) in folded:
                span = Span(start, start + length)
                return span.of(text), bold(text, span)
    bracket = _BRACKET.search(text[:place])
    if bracket is None:
        return None
    before = re.split(r"[，。；、：:,;“”\"《》]", text[: bracket.start()])[-1].strip()
    return (before, escape(text)) if before else None
