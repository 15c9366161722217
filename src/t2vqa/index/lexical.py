"""Lexical search: BM25 over pre-segmented text in SQLite's FTS5 (Robertson and Zaragoza 2009)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from importlib.metadata import version

from t2vqa.text.segmentation import search_terms

CONTEXT_WEIGHT = 1.0
"""A term found in a passage's title, headings or lead-in counts so often."""

BODY_WEIGHT = 1.0
"""A term found in a passage's own text counts so often."""

COMMON_SHARE = 0.25
"""Terms of more passages than this are left out of a query that has rarer ones: they say little
(BM25 gives a term of half the passages nothing) and cost most."""

COMMON_FROM = 2000
"""In an index of fewer passages every term is searched for: it costs nothing there."""


_END = 2**62


def segmentation_name() -> str:
    """Return which segmentation the lexical index was made with; another one means a new one."""
    return f"1/rjieba-{version('rjieba')}"


def add_passages(connection: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index passages given as ``(number, context, text)``."""
    connection.executemany(
        "INSERT INTO lexical (rowid, context, body) VALUES (?, ?, ?)",
        ((number, _column(context), _column(text)) for number, context, text in rows),
    )


def remove_passages(connection: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Take passages out again; ``rows`` must be what was added, for FTS5 keeps no copy."""
    connection.executemany(
        "INSERT INTO lexical (lexical, rowid, context, body) VALUES ('delete', ?, ?, ?)",
        ((number, _column(context), _column(text)) for number, context, text in rows),
    )


def remove_all(connection: sqlite3.Connection) -> None:
    """Empty the lexical index."""
    connection.execute("INSERT INTO lexical (lexical) VALUES ('delete-all')")


def search(
    connection: sqlite3.Connection,
    terms: Sequence[str],
    limit: int,
    passage_count: int,
    ranges: Sequence[tuple[int, int]] | None = None,
) -> list[tuple[int, float]]:
    """Find the passages that hold any of the terms.

    Args:
        connection: To the index.
        terms: As :func:`t2vqa.text.segmentation.search_terms` gives them; repeats count once.
        limit: At most so many are returned.
        passage_count: Number of passages in the index.
        ranges: Only passages with numbers in these half-open ranges; None for all.

    Returns:
        Passage numbers and their BM25 score (k1 1.2, b 0.75), best first; equal scores in the
        order of the numbers, all of those equal to the last one included.
    """
    chosen = _rarer(connection, terms, passage_count)
    if not chosen or limit <= 0:
        return []
    match = " OR ".join(_escaped(term) for term in chosen)
    if ranges is None:
        return _ranked(connection, match, limit, (0, _END))
    if len(ranges) == 1:
        return _ranked(connection, match, limit, ranges[0])
    inside = [
        pair
        for pair in _ranked(connection, match, passage_count, (0, _END))
        if any(first <= pair[0] < stop for first, stop in ranges)
    ]
    return _with_ties(inside, limit)


def document_frequency(connection: sqlite3.Connection, terms: Collection[str]) -> dict[str, int]:
    """Return in how many passages each term occurs."""
    frequency = {}
    for term in dict.fromkeys(terms):
        row = connection.execute(
            "SELECT doc FROM lexical_terms WHERE term = ?", (term.lower(),)
        ).fetchone()
        frequency[term] = int(row[0]) if row else 0
    return frequency


def _ranked(
    connection: sqlite3.Connection, match: str, limit: int, numbers: tuple[int, int]
) -> list[tuple[int, float]]:
    query = (
        "SELECT rowid, -bm25(lexical, ?, ?) AS score FROM lexical "
        "WHERE lexical MATCH ? AND rowid >= ? AND rowid < ? ORDER BY score DESC, rowid LIMIT ?"
    )
    values = (CONTEXT_WEIGHT, BODY_WEIGHT, match, *numbers)
    rows = connection.execute(query, (*values, limit + 1)).fetchall()
    if len(rows) > limit and rows[limit][1] == rows[limit - 1][1]:
        rows = connection.execute(query, (*values, -1)).fetchall()
    return _with_ties(rows, limit)


def _with_ties(rows: list[tuple[int, float]], limit: int) -> list[tuple[int, float]]:
    """Return the best ``limit`` rows and those that score the same as the last of them."""
    stop = limit
    while limit <= stop < len(rows) and rows[stop][1] == rows[limit - 1][1]:
        stop += 1
    return rows[:stop]


def _rarer(connection: sqlite3.Connection, terms: Sequence[str], passage_count: int) -> list[str]:
    """Leave out terms that no passage or too many of a large index hold."""
    distinct = [term for term in dict.fromkeys(terms) if term.strip() and "\0" not in term]
    if passage_count < COMMON_FROM:
        return distinct
    frequency = document_frequency(connection, distinct)
    known = [term for term in distinct if frequency[term]]
    rare = [term for term in known if frequency[term] <= COMMON_SHARE * passage_count]
    return rare or known


def _column(text: str) -> str:
    return " ".join(search_terms(text))


def _escaped(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
