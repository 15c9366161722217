"""Texts made comparable for measuring: folded strings, and sets of neighbouring tokens.

These rules are the measure's own and do not follow the product's text stage: a change of how
t2vqa reads must not move the yardstick it is measured with.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

Gram = tuple[str, str]
"""Two neighbouring tokens of a text."""

_CJK = "㐀-䶿一-鿿豈-\ufaff々〇ぁ-ヿ가-힣\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_CJK}]|\d+(?:\.\d+)*|[^\W\d_{_CJK}]+")
_HAN = re.compile("[㐀-䶿一-鿿豈-\ufaff\U00020000-\U000323af]")
_WORD = re.compile(r"[^\W\d_\u3000-\U0010ffff]+")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_NOISE = re.compile(r"(?:(?!(?<=\d)\.(?=\d))(?:[^\w%‰°+$€£¥]|_))+")


def _plain(text: str) -> str:
    """Return ``text`` in NFKC and one case, without thousands separators."""
    unified = unicodedata.normalize("NFKC", text).casefold()
    return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), unified)


def fold(text: str) -> str:
    """Return ``text`` in NFKC and one case, without white space, punctuation and markup.

    What carries value stays: percent, degree, plus and currency signs, and the point between two
    digits. Where something between two digits goes, a blank stays in its place, so that two
    figures do not grow into one.
    """
    plain = _plain(text)

    def gap(match: re.Match[str]) -> str:
        before, after = plain[: match.start()][-1:], plain[match.end() :][:1]
        return " " if before.isdigit() and after.isdigit() else ""

    return _NOISE.sub(gap, plain)


def contains(text: str, wanted: str) -> bool:
    """Tell whether ``wanted`` stands in ``text`` after folding.

    A figure counts only whole: ``5%`` does not stand in ``15%``, nor ``46`` in ``1.46``.
    """
    needle = fold(wanted)
    if not needle:
        return bool(wanted) and wanted in text
    before = r"(?<!\d)(?<!\d\.)" if needle[0].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, fold(text)) is not None


def grams(text: str) -> frozenset[Gram]:
    """Return the pairs of neighbouring tokens of ``text`` after folding.

    A token is one CJK character, one figure or one word of another script. On Chinese these are
    character bigrams. Pairs of Latin letters would say nothing: any two English paragraphs share
    most of theirs.
    """
    return frozenset(pairwise(_TOKEN.findall(_plain(text))))


def coverage(item: str, texts: frozenset[Gram], folded: str) -> float:
    """Return the share of the grams of ``item`` that are among ``texts``.

    Args:
        item: What should be covered.
        texts: The grams of the covering text.
        folded: The covering text, folded; it decides where ``item`` is too short to have a gram.

    Returns:
        A share in [0, 1].
    """
    wanted = grams(item)
    if not wanted:
        return float(bool(fold(item)) and fold(item) in folded)
    return len(wanted & texts) / len(wanted)


def language(text: str) -> str:
    """Return ``zh`` where ``text`` has more Han characters than other words, else ``en``.

    ``en`` stands for every language that is not written in Han characters.
    """
    return "zh" if len(_HAN.findall(text)) > len(_WORD.findall(text)) else "en"
