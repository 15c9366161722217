"""A short follow-up set in the place of what it contrasts with in the question before.

``国内呢？`` after ``甲的海外收入是多少？`` asks for 甲的国内收入, ``and in 2022?`` for that year.
"""

from __future__ import annotations

import re

from t2vqa.retrieval.terms import content_words
from t2vqa.text.dates import find_dates
from t2vqa.text.normal import fold
from t2vqa.text.segmentation import words

_OPPOSITES = tuple(
    tuple(line.split())
    for line in (
        "国内 海外 国外 全球 境内 境外 国际 中国",
        "上游 中游 下游",
        "短期 中期 长期 近期 远期",
        "最高 最低 最大 最小 最多 最少",
        "优点 缺点 优势 劣势 不足 长处 短处 局限",
        "利好 利空 机会 风险 挑战",
        "收入 成本 利润 费用",
        "上半年 下半年 全年",
        "线上 线下",
        "进口 出口",
        "domestic overseas foreign global international",
        "upstream midstream downstream",
        "short-term medium-term long-term near-term",
        "highest lowest largest smallest",
        "strengths weaknesses advantages disadvantages pros cons limitations",
        "opportunities risks threats",
        "imports exports",
        "revenue profit costs",
    )
)
_LONGEST_CHINESE = 10
_LONGEST_ENGLISH = 5
_LEADING = re.compile(r"^(?:in|for|during|at|on|with|from|the)\s+", re.IGNORECASE)


def with_contrast(short: str, earlier: str, *, chinese: bool) -> str | None:
    """Return ``earlier`` with ``short`` in the place of what it contrasts with, else None.

    Args:
        short: What is left of the follow-up without words of passage: ``国内``, ``in 2022``.
        earlier: The question before, in words that stand by themselves.
        chinese: Whether the follow-up is in Chinese.
    """
    small = len(short) <= _LONGEST_CHINESE if chinese else len(short.split()) <= _LONGEST_ENGLISH
    if not short or not small:
        return None
    return (
        _other_period(short, earlier)
        or _opposite(short, earlier)
        or (_alike(short, earlier) if chinese else None)
        or _same_head(short, earlier, chinese=chinese)
    )


def _other_period(short: str, earlier: str) -> str | None:
    """Set a period in the place of the earlier question's, or into it where it has none."""
    dates = find_dates(short)
    if len(dates) != 1 or content_words(short.replace(dates[0].span.of(short), " ")):
        return None
    period = dates[0].span.of(short)
    replaced = find_dates(earlier)
    if replaced:
        first = replaced[0].span
        return earlier[: first.start] + period + earlier[first.end :]
    if period.isascii():
        return f"{earlier.rstrip('?？ ')} in {period}?"
    return f"{period}{earlier}"


def _opposite(short: str, earlier: str) -> str | None:
    wanted = _bare(short)
    for group in _OPPOSITES:
        if wanted not in group:
            continue
        for other in group:
            found = re.search(_whole(other), earlier, re.IGNORECASE)
            if other != wanted and found:
                return earlier[: found.start()] + wanted + earlier[found.end() :]
    return None


def _bare(short: str) -> str:
    rest = short.strip()
    while (cut := _LEADING.sub("", rest)) != rest:
        rest = cut
    return rest.casefold() if rest.isascii() else rest.removesuffix("的")


def _whole(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)


def _alike(short: str, earlier: str) -> str | None:
    """Replace a word of the same length that shares all but one character (线上, 线下)."""
    if not 2 <= len(short) <= 4 or short in earlier:
        return None
    for word in words(earlier):
        place = earlier.find(word)
        differing = sum(one != other for one, other in zip(word, short, strict=False))
        if len(word) == len(short) and differing == 1 and place >= 0:
            return earlier[:place] + short + earlier[place + len(word) :]
    return None


def _same_head(short: str, earlier: str, *, chinese: bool) -> str | None:
    """Replace the words before the noun that both share (``the German market``)."""
    if not chinese:
        bare = _bare(short).split()
        if len(bare) < 2:
            return None
        found = re.search(rf"\b[\w-]+ {re.escape(bare[-1])}\b", earlier, re.IGNORECASE)
        rest = _without_leading(short)
        return earlier[: found.start()] + rest + earlier[found.end() :] if found else None
    own, before = _tokens(short), _tokens(earlier)
    if len(own) != 2 or own[1] not in before[1:] or own[0] in before:
        return None
    place = before.index(own[1], 1)
    if not content_words(before[place - 1]):
        return None
    return "".join([*before[: place - 1], *own, *before[place + 1 :]])


def _without_leading(short: str) -> str:
    rest = short.strip()
    while (cut := _LEADING.sub("", rest)) != rest:
        rest = cut
    return rest


def _tokens(text: str) -> list[str]:
    """Cut Chinese text into words that together are the text."""
    import rjieba  # loads its dictionary, a fifth of a second

    return [token for token in rjieba.cut(text) if fold(token) or token]
