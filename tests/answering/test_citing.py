from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.answering.citing import CitationList
from t2vqa.documents.registry import load_document
from t2vqa.types import Span

DOCUMENTS = {
    "a.md": load_document("a.md", "# 甲\n\n第一句。第二句。\n\n- 项目𠮷一\n- 项目二\n".encode()),
    "b.txt": load_document("b.txt", b"Plain words.\n\nMore of them.\n"),
}
SPANS = st.tuples(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 15), st.integers(1, 12))


@given(st.lists(SPANS, min_size=1, max_size=12))
def test_every_quote_is_the_documents_own_words(places: list[tuple[str, int, int]]) -> None:
    citations = CitationList(DOCUMENTS.__getitem__)
    numbers = [citations.cite(path, Span(start, start + n), ()) for path, start, n in places]
    assert [citation.number for citation in citations.all()] == list(range(1, len(set(places)) + 1))
    for number, (path, start, n) in zip(numbers, places, strict=True):
        cited = citations.all()[number - 1]
        assert (cited.document, cited.start, cited.end) == (path, start, start + n)
        assert cited.quote == DOCUMENTS[path].text[cited.start : cited.end]


def test_a_span_is_cited_once_and_two_documents_apart() -> None:
    citations = CitationList(DOCUMENTS.__getitem__)
    first = citations.cite("a.md", Span(0, 3), ("节",))
    assert citations.cite("b.txt", Span(0, 3), ()) != first
    assert citations.cite("a.md", Span(0, 3), ("节",)) == first
    assert len(citations.all()) == 2


def test_a_citation_tells_where_it_stands() -> None:
    document = DOCUMENTS["a.md"]
    start = document.text.index("项目二")
    citations = CitationList(DOCUMENTS.__getitem__)
    citations.cite("a.md", Span(start, start + 3), ("甲",))
    (cited,) = citations.all()
    assert (cited.quote, cited.line, cited.title, cited.section) == ("项目二", 6, "甲", ("甲",))
    assert cited.sha256 == document.sha256


def test_a_citation_tells_which_version_it_is_of() -> None:
    document = replace(DOCUMENTS["b.txt"], modified="2026-01-02T03:04:05+00:00")
    citations = CitationList(lambda _: document)
    citations.cite("b.txt", Span(0, 5), ())
    (cited,) = citations.all()
    assert (cited.sha256, cited.modified) == (document.sha256, "2026-01-02T03:04:05+00:00")
    assert len(cited.sha256) == 64
