"""What an index holds and finds, apart from what depends on the order in which it was built."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from index_house import House

from t2vqa.index.reader import VectorSearch, open_reader
from t2vqa.index.schema import connect_reader
from t2vqa.index.vectors import open_collection
from t2vqa.text.segmentation import search_terms

QUESTIONS = ("云影的用户", "Northwind AND margin 3.5%", "主要风险", "收入占比")

_TABLES = {
    "documents": "SELECT path, title, date, source, sha256, titled, passages, names, body, "
    "checksum FROM documents d JOIN bodies b ON b.document = d.number",
    "passages": "SELECT p.id, d.path, p.start, p.content, "
    "v.vector, v.units, v.checksum FROM passages p JOIN documents d ON d.number = p.document "
    "JOIN vectors v ON v.key = p.vector_key",
    "skipped": "SELECT path, reason FROM skipped",
    "vectors": "SELECT key FROM vectors WHERE unused_since IS NULL",
    "terms": "SELECT term, sum(length(entries)) FROM lexical_postings GROUP BY term",
    "journal": "SELECT id FROM chroma_journal",
}


def contents(index: Path, *, chroma: bool = True) -> dict[str, list[Any]]:
    """Return what the tables say, and Chroma, without what depends on the order of writing."""
    with closing(connect_reader(index)) as connection:
        found = {
            name: sorted(connection.execute(query), key=repr) for name, query in _TABLES.items()
        }
        ranges = connection.execute(
            "SELECT d.first_passage, d.passages, min(p.number), max(p.number) FROM documents d "
            "JOIN passages p ON p.document = d.number GROUP BY d.number"
        ).fetchall()
        assert all((first, first + many - 1) == (low, high) for first, many, low, high in ranges)
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        for table in ("documents", "passages"):
            assert int(meta[table]) == len(found[table])
    if chroma:
        found["chroma"] = _chroma(index)
    return found


def _chroma(index: Path) -> list[Any]:
    found = open_collection(index).get(include=["embeddings"])
    return sorted(
        (name, [round(float(one), 4) for one in vector])
        for name, vector in zip(found["ids"], found["embeddings"], strict=True)
    )


class Scores(dict[str, float]):
    """Scores that are equal but for the rounding of single precision."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scores) and dict(self) == pytest.approx(dict(other), abs=1e-5)

    __hash__ = None  # type: ignore[assignment]  # as of any dict


def answers(
    house: House,
    questions: Sequence[str] = QUESTIONS,
    search: VectorSearch = VectorSearch.CHROMA,
) -> list[Any]:
    """Return what searches find, the dense one widened to all passages."""
    found: list[Any] = []
    with (
        closing(open_reader(house.index, house.embedder.name, search)) as reader,
        reader.snapshot() as state,
    ):
        for question in questions:
            (vector,) = house.embedder.embed_queries([question])
            dense = state.dense(vector, state.passage_count)
            assert len(dense) == state.passage_count
            found.append(Scores(dense))
            found.append(state.lexical(search_terms(question), state.passage_count))
            found.append(state.document_frequency(search_terms(question)))
        found.append(sorted((path, repr(name)) for path, name in state.names()))
    return found
