"""Cut text into sentences, Chinese and English, each an exact span."""

from __future__ import annotations

import re
from collections.abc import Iterator

from t2vqa.text.abbreviations import ends_with_abbreviation
from t2vqa.text.wrapping import wrapped_lines
from t2vqa.types import Span

LONGEST = 300
"""Characters after which a sentence without an end is cut at a comma or a space."""

_SHORTEST_CUT = 120
_BRACKET_REACH = 150
_LONGEST_NUMBER = 5
_REACH = 30
_CLOSERS = "”’」』）】》〉〕)]}"
_BRACKETS = {"（": "）", "(": ")", "【": "】", "[": "]", "〔": "〕"}
_TERMINAL = re.compile(r"[。！？；…!?;.]+")
_CONTINUES = re.compile(r"\s*[，、,：:；;。）)】\]》]")
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_CUTS = (re.compile(r"[；，;:：]|,(?!\d)"), re.compile("[、》）)]"), re.compile(r"\s"))
_WORD = re.compile(r"\w")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut ``text[start:end]`` into sentences.

    A sentence ends at 。！？；… and their English kin, closing quotes and brackets included, not
    within abbreviations, numbers or round brackets; a line ends one too, unless it is only wrapped
    (see :func:`t2vqa.text.wrapping.wrapped_lines`). What runs on beyond :data:`LONGEST`
    characters is cut at a comma.

    Returns:
        Ascending spans without white space around them that together cover all but white space.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    for run in _logical_lines(text, start, end):
        pieces = _merge_wordless(text, [_trim(text, piece) for piece in _pieces(text, run)])
        for piece in pieces:
            spans.extend(_shorten(text, piece))
    return spans


def _logical_lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the lines of a stretch, wrapped ones joined, each without white space around it."""
    paragraph: list[Span] = []
    place = start
    while place <= end:
        stop = text.find("\n", place, end)
        stop = end if stop < 0 else stop
        line = _trim(text, Span(place, stop))
        if line.start < line.end:
            paragraph.append(line)
        elif paragraph:
            yield from _joined(text, paragraph)
            paragraph = []
        place = stop + 1
    yield from _joined(text, paragraph)


def _joined(text: str, lines: list[Span]) -> Iterator[Span]:
    begin: int | None = None
    for line, goes_on in zip(lines, wrapped_lines([line.of(text) for line in lines]), strict=True):
        begin = line.start if begin is None else begin
        if not goes_on:
            yield Span(begin, line.end)
            begin = None


def _pieces(text: str, run: Span) -> Iterator[Span]:
    begin = run.start
    hidden = _bracketed(text, run)
    for match in _TERMINAL.finditer(text, run.start, run.end):
        stop = _with_closers(text, begin, match.end(), run.end)
        if match.start() < begin or stop >= run.end:
            continue
        if match.start() in hidden or not _is_end(text, begin, match, stop):
            continue
        yield Span(begin, stop)
        begin = stop
    yield Span(begin, run.end)


def _bracketed(text: str, run: Span) -> set[int]:
    """Return the offsets within short, properly closed round or square brackets."""
    inside: set[int] = set()
    covered = run.start
    for match in re.finditer(r"[（(【\[〔]", run.of(text)):
        opening = run.start + match.start()
        if opening < covered:
            continue
        reach = min(run.end, opening + _BRACKET_REACH)
        closing = text.find(_BRACKETS[match.group()], opening, reach)
        if closing > 0:
            inside.update(range(opening, closing))
            covered = closing
    return inside


def _with_closers(text: str, begin: int, place: int, end: int) -> int:
    """Take the closing quotes and brackets after ``place`` into the sentence that began there."""
    while place < end:
        character = text[place]
        straight = character in "\"'" and text.count(character, begin, place) % 2 == 1
        if character not in _CLOSERS and not straight:
            break
        place += 1
    return place


def _is_end(text: str, begin: int, match: re.Match[str], stop: int) -> bool:
    """Tell whether the terminal characters of ``match`` end the sentence that began there."""
    marks = match.group()
    if _CONTINUES.match(text, stop):
        return False
    if any(mark in "。！？；" for mark in marks):
        return True
    before, after = text[match.start() - 1 : match.start()], text[stop : stop + 1]
    beside_han = bool(_HAN.match(before) or _HAN.match(after))
    if marks[0] == ";":
        return beside_han
    if marks[0] in "!?…":
        return after.isspace() or beside_han
    if len(marks) == 1 and not _period_may_end(text, begin, match.start()):
        return False
    if not after.isspace():
        return bool((_HAN.match(before) or before in "%)）") and _HAN.match(after))
    return _opens(text, stop)


def _period_may_end(text: str, begin: int, place: int) -> bool:
    if place - begin <= _LONGEST_NUMBER and text[begin:place].strip().isdigit():
        return False  # the number of an item: "1. Revenue"
    head = text[max(begin, place - _REACH) : place]
    return not ends_with_abbreviation(head, text[place + 1 : place + _REACH])


def _opens(text: str, place: int) -> bool:
    """Tell whether what follows the space at ``place`` may open a sentence."""
    following = text[place : place + _REACH].lstrip()[:1]
    return not following.islower()


def _merge_wordless(text: str, pieces: list[Span]) -> list[Span]:
    """Join a piece without any letter or digit to the one before it in its line."""
    merged: list[Span] = []
    for piece in pieces:
        if piece.start >= piece.end:
            continue
        if merged and not _WORD.search(text, piece.start, piece.end):
            merged[-1] = Span(merged[-1].start, piece.end)
        else:
            merged.append(piece)
    return merged


def _shorten(text: str, piece: Span) -> Iterator[Span]:
    begin = piece.start
    while piece.end - begin > LONGEST:
        cut = _cut(text, begin)
        head = _trim(text, Span(begin, cut))
        if head.start < head.end:
            yield head
        begin = cut
    rest = _trim(text, Span(begin, piece.end))
    if rest.start < rest.end:
        yield rest


def _cut(text: str, begin: int) -> int:
    for pattern in _CUTS:
        places = [
            match.end() for match in pattern.finditer(text, begin + _SHORTEST_CUT, begin + LONGEST)
        ]
        if places:
            return places[-1]
    return begin + LONGEST


def _trim(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
