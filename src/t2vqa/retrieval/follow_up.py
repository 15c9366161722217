"""Follow-up questions, put into words that stand by themselves.

Three ways a question leans on the one before: it says "it" (the subject is carried over), it names
another subject and nothing else (``那乙公司呢``: the earlier question is asked of the new subject),
or it names an attribute and no subject (``股票代码呢``: the subject is carried over).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from t2vqa.retrieval.names import NameBook, NameMatch, without
from t2vqa.retrieval.terms import content_words

_PRONOUN = re.compile(
    r"它们|他们|她们|这家公司|该公司|那家公司|该企业|这家企业|该股票?|这只股票?|这个公司|其(?!他|它|中|余|实|次)|它|他|她|"
    r"\b(?:its|it|their|they|this company|that company|the company|his|her|he|she)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"它们|他们|她们|\b(?:their|they)\b", re.IGNORECASE)
_CONNECTIVE = re.compile(
    r"^(?:那么|那|还有|以及|另外|然后|再|and\b|what about\b|how about\b|but\b|then\b)"
    r"[\s,，]*(?:what about\b|how about\b)?\s*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:呢|怎么样|又如何|又怎样|如何)?[?？!！。\s]*$")
_CONTINUING = re.compile(r"呢[?？\s]*$|也(?:请|想|要)?(?:告诉|说|讲|给|查|列|介绍|问)")
_LEANING_LENGTH = 18
_POSSESSIVE = {"其", "its", "their", "his", "her"}


def resolve_follow_up(question: str, history: Sequence[str], book: NameBook) -> str | None:
    """Return ``question`` as it is meant after ``history``, or None where it stands by itself.

    Args:
        question: The new question.
        history: Earlier questions, oldest first.
        book: The corpus's names, which tell subjects from attributes.
    """
    earlier = _understood_history(history, book)
    if not earlier or not question.strip():
        return None
    names = book.find(question)
    pronoun = _PRONOUN.search(question)
    if not names and pronoun:
        return _with_subject(question, earlier, book, pronoun)
    if names and _asks_nothing_else(question, names):
        return _with_other_subject(names, earlier[-1], book)
    if not names and _leans(question):
        return _with_carried_subject(question, earlier, book)
    return None


def _understood_history(history: Sequence[str], book: NameBook) -> list[str]:
    """Earlier questions, each already resolved against those before it."""
    understood: list[str] = []
    for question in history:
        resolved = None
        if understood:
            resolved = resolve_follow_up(question, understood[-1:], book)
        understood.append(resolved or question)
    return understood


def _last_names(earlier: Sequence[str], book: NameBook) -> tuple[NameMatch, ...]:
    for question in reversed(earlier):
        names = book.find(question)
        if names:
            return names
    return ()


def _with_subject(
    question: str, earlier: Sequence[str], book: NameBook, pronoun: re.Match[str]
) -> str | None:
    names = _last_names(earlier, book)
    if not names:
        return None
    used = names if _SEVERAL.search(pronoun[0]) else names[-1:]
    subject = (
        "和" if any("\u4e00" <= letter <= "\u9fff" for letter in question) else " and "
    ).join(name.text for name in used)
    if pronoun[0].casefold() in _POSSESSIVE:
        subject += "的" if pronoun[0] == "其" else "'s"
    return question[: pronoun.start()] + subject + question[pronoun.end() :]


def _asks_nothing_else(question: str, names: Sequence[NameMatch]) -> bool:
    """Tell whether only names and words of passage are left: ``那乙公司呢？``."""
    connective = _CONNECTIVE.match(question)
    rest = without(question, names)
    rest = _ENDING.sub("", _CONNECTIVE.sub("", rest))
    ending = re.search(r"呢[?？\s]*$", question)
    return not content_words(rest) and bool(connective or ending)


def _with_other_subject(names: Sequence[NameMatch], earlier: str, book: NameBook) -> str | None:
    replaced = book.find(earlier)
    if not replaced:
        return None
    new = "和".join(name.text for name in names)
    first = replaced[0]
    return earlier[: first.span.start] + new + earlier[first.span.end :]


def _leans(question: str) -> bool:
    """Tell whether a question without a subject is short and worded as a continuation."""
    bare = _ENDING.sub("", question.strip())
    return bool(
        len(question.strip()) <= _LEANING_LENGTH
        and (_CONNECTIVE.match(question) or _CONTINUING.search(question))
        and content_words(_CONNECTIVE.sub("", bare))
    )


def _with_carried_subject(question: str, earlier: Sequence[str], book: NameBook) -> str | None:
    names = _last_names(earlier, book)
    if not names:
        return None
    rest = _CONNECTIVE.sub("", question.strip())
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in rest)
    rest = re.sub(r"呢(?=[?？\s]*$)", "", rest)
    if chinese:
        return f"{names[-1].text}的{rest}"
    return f"{names[-1].text}: {rest}"
