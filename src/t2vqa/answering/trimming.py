"""A long sentence cut to the clauses that carry the answer, still one exact span."""

from __future__ import annotations

import re
from collections.abc import Sequence

from t2vqa.retrieval.terms import WeightedWord, coverage, term_set
from t2vqa.types import Span

_CLAUSE_END = re.compile(r"[，；：,;:](?!\d)\s*|\s+-+\s+|——")


def clauses(text: str) -> list[Span]:
    """Cut ``text`` behind commas, semicolons and colons; the spans together cover it."""
    spans, begin = [], 0
    for match in _CLAUSE_END.finditer(text):
        spans.append(Span(begin, match.end()))
        begin = match.end()
    if begin < len(text):
        spans.append(Span(begin, len(text)))
    return spans


def trim(text: str, value: Span | None, words: Sequence[WeightedWord], longest: int) -> Span:
    """Return the run of whole clauses of at most ``longest`` characters that answers best.

    The run holds ``value`` where there is one and covers as much of the asked words as it can;
    among equals the one with the clauses that follow wins, for the answer mostly follows the words
    it shares with the question. A single clause longer than ``longest`` is kept whole.
    """
    parts = clauses(text)
    best, best_key = Span(0, len(text)), (-1.0, -1.0)
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            run = Span(parts[first].start, parts[last].end)
            if last > first and run.end - run.start > longest:
                break
            if value and not (run.start <= value.start and value.end <= run.end):
                continue
            key = (coverage(words, term_set(run.of(text))), float(run.end - run.start))
            if key > best_key:
                best, best_key = run, key
    kept = best.of(text)
    stripped = kept.rstrip(" ，；：,;:")
    return Span(best.start, best.start + len(stripped))
