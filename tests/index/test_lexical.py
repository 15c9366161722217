"""Any term is found as itself, and taking passages out leaves no trace."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index import lexical
from t2vqa.index.schema import connect_writer, create_tables
from t2vqa.text.segmentation import search_terms

ROWS = [
    (1, "标题", "可灵 2.0 的毛利率为 3.5%，用 C++ 写成 😀"),
    (2, "标题", '他说 "and" 或者 NOT near* 都行'),
    (3, "可灵", "另一家公司的毛利率为 35%"),
    (4, "别处", "无关的内容，写得很长很长，没有什么可以找到的东西"),
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writer(tmp_path)) as connection:
        lexical.add_passages(connection, ROWS)
        yield connection


def found(connection: sqlite3.Connection, query: str, **options: object) -> list[int]:
    terms = search_terms(query)
    return [number for number, _ in lexical.search(connection, terms, 10, 4, **options)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("3.5%", [1]), ("35%", [3]), ("and", []), ("NEAR", [2]), ("C++", [1]), ("毛利率", [1, 3])],
)
def test_terms_are_found_as_they_are(
    connection: sqlite3.Connection, query: str, numbers: list[int]
) -> None:
    assert sorted(found(connection, query)) == numbers


@given(st.text(min_size=1, max_size=30), st.lists(st.text(max_size=10), max_size=5))
def test_no_term_breaks_a_query(text: str, others: list[str]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        create_tables(connection)
        lexical.add_passages(connection, [(1, "", text)])
        for term in [text, *others, '"', "*", "NEAR(a b)", "context : x", "^a", "-", "{x} : y"]:
            lexical.search(connection, [term], 5, 1)
        for term in search_terms(text):
            assert lexical.document_frequency(connection, [term]) == {term: 1}
            assert [row[0] for row in lexical.search(connection, [term], 5, 1)] == [1]


def test_scores_are_positive_and_sorted(connection: sqlite3.Connection) -> None:
    scores = [score for _, score in lexical.search(connection, search_terms("可灵毛利率"), 9, 4)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_ranges_narrow_the_search(connection: sqlite3.Connection) -> None:
    assert found(connection, "毛利率", ranges=[(2, 5)]) == [3]
    assert found(connection, "毛利率", ranges=[(1, 2), (4, 5)]) == [1]
    assert found(connection, "毛利率", ranges=[]) == []


def test_equal_scores_are_all_given(connection: sqlite3.Connection) -> None:
    lexical.add_passages(connection, [(number, "", "同样的句子") for number in range(10, 15)])
    rows = lexical.search(connection, search_terms("同样的句子"), 2, 9)
    assert [number for number, _ in rows] == [10, 11, 12, 13, 14]


def test_scores_are_those_of_the_formula(connection: sqlite3.Connection) -> None:
    texts = {number: search_terms(context) + search_terms(text) for number, context, text in ROWS}
    average = sum(map(len, texts.values())) / len(texts)
    terms = search_terms("可灵的毛利率为 3.5%，没有的词")

    def bm25(words: list[str]) -> float:
        score = 0.0
        for term in dict.fromkeys(terms):
            holding = sum(term in others for others in texts.values())
            idf = max(math.log((len(texts) - holding + 0.5) / (holding + 0.5)), 1e-6)
            count = words.count(term)
            norm = 1.2 * (0.25 + 0.75 * len(words) / average)
            score += idf * count * 2.2 / (count + norm)
        return score

    expected = {number: score for number, words in texts.items() if (score := bm25(words))}
    assert dict(lexical.search(connection, terms, 9, 4)) == pytest.approx(expected, rel=1e-5)


def test_numbers_far_apart_are_one_index(connection: sqlite3.Connection) -> None:
    lexical.add_passages(connection, [(50_000, "", "可灵远在别处"), (4096, "", "可灵近在眼前")])
    assert sorted(found(connection, "可灵")) == [1, 3, 4096, 50_000]
    assert found(connection, "可灵", ranges=[(4096, 4097), (50_000, 50_001)]) == [4096, 50_000]
    lexical.remove_passages(connection, [(50_000, "", "可灵远在别处")])
    assert sorted(found(connection, "可灵")) == [1, 3, 4096]


def test_a_term_repeated_without_end_counts_once_more_at_most(
    connection: sqlite3.Connection,
) -> None:
    lexical.add_passages(connection, [(9, "", "复读 " * 40), (10, "", "复读 " * 15)])
    assert lexical.document_frequency(connection, ["复读"]) == {"复读": 2}
    assert len(lexical.search(connection, ["复读"], 5, 6)) == 2


def test_taking_out_leaves_no_trace(connection: sqlite3.Connection, tmp_path: Path) -> None:
    lexical.remove_passages(connection, ROWS[1:3])
    with closing(connect_writer(tmp_path / "fresh")) as fresh:
        lexical.add_passages(fresh, [ROWS[0], ROWS[3]])
        terms = search_terms("可灵毛利率内容 and 35%")
        assert lexical.search(connection, terms, 9, 2) == lexical.search(fresh, terms, 9, 2)
        for table in ("lexical_postings", "lexical_lengths"):
            query = f"SELECT * FROM {table}"  # noqa: S608 (ours)
            assert connection.execute(query).fetchall() == fresh.execute(query).fetchall()


def test_which_passages_hold_a_term(connection: sqlite3.Connection) -> None:
    terms = search_terms("可灵的毛利率 别处 没有的词")
    held = lexical.holding(connection, terms, [4, 1, 3])
    for number, context, text in ROWS:
        of_this = set(search_terms(context) + search_terms(text)) & set(terms)
        found = {term for term, numbers in held.items() if number in numbers}
        assert found == (of_this if number != 2 else set())
    assert lexical.holding(connection, terms, []) == {}
