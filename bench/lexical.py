"""Lexical search three ways: SQLite's FTS5, tantivy, and the packed postings of t2vqa.

    python bench/lexical.py [--passages 100000]

All index the same terms of the passages of `texts.py`, cut once before any clock runs, and answer
the same questions with the 60 best passages. An update takes the passages of one document out and
puts them in again, committed to disk. `FTS5, rarer terms` leaves out the terms of more than a
quarter of all passages. The agreement is with the 60 best by the formula of BM25; a question is hit
where the passage that holds its answer is among the first one or ten. Each runs in a process of its
own; the memory is what it takes beyond the terms themselves.
"""

from __future__ import annotations

import argparse
import math
import pickle
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import numpy as np
from keeping import LIBRARIES, Row, keep, megabytes_resident, milliseconds
from texts import questions, texts

from t2vqa.documents import load_document
from t2vqa.index import lexical
from t2vqa.index.passages import passages_of
from t2vqa.text.segmentation import search_terms

DEPTH = 60
ASKED = 200
UPDATES = 15
CHARACTERS = 300


@dataclass
class Cut:
    """The terms of all passages, and questions with the number of the passage that answers."""

    terms: list[list[str]]
    asked: list[tuple[list[str], int]]
    document: list[int]


class Engine(Protocol):
    """What is compared."""

    def add(self, numbers: Sequence[int]) -> None:
        """Index passages and commit."""

    def remove(self, numbers: Sequence[int]) -> None:
        """Take passages out and commit."""

    def search(self, terms: list[str]) -> list[int]:
        """Return the numbers of the best passages."""


class Packed:
    """Packed postings, as t2vqa has them."""

    def __init__(self, folder: Path, cut: Cut) -> None:
        self._cut = cut
        self._connection = _database(folder, lexical.TABLES)
        lexical.search_terms = lambda text: cut.terms[int(text)] if text else []

    def add(self, numbers: Sequence[int]) -> None:
        """See `Engine`."""
        self._change(lexical.add_passages, numbers)

    def remove(self, numbers: Sequence[int]) -> None:
        """See `Engine`."""
        self._change(lexical.remove_passages, numbers)

    def search(self, terms: list[str]) -> list[int]:
        """See `Engine`."""
        found = lexical.search(self._connection, terms, DEPTH, len(self._cut.terms))
        return [number for number, _ in found[:DEPTH]]

    def write_out(self) -> None:
        """Put what is in SQLite's log into its file."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _change(self, change: Callable[..., None], numbers: Sequence[int]) -> None:
        self._connection.execute("BEGIN")
        change(self._connection, [(number, "", str(number)) for number in numbers])
        self._connection.execute("COMMIT")


class FTS5:
    """SQLite's full-text index, over terms parted by spaces."""

    common_share = 1.0

    def __init__(self, folder: Path, cut: Cut) -> None:
        self._cut = cut
        self._connection = _database(
            folder,
            "CREATE VIRTUAL TABLE words USING fts5 (body, content='', tokenize=\"unicode61 "
            "remove_diacritics 0 categories 'L* M* N* P* S* C*'\");\n"
            "CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);\n",
        )

    def add(self, numbers: Sequence[int]) -> None:
        """See `Engine`."""
        self._change("INSERT INTO words (rowid, body) VALUES (?, ?)", numbers)

    def remove(self, numbers: Sequence[int]) -> None:
        """See `Engine`."""
        self._change("INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)", numbers)

    def search(self, terms: list[str]) -> list[int]:
        """See `Engine`."""
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in self._chosen(terms))
        rows = self._connection.execute(
            "SELECT rowid, bm25(words) AS score FROM words WHERE words MATCH ? "
            "ORDER BY score, rowid LIMIT ?",
            (match, DEPTH),
        )
        return [row[0] for row in rows]

    def _chosen(self, terms: list[str]) -> list[str]:
        distinct = list(dict.fromkeys(terms))
        if self.common_share == 1.0:
            return distinct
        query = "SELECT doc FROM vocabulary WHERE term = ?"
        held = {term: self._connection.execute(query, (term,)).fetchone() for term in distinct}
        most = self.common_share * len(self._cut.terms)
        rarer = [term for term in distinct if held[term] and held[term][0] <= most]
        return rarer or distinct

    def write_out(self) -> None:
        """Put what is in SQLite's log into its file."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _change(self, statement: str, numbers: Sequence[int]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(
            statement, ((number, " ".join(self._cut.terms[number])) for number in numbers)
        )
        self._connection.execute("COMMIT")


class FTS5RarerTerms(FTS5):
    """The same without common terms."""

    common_share = 0.25


class Tantivy:
    """tantivy, a search library in Rust, by its Python package."""

    def __init__(self, folder: Path, cut: Cut) -> None:
        import tantivy

        self._cut, self._tantivy = cut, tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True, indexed=True, fast=True)
        builder.add_text_field("body", tokenizer_name="spaces", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("spaces", spaces)
        self._writer = self._index.writer(heap_size=64_000_000, num_threads=1)

    def add(self, numbers: Sequence[int]) -> None:
        """See `Engine`."""
        for number in numbers:
            document = self._tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("body", " ".join(self._cut.terms[number]))
            self._writer.add_document(document)
        self._commit()

    def remove(self, numbers: Sequence[int]) -> None:
        """See `Engine`."""
        for number in numbers:
            self._writer.delete_documents("number", number)
        self._commit()

    def search(self, terms: list[str]) -> list[int]:
        """See `Engine`."""
        query, occur = self._tantivy.Query, self._tantivy.Occur.Should
        parts = [
            (occur, query.term_query(self._schema, "body", term, index_option="freq"))
            for term in dict.fromkeys(terms)
        ]
        searcher = self._index.searcher()
        hits = searcher.search(query.boolean_query(parts), DEPTH).hits
        return [searcher.doc(address)["number"][0] for _, address in hits]

    def _commit(self) -> None:
        self._writer.commit()
        self._index.reload()


ENGINES: dict[str, Any] = {
    "packed postings": Packed,
    "FTS5": FTS5,
    "FTS5, rarer terms": FTS5RarerTerms,
    "tantivy": Tantivy,
}


def cut_passages(count: int) -> Cut:
    """Cut about so many passages into terms."""
    terms: list[list[str]] = []
    documents: list[int] = []
    paths: dict[str, list[int]] = defaultdict(list)
    bodies: list[str] = []
    for number, document in enumerate(texts(count)):
        if len(terms) >= count:
            break
        for passage in passages_of(
            load_document(document.path, document.text.encode()), CHARACTERS
        ):
            paths[document.path].append(len(terms))
            terms.append(search_terms(passage.context) + search_terms(passage.text))
            documents.append(number)
            bodies.append(passage.text)
    asked = []
    for fact in questions(documents[-1], ASKED):
        place = next(number for number in paths[fact.path] if fact.value in bodies[number])
        asked.append((search_terms(fact.question), place))
    return Cut(terms, asked, documents)


def by_the_formula(cut: Cut) -> list[list[int]]:
    """Return the best passages of each question by BM25, worked out without an index."""
    lengths = np.array([len(terms) for terms in cut.terms], np.float64)
    wanted = {term for terms, _ in cut.asked for term in terms}
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, terms in enumerate(cut.terms):
        for term, times in Counter(term for term in terms if term in wanted).items():
            postings[term].append((number, times))
    norms = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
    columns = {
        term: tuple(np.array(column) for column in zip(*held, strict=True))
        for term, held in postings.items()
    }
    found = []
    for terms, _ in cut.asked:
        scores = np.zeros(len(lengths))
        for term in dict.fromkeys(terms):
            if term in columns:
                numbers, times = columns[term]
                holding = len(numbers)
                rarity = math.log((len(lengths) - holding + 0.5) / (holding + 0.5))
                scores[numbers] += max(rarity, 1e-6) * times * 2.2 / (times + norms[numbers])
        found.append(np.argsort(-scores, kind="stable")[:DEPTH].tolist())
    return found


def measure(name: str, cut: Cut, expected: list[list[int]], folder: Path) -> Row:
    """Return the figures of one engine."""
    before = megabytes_resident()
    engine: Engine = ENGINES[name](folder, cut)
    began = time.perf_counter()
    engine.add(range(len(cut.terms)))
    built = time.perf_counter() - began
    for terms, _ in cut.asked[:20]:
        engine.search(terms)
    seconds, found = [], []
    for terms, _ in cut.asked:
        began = time.perf_counter()
        found.append(engine.search(terms))
        seconds.append(time.perf_counter() - began)
    resident = megabytes_resident() - before
    updates = [_update(engine, cut, number) for number in range(UPDATES)]
    if isinstance(engine, Packed | FTS5):
        engine.write_out()
    middle, late = milliseconds(seconds)
    places = [place for _, place in cut.asked]
    return {
        "engine": name,
        "passages": len(cut.terms),
        "build s": built,
        "question, median ms": middle,
        "question, p95 ms": late,
        "update, median ms": median(updates) * 1000,
        "memory MB": resident,
        "disk bytes a passage": _size(folder) / len(cut.terms),
        "agreement": float(
            np.mean(
                [len({*ours} & {*best}) / DEPTH for ours, best in zip(found, expected, strict=True)]
            )
        ),
        "hit at 1": float(
            np.mean([place in ours[:1] for ours, place in zip(found, places, strict=True)])
        ),
        "hit at 10": float(
            np.mean([place in ours[:10] for ours, place in zip(found, places, strict=True)])
        ),
    }


def _update(engine: Engine, cut: Cut, turn: int) -> float:
    document = cut.document[len(cut.document) * turn // UPDATES]
    numbers = [number for number, owner in enumerate(cut.document) if owner == document]
    began = time.perf_counter()
    engine.remove(numbers)
    engine.add(numbers)
    return time.perf_counter() - began


def _database(folder: Path, tables: str) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "index.sqlite3", isolation_level=None)
    connection.execute("PRAGMA page_size=8192")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for statement in tables.split(";\n"):
        connection.execute(statement)
    return connection


def _size(folder: Path) -> int:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3-wal"]
    return sum(path.stat().st_size for path in files)


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--only", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--terms", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure every engine and keep the table."""
    given = arguments()
    if given.only:
        cut, expected = pickle.loads(given.terms.read_bytes())  # noqa: S301  # our own
        # tantivy may still be merging when it is done with
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            row = measure(given.only, cut, expected, Path(folder))
        sys.stdout.buffer.write(pickle.dumps(row))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        terms = Path(folder) / "terms"
        cut = cut_passages(given.passages)
        terms.write_bytes(pickle.dumps((cut, by_the_formula(cut))))
        for name in ENGINES:
            command = [sys.executable, __file__, "--only", name, "--terms", str(terms)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            rows.append(pickle.loads(done.stdout))  # noqa: S301  # our own
            sys.stderr.write(f"{rows[-1]}\n")
    said = __doc__.split("\n\n")[2].replace("\n", " ")
    keep("lexical", "Lexical search", said, rows, (*LIBRARIES, "tantivy"))


if __name__ == "__main__":
    main()
