"""Finding words in a text whatever their case, width and compatibility form."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from t2vqa.types import Span


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text in the form it is searched in, and the way back to the text itself.

    Attributes:
        text: In lower case, variants of width and form made one (NFKC).
        starts: Where each stretch that has another length than it had begins in ``text``,
            ascending; after it the two run side by side again.
        ends: Where each of these stretches ends.
        origins: What each of these stretches is in the text itself.
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    origins: tuple[Span, ...] = ()

    def find(self, wanted: str) -> tuple[Span, ...]:
        """Return where ``wanted`` stands in the text itself, in order and not overlapping.

        White space matches any other. Of a character that is folded to several, such as a
        fraction, a part can be found; the whole of it is returned.
        """
        words = fold(wanted).text.split()
        if not words:
            return ()
        pattern = re.compile(r"\s+".join(map(re.escape, words)))
        return tuple(_apart(self._span(*found.span()) for found in pattern.finditer(self.text)))

    def _span(self, start: int, end: int) -> Span:
        return Span(self._origin(start).start, self._origin(end - 1).end)

    def _origin(self, offset: int) -> Span:
        """Return what the folded character at ``offset`` stands for."""
        stretch = bisect_right(self.starts, offset) - 1
        if stretch < 0:
            return Span(offset, offset + 1)
        if offset < self.ends[stretch]:
            return self.origins[stretch]
        start = offset - self.ends[stretch] + self.origins[stretch].end
        return Span(start, start + 1)


def fold(text: str) -> FoldedText:
    """Return ``text`` in the form it is searched in."""
    alphabet = set(text)
    folded = {one: _folded(one) for one in alphabet}
    text = text.translate({ord(one): to if len(to) == 1 else one for one, to in folded.items()})
    pattern = _uneven(alphabet, folded)
    return _stretched(text, pattern) if pattern is not None else FoldedText(text)


def _uneven(alphabet: set[str], folded: dict[str, str]) -> re.Pattern[str] | None:
    """Return a pattern for what cannot be folded character by character; None if there is none.

    That are characters that become several or none, and those that join the one before.
    """
    longer = [one for one, to in folded.items() if len(to) != 1]
    joining = {one for one in alphabet if folded[one] and _joins(folded[one][0])}
    joining |= {folded[one] for one in joining if len(folded[one]) == 1}
    joined = rf"[{re.escape(''.join(sorted(joining)))}]" if joining else "(?!)"
    if not longer and not joining:
        return None
    alone = f"[{re.escape(''.join(sorted(longer)))}]" if longer else "(?!)"
    return re.compile(rf"(?s:{alone}|.(?={joined})){joined}*")


def _stretched(text: str, pattern: re.Pattern[str]) -> FoldedText:
    pieces: list[str] = []
    starts, ends, origins = [], [], []
    done = place = 0
    for found in pattern.finditer(text):
        folded = _folded(found[0])
        pieces += (text[done : found.start()], folded)
        place += found.start() - done
        done = found.end()
        if len(folded) != found.end() - found.start() or len(folded) > 1:
            starts.append(place)
            ends.append(place + len(folded))
            origins.append(Span(*found.span()))
        place += len(folded)
    pieces.append(text[done:])
    return FoldedText("".join(pieces), tuple(starts), tuple(ends), tuple(origins))


def _folded(text: str) -> str:
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once)


def _joins(character: str) -> bool:
    """Tell whether a character may become one with that before: a mark, a part of a syllable."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


def _apart(spans: Iterator[Span]) -> Iterator[Span]:
    """Leave out what begins before the last one has ended: parts of one character."""
    end = -1
    for span in spans:
        if span.start >= end:
            yield span
            end = span.end
