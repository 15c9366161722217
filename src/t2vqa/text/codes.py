"""Stock codes in text: mainland China, Hong Kong and the United States."""

from __future__ import annotations

import re
from dataclasses import dataclass

from t2vqa.types import Span

_A_SHARE = r"(?:00[0-3]|30[0-2]|60[0135]|68[89]|[48]\d{2}|92\d)\d{3}"
_SUFFIXED = re.compile(
    rf"(?<![\w.])(?P<code>{_A_SHARE})\s?[.．](?P<market>SZ|SH|SS|BJ|XSHE|XSHG)(?![a-z])", re.I
)
_PREFIXED = re.compile(
    rf"(?<![a-z\d])(?P<market>SZ|SH|BJ)[.:：]?\s?(?P<code>{_A_SHARE})(?!\d)", re.I
)
_HONG_KONG = re.compile(
    r"(?<![\w.])(?P<code>\d{4,5})\s?[.．]HK(?![a-z])"
    r"|(?<![a-z])(?:HKEX|SEHK|HK|港股|港交所)\s?[:：]?\s?(?P<code2>0?\d{4})(?!\d|[.,]\d|\s?[年万亿元])",
    re.I,
)
_US = re.compile(
    r"(?<![a-z])(?:NASDAQ|NYSE(?:\sAmerican)?|AMEX|OTC|纳斯达克|纽交所)\s?[:：]\s?(?P<code>[A-Z]{1,5}(?:\.[AB])?)\b"
    r"|\b(?P<code2>[A-Z]{1,5})\.US\b"
)
_BARE = re.compile(rf"(?<![\w.,%$￥¥-]){_A_SHARE}(?![\w%％‰]|[.,]\d|\s?[-–~～至]\s?\d)", re.ASCII)
_BARE_HONG_KONG = re.compile(r"(?<=[（(])0\d{4}(?=[）)])")
_INTRODUCED = re.compile(
    r"[（(\[【|｜\t][ ]?$|(?:代码|code|ticker|symbol)[是为：:\s（(]{0,4}$", re.I
)
_UNIT = re.compile(
    r"\s?(?:[元股吨万亿人家个只件台辆户手份米张倍点年月日天%]|yuan|shares|RMB|USD)", re.I
)
_LOOK = 12
_MARKETS = {"SS": "SH", "XSHG": "SH", "XSHE": "SZ"}


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A stock code that a text names.

    Attributes:
        span: Where it stands, with its market where that is attached (``600000.SH``).
        code: The bare code: six digits, five for Hong Kong, or letters.
        market: ``SH``, ``SZ``, ``BJ``, ``HK`` or ``US``.
    """

    span: Span
    code: str
    market: str


def find_codes(text: str) -> list[CodeMention]:
    """Return the stock codes of a text, in order.

    Six digits without a market count only in brackets, as a table cell, alone, or after a word
    like 代码, and never before a unit.
    """
    found = [
        *(_mainland(match) for match in _SUFFIXED.finditer(text)),
        *(_mainland(match) for match in _PREFIXED.finditer(text)),
        *(_other(match, "HK") for match in _HONG_KONG.finditer(text)),
        *(_other(match, "US") for match in _US.finditer(text)),
        *(_bare(match) for match in _BARE.finditer(text) if _stands_as_code(text, match)),
        *(
            CodeMention(Span(*match.span()), match.group(), "HK")
            for match in _BARE_HONG_KONG.finditer(text)
        ),
    ]
    kept: list[CodeMention] = []
    for mention in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if not kept or mention.span.start >= kept[-1].span.end:
            kept.append(mention)
    return kept


def _mainland(match: re.Match[str]) -> CodeMention:
    market = match.group("market").upper()
    return CodeMention(Span(*match.span()), match.group("code"), _MARKETS.get(market, market))


def _other(match: re.Match[str], market: str) -> CodeMention:
    group = "code" if match.group("code") else "code2"
    code = match.group(group)
    span = Span(*match.span(group)) if market == "US" and group == "code" else Span(*match.span())
    return CodeMention(span, code.zfill(5) if market == "HK" else code, market)


def _bare(match: re.Match[str]) -> CodeMention:
    code = match.group()
    market = {"6": "SH", "0": "SZ", "3": "SZ"}.get(code[0], "BJ")
    return CodeMention(Span(*match.span()), code, market)


def _stands_as_code(text: str, match: re.Match[str]) -> bool:
    if _UNIT.match(text, match.end()):
        return False
    before = text[max(0, match.start() - _LOOK) : match.start()].rpartition("\n")[2]
    at_line_start = match.start() == 0 or not before.strip()
    if _INTRODUCED.search(before):
        return True
    rest = text[match.end() : match.end() + _LOOK].partition("\n")[0]
    return (at_line_start and not rest.strip()) or rest.lstrip()[:1] in ("|", "）", ")")
