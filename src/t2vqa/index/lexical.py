"""Lexical search: BM25 (Robertson and Zaragoza 2009) over postings kept in the index's SQLite file.

A term's postings are packed by blocks of 4,096 passage numbers: one row for each term and block,
two bytes a posting. A question reads the rows of its terms and adds up the scores of all passages
at once, so that every term counts, however common. FTS5 looks at passages one at a time: on
20,000 of them it took forty times as long, and still fifteen times as long where the common terms
were left out, which moved most right passages from the first place (bench/results/lexical.md).
Like any other table this one changes in place, in
the transaction that changes the passages.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from t2vqa.text.segmentation import search_terms

TABLES = """
-- The passages that hold a term, by blocks of passage numbers; see t2vqa.index.lexical.
CREATE TABLE lexical_postings (
    term TEXT NOT NULL, block INTEGER NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID;
CREATE TABLE lexical_lengths (block INTEGER PRIMARY KEY, lengths BLOB NOT NULL);
"""
"""What the index's SQLite file must hold for this module."""

_K1 = 1.2
_B = 0.75
_LEAST_IDF = 1e-6
"""What a term of half the passages or more counts: next to nothing."""

_PLACE_BITS = 12
_BLOCK = 1 << _PLACE_BITS
_COUNT_BITS = 4
_MOST_COUNTED = (1 << _COUNT_BITS) - 1
"""A term that occurs more often in a passage counts as if it occurred so often: the score of the
next occurrence would be below a hundredth of the first one's."""

_ENTRY = np.dtype("<u2")
"""A posting: the passage's place in its block, then how often the term occurs, in the low bits."""

_LENGTH = np.dtype("<u2")

Row = tuple[int, str, str]
"""A passage's number, context and text."""

Hits = list[tuple[int, float]]
"""Passage numbers with their scores."""

Entries = NDArray[np.uint16]


def segmentation_name() -> str:
    """Return which segmentation the lexical index was made with; another one means a new one."""
    return f"2/rjieba-{version('rjieba')}"


def add_passages(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Index passages that are not indexed yet, given as ``(number, context, text)``."""
    for block, part in _in_blocks(rows):
        lengths, entries = _lengths(connection, block), _entries(part)
        for number, terms in part:
            lengths[number % _BLOCK] = min(len(terms), np.iinfo(_LENGTH).max)
        present = _present(connection, block, entries) if _is_used(connection, block) else {}
        _write(
            connection,
            block,
            lengths,
            {
                term: np.sort(np.concatenate([present[term], added])) if term in present else added
                for term, added in entries.items()
            },
        )


def remove_passages(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Take passages out again; ``rows`` must be what was added."""
    for block, part in _in_blocks(rows):
        lengths, entries = _lengths(connection, block), _entries(part)
        gone = np.zeros(_BLOCK, bool)
        for number, _ in part:
            gone[number % _BLOCK] = True
        lengths[gone] = 0
        present = _present(connection, block, entries)
        _write(
            connection,
            block,
            lengths,
            {term: found[~gone[found >> _COUNT_BITS]] for term, found in present.items()},
        )


def remove_all(connection: sqlite3.Connection) -> None:
    """Empty the lexical index."""
    connection.execute("DELETE FROM lexical_postings")
    connection.execute("DELETE FROM lexical_lengths")


def search(
    connection: sqlite3.Connection,
    terms: Sequence[str],
    limit: int,
    passage_count: int,
    ranges: Sequence[tuple[int, int]] | None = None,
    among: NDArray[np.int64] | None = None,
) -> Hits:
    """Find the passages that hold any of the terms.

    Args:
        connection: To the index.
        terms: As :func:`t2vqa.text.segmentation.search_terms` gives them; repeats count once.
        limit: At most so many are returned.
        passage_count: Number of passages in the index.
        ranges: Only passages with numbers in these half-open ranges; None for all.
        among: Only passages of these numbers; None for all.

    Returns:
        Passage numbers and their BM25 score (k1 1.2, b 0.75), best first; equal scores in the
        order of the numbers, all of those equal to the last one included.
    """
    norms = _norms(connection, passage_count)
    if limit <= 0 or not len(norms):
        return []
    scores = np.zeros(len(norms), np.float32)
    for term in dict.fromkeys(terms):
        numbers, counts = _postings(connection, term)
        if len(numbers):
            idf = np.log((passage_count - len(numbers) + 0.5) / (len(numbers) + 0.5))
            weight = np.float32(max(float(idf), _LEAST_IDF) * (_K1 + 1))
            scores[numbers] += weight * counts / (counts + norms[numbers])
    if ranges is not None:
        scores[~_inside(ranges, len(scores))] = 0
    if among is not None:
        kept = among[among < len(scores)]
        inside = np.zeros_like(scores)
        inside[kept] = scores[kept]
        scores = inside
    return _best(scores, limit)


def document_frequency(connection: sqlite3.Connection, terms: Collection[str]) -> dict[str, int]:
    """Return in how many passages each term occurs."""
    frequency = {}
    for term in dict.fromkeys(terms):
        row = connection.execute(
            "SELECT coalesce(sum(length(entries)), 0) FROM lexical_postings WHERE term = ?", (term,)
        ).fetchone()
        frequency[term] = int(row[0]) // _ENTRY.itemsize
    return frequency


def known_among(
    connection: sqlite3.Connection, terms: Iterable[str], among: NDArray[np.int64]
) -> set[str]:
    """Return the terms that at least one of some passages holds; ``among`` ascends."""
    known = set()
    for term in dict.fromkeys(terms):
        held, _ = _postings(connection, term)
        fewer, more = (held, among) if len(held) < len(among) else (among, held)
        if len(fewer):
            places = np.searchsorted(more, fewer).clip(max=len(more) - 1)
            if (more[places] == fewer).any():
                known.add(term)
    return known


def holding_every(connection: sqlite3.Connection, terms: Iterable[str]) -> NDArray[np.int64]:
    """Return the numbers of the passages that hold all terms, context included; none for none."""
    found: NDArray[np.int64] | None = None
    for term in dict.fromkeys(terms):
        held, _ = _postings(connection, term)
        found = held if found is None else np.intersect1d(found, held, assume_unique=True)
        if not len(found):
            break
    return np.empty(0, np.int64) if found is None else found


def holding(
    connection: sqlite3.Connection, terms: Iterable[str], numbers: Sequence[int]
) -> dict[str, list[int]]:
    """Return which of some passages hold each term, context included; without those none holds."""
    wanted = np.array(sorted(numbers), np.int64)
    found = {}
    for term in dict.fromkeys(terms):
        held, _ = _postings(connection, term)
        if len(held) and len(wanted):
            places = np.searchsorted(held, wanted).clip(max=len(held) - 1)
            here = wanted[held[places] == wanted]
            if len(here):
                found[term] = here.tolist()
    return found


def _in_blocks(rows: Iterable[Row]) -> Iterator[tuple[int, list[tuple[int, list[str]]]]]:
    """Yield the passages of each block with their terms."""
    for block, part in groupby(sorted(rows), key=lambda row: row[0] // _BLOCK):
        yield (
            block,
            [
                (number, search_terms(context) + search_terms(text))
                for number, context, text in part
            ],
        )


def _entries(part: Sequence[tuple[int, list[str]]]) -> dict[str, Entries]:
    """Return the postings of every term, by place."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, terms in part:
        place = number % _BLOCK << _COUNT_BITS
        for term, count in Counter(terms).items():
            found[term].append(place | min(count, _MOST_COUNTED))
    return {term: np.array(found[term], _ENTRY) for term in sorted(found)}


def _is_used(connection: sqlite3.Connection, block: int) -> bool:
    query = "SELECT 1 FROM lexical_lengths WHERE block = ?"
    return connection.execute(query, (block,)).fetchone() is not None


def _lengths(connection: sqlite3.Connection, block: int) -> NDArray[np.uint16]:
    """Return how many terms each passage of a block has, to be changed."""
    row = connection.execute(
        "SELECT lengths FROM lexical_lengths WHERE block = ?", (block,)
    ).fetchone()
    return np.frombuffer(row[0], _LENGTH).copy() if row else np.zeros(_BLOCK, _LENGTH)


def _present(
    connection: sqlite3.Connection, block: int, terms: Iterable[str]
) -> dict[str, Entries]:
    """Return the stored postings of those terms that have any in a block."""
    query = "SELECT entries FROM lexical_postings WHERE term = ? AND block = ?"
    found = {}
    for term in terms:
        row = connection.execute(query, (term, block)).fetchone()
        if row is not None:
            found[term] = np.frombuffer(row[0], _ENTRY)
    return found


def _write(
    connection: sqlite3.Connection,
    block: int,
    lengths: NDArray[np.uint16],
    entries: dict[str, Entries],
) -> None:
    """Put a block's lengths and the postings of some terms in place of what is there."""
    connection.executemany(
        "INSERT OR REPLACE INTO lexical_postings VALUES (?, ?, ?)",
        ((term, block, found.tobytes()) for term, found in entries.items() if len(found)),
    )
    connection.executemany(
        "DELETE FROM lexical_postings WHERE term = ? AND block = ?",
        ((term, block) for term, found in entries.items() if not len(found)),
    )
    if lengths.any():
        connection.execute(
            "INSERT OR REPLACE INTO lexical_lengths VALUES (?, ?)", (block, lengths.tobytes())
        )
    else:
        connection.execute("DELETE FROM lexical_lengths WHERE block = ?", (block,))


def _norms(connection: sqlite3.Connection, passage_count: int) -> NDArray[np.float32]:
    """Return by passage number what a term's count is set against; longer passages have more."""
    rows = connection.execute(
        "SELECT block, lengths FROM lexical_lengths ORDER BY block"
    ).fetchall()
    lengths = np.zeros((rows[-1][0] + 1) * _BLOCK if rows else 0, np.float32)
    for block, blob in rows:
        lengths[block * _BLOCK : (block + 1) * _BLOCK] = np.frombuffer(blob, _LENGTH)
    average = float(lengths.sum(dtype=np.float64)) / max(passage_count, 1)
    norms: NDArray[np.float32] = np.float32(_K1 * (1 - _B)) + lengths * np.float32(
        _K1 * _B / max(average, 1e-9)
    )
    return norms


def _postings(
    connection: sqlite3.Connection, term: str
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the numbers of the passages that hold a term, and how often each does."""
    rows = connection.execute(
        "SELECT block, entries FROM lexical_postings WHERE term = ?", (term,)
    ).fetchall()
    entries = np.frombuffer(b"".join(blob for _, blob in rows), _ENTRY)
    firsts = np.repeat(
        np.array([block * _BLOCK for block, _ in rows], np.int64),
        [len(blob) // _ENTRY.itemsize for _, blob in rows],
    )
    return firsts + (entries >> _COUNT_BITS), (entries & _MOST_COUNTED).astype(np.float32)


def _inside(ranges: Sequence[tuple[int, int]], size: int) -> NDArray[np.bool_]:
    inside = np.zeros(size, bool)
    for first, stop in ranges:
        inside[first:stop] = True
    return inside


def _best(scores: NDArray[np.float32], limit: int) -> Hits:
    """Return the best passages and those that score the same as the last of them."""
    if limit < len(scores):
        least = scores[np.argpartition(scores, -limit)[-limit]]
        numbers = np.flatnonzero((scores >= least) & (scores > 0))
    else:
        numbers = np.flatnonzero(scores > 0)
    ranked = numbers[np.argsort(-scores[numbers], kind="stable")]
    return list(zip(ranked.tolist(), scores[ranked].tolist(), strict=True))
