"""Values of the kind a question asks for: whether a text holds one, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind
from t2vqa.text.codes import find_codes
from t2vqa.text.dates import find_dates
from t2vqa.text.quantities import Quantity, QuantityKind, find_quantities
from t2vqa.types import Span

_CACHED_TEXTS = 16384
_BARE_FIGURE = 0.4

_PERSON = re.compile(
    r"先生|女士|董事长|总经理|总裁|经理|主席|主任|部长|总统|教授|博士|创始人|担任|"
    r"任命|聘任|出任|辞去|"
    r"\b[A-Z][a-z]+(?: [A-Z]\.?)?(?: [A-Z][a-z]+)+|[\u4e00-\u9fff]·[\u4e00-\u9fff]"
)
_ORGANISATION = re.compile(
    r"公司|集团|银行|证券|基金|机构|大学|学院|医院|协会|委员会|研究院|控股|股份|科技|资本|投资|"
    r"\b(?:Inc|Corp|Ltd|LLC|Group|Bank|University|Company|Association|Institute)\b|"
    r"\b[A-Z][A-Za-z]+\b"
)
_PLACE = re.compile(
    r"[省市县区州国镇村路街洲岛港湾]|位于|总部|注册地|地处|"
    r"\b(?:in|at|near|from) (?:the )?[A-Z][a-z]+"
)
_REASON = re.compile(
    r"因为|由于|因此|原因|导致|所致|鉴于|旨在|为了|因|受.{1,20}影响|"
    r"because|due to|since|as a result|in order to|owing to",
    re.IGNORECASE,
)
_BARE_CODE = re.compile(r"(?<![\d.,])\d{4,6}(?![\d.,%年月日万亿元])")
_CUES: Mapping[AnswerKind, re.Pattern[str]] = {
    AnswerKind.PERSON: _PERSON,
    AnswerKind.ORGANISATION: _ORGANISATION,
    AnswerKind.PLACE: _PLACE,
    AnswerKind.REASON: _REASON,
}

_QUANTITY_KINDS: Mapping[AnswerKind, frozenset[QuantityKind]] = {
    AnswerKind.AMOUNT: frozenset({QuantityKind.MONEY}),
    AnswerKind.PERCENT: frozenset({QuantityKind.PERCENT}),
    AnswerKind.DURATION: frozenset({QuantityKind.DURATION}),
    AnswerKind.COUNT: frozenset(QuantityKind) - {QuantityKind.PERCENT},
}


@lru_cache(maxsize=_CACHED_TEXTS)
def values_of(text: str, kind: AnswerKind) -> tuple[Span, ...]:
    """Return where ``text`` holds values of ``kind``: exact kinds only, in reading order.

    Kinds without a form of their own (a person, a place, a reason) give nothing.
    """
    finder = _FINDERS.get(kind)
    return tuple(finder(text)) if finder else ()


@lru_cache(maxsize=_CACHED_TEXTS)
def holds_kind(text: str, kind: AnswerKind) -> float:
    """Return 1 where ``text`` holds a value of ``kind``, 0 where it does not, 0.5 for any words.

    A figure without a unit that is known counts less.
    """
    if kind is AnswerKind.OPEN:
        return 0.5
    if kind in _CUES:
        return 1.0 if _CUES[kind].search(text) else 0.0
    if values_of(text, kind):
        return 1.0
    return _BARE_FIGURE if kind in NUMERIC_KINDS and any(map(str.isdigit, text)) else 0.0


def quantities_of(text: str, kind: AnswerKind) -> tuple[Quantity, ...]:
    """Return the quantities in ``text`` that answer a question of ``kind``."""
    wanted = _QUANTITY_KINDS.get(kind, frozenset())
    return tuple(found for found in find_quantities(text) if found.kind in wanted)


def _codes(text: str) -> list[Span]:
    """Return the stock codes in ``text``, else figures that may be codes of another market."""
    known = [found.span for found in find_codes(text)]
    return known or [Span(*match.span()) for match in _BARE_CODE.finditer(text)]


def _quantity_finder(kind: AnswerKind) -> Callable[[str], Sequence[Span]]:
    return lambda text: [found.span for found in quantities_of(text, kind)]


_FINDERS: Mapping[AnswerKind, Callable[[str], Sequence[Span]]] = {
    **{kind: _quantity_finder(kind) for kind in _QUANTITY_KINDS},
    AnswerKind.DATE: lambda text: [found.span for found in find_dates(text)],
    AnswerKind.CODE: _codes,
}
