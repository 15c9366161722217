"""What an answer says, unit by unit: sentences, list items, table rows read out, values in bold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from t2vqa.answering.figures import column_label
from t2vqa.answering.layout import Cells
from t2vqa.answering.trimming import trim
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.values import values_of
from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind
from t2vqa.retrieval.terms import WeightedWord, coverage, term_set
from t2vqa.text.languages import is_chinese
from t2vqa.text.markdown import escape
from t2vqa.text.normal import fold
from t2vqa.types import Cell, Span

_NAMED_SHARE = 0.3


def bold(text: str, span: Span) -> str:
    """Return ``text`` as Markdown with ``span`` of it in bold."""
    return f"{escape(text[: span.start])}**{escape(span.of(text))}**{escape(text[span.end :])}"


def best_value(
    text: str, kind: AnswerKind, words: Sequence[WeightedWord], asked: str
) -> Span | None:
    """Return the value of ``kind`` in ``text`` that stands nearest the asked words, if any.

    Values that the question itself states (``asked``) are no answer to it. A value behind the words
    is preferred to one as far before them: both languages mostly say the figure after its name.
    """
    known = fold(asked)
    values = [span for span in _values(text, kind) if fold(span.of(text)) not in known]
    if not values:
        return None
    places = _places(text, words)
    if not places:
        return values[0]
    return min(values, key=lambda span: (_distance(span, places), span.start))


def _values(text: str, kind: AnswerKind) -> tuple[Span, ...]:
    found = values_of(text, kind)
    if not found and kind in NUMERIC_KINDS:
        return values_of(text, AnswerKind.COUNT) or values_of(text, AnswerKind.PERCENT)
    return found


def _places(text: str, words: Sequence[WeightedWord]) -> list[tuple[int, int, float]]:
    lowered = text.casefold()
    return [
        (match.start(), match.end(), word.weight)
        for word in words
        for match in re.finditer(re.escape(word.word), lowered)
    ]


def _distance(span: Span, places: Sequence[tuple[int, int, float]]) -> float:
    """Weighted nearness turned round: small where heavy words stand close before the value."""
    nearness = 0.0
    for start, end, weight in places:
        gap = span.start - end if end <= span.start else (start - span.end) * 2
        nearness += weight / (2 + max(gap, 0))
    return -nearness


def sentence(
    text: str,
    span: Span,
    kind: AnswerKind,
    words: Sequence[WeightedWord],
    asked: str,
    longest: int | None,
) -> tuple[str, Span]:
    """Return the statement of a sentence or list item and the span it quotes.

    Args:
        text: The unit's words.
        span: Where they stand in the document.
        kind: Kind of value to put in bold.
        words: The asked words.
        asked: The question.
        longest: Characters beyond which the unit is cut to the clauses that answer; None keeps all.
    """
    value = best_value(text, kind, words, asked)
    if longest is not None and len(text) > longest:
        kept = trim(text, value, words, longest)
        value = Span(value.start - kept.start, value.end - kept.start) if value else None
        text, span = kept.of(text), Span(span.start + kept.start, span.start + kept.end)
    return (bold(text, value) if value else escape(text)), span


def row(
    document_text: str,
    cells: Sequence[Cell],
    words: Sequence[WeightedWord],
    kind: AnswerKind,
) -> tuple[str, Cells]:
    """Read a table row out as :func:`read_out` does, the asked cell in bold."""
    return read_out(document_text, cells, asked_column(document_text, cells, words, kind))


def read_out(document_text: str, cells: Sequence[Cell], asked: Cell | None) -> tuple[str, Cells]:
    """Read a table row out with its column names, ``asked`` in bold.

    Returns:
        The row on one line, without its empty cells, and all its cells, both as Markdown.
    """
    filled = [(cell, cell.span.of(document_text).strip()) for cell in cells]
    chinese = is_chinese("".join(f"{cell.column}{value}" for cell, value in filled))
    colon, gap = ("：", "；") if chinese else (": ", "; ")
    shown: Cells = tuple(
        (
            escape(cell.column),
            f"**{escape(value)}**" if cell is asked and value else escape(value),
        )
        for cell, value in filled
    )
    parts = (f"{column}{colon}{value}" if column else value for column, value in shown if value)
    return gap.join(parts), shown


def asked_column(
    document_text: str,
    cells: Sequence[Cell],
    words: Sequence[WeightedWord],
    kind: AnswerKind,
) -> Cell | None:
    """Return the cell whose column the question names, else the only one of the asked kind."""
    filled = [cell for cell in cells if cell.span.of(document_text).strip()]
    named = [(_named_share(cell.column, words), cell) for cell in filled if cell.column]
    if named:
        share, cell = max(named, key=lambda item: item[0])
        if share >= _NAMED_SHARE:
            return cell
    fitting = [cell for cell in filled if values_of(cell.span.of(document_text), kind)]
    return fitting[0] if len(fitting) == 1 else None


def _named_share(column: str, words: Sequence[WeightedWord]) -> float:
    """Return how far the words are a column's name: all of the name counts as much as all words."""
    label = term_set(column_label(column))
    asked = {word.word for word in words}.union(*(word.pairs for word in words))
    whole = 1.0 if label and label <= asked else 0.0
    return max(whole, coverage(words, term_set(column)))


def asked_cell(
    unit: ScoredUnit, words: Sequence[WeightedWord], kind: AnswerKind
) -> tuple[Cell | None, str]:
    """Return the cell of a table row that the question asks for, with its words."""
    padded = " " * unit.passage.span.start + unit.passage.text  # offsets are the document's
    cell = asked_column(padded, unit.unit.cells, words, kind)
    return cell, cell.span.of(padded).strip() if cell else ""
