"""Any term is found as itself, and taking passages out leaves no trace."""

from __future__ import annotations

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


def test_common_terms_are_left_out_where_rarer_ones_are_asked(
    connection: sqlite3.Connection,
) -> None:
    many = lexical.COMMON_FROM
    lexical.add_passages(connection, [(number, "", "常见词") for number in range(100, 100 + many)])
    terms = search_terms("常见词") + search_terms("可灵")
    rows = lexical.search(connection, terms, 10, many + 4)
    assert {number for number, _ in rows} == {1, 3}
    assert len(lexical.search(connection, search_terms("常见词"), 10, many + 4)) == many


def test_taking_out_leaves_no_trace(connection: sqlite3.Connection, tmp_path: Path) -> None:
    lexical.remove_passages(connection, ROWS[1:3])
    with closing(connect_writer(tmp_path / "fresh")) as fresh:
        lexical.add_passages(fresh, [ROWS[0], ROWS[3]])
        terms = search_terms("可灵毛利率内容 and 35%")
        assert lexical.search(connection, terms, 9, 2) == lexical.search(fresh, terms, 9, 2)
        vocabulary = "SELECT term, doc, cnt FROM lexical_terms ORDER BY term"
        assert connection.execute(vocabulary).fetchall() == fresh.execute(vocabulary).fetchall()
