from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from t2vqa.answering.citing import CitationList, state_of
from t2vqa.documents.registry import load_document
from t2vqa.types import Citation, CitationChange, CitationState, Document, Span

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


def cited_in(text: str, quote: str) -> Citation:
    document = load_document("n.md", text.encode())
    start = document.text.index(quote)
    citations = CitationList(lambda _: document)
    block = next(block for block in document.blocks if block.span.end > start)
    citations.cite("n.md", Span(start, start + len(quote)), block.section)
    return citations.all()[0]


def state_after(text: str, quote: str, edited: str) -> CitationState:
    return state_of(cited_in(text, quote), load_document("n.md", edited.encode()))


NOTE = "# 题\n\n## 甲\n\n收入一亿元。\n\n## 乙\n\n收入一亿元。利润二亿元。\n"


def test_words_that_stand_where_they_stood_are_current() -> None:
    state = state_after(NOTE, "利润二亿元", NOTE + "\n又一段。\n")
    assert state.change is CitationChange.CURRENT
    assert state.document == "n.md"


def test_words_that_stand_elsewhere_are_moved_and_found_there() -> None:
    edited = NOTE.replace("## 甲", "前言多出一段。\n\n## 甲")
    state = state_after(NOTE, "利润二亿元", edited)
    assert state.change is CitationChange.MOVED
    assert state.span is not None
    assert state.span.of(load_document("n.md", edited.encode()).text) == "利润二亿元"


def test_of_equal_words_those_under_the_same_heading_are_the_ones() -> None:
    edited = NOTE.replace("## 甲", "很长很长很长很长很长很长的前言。\n\n## 甲")
    text = load_document("n.md", edited.encode()).text
    for heading, quote in (("甲", cited_in(NOTE, "收入一亿元。")), ("乙", second_of_two())):
        state = state_of(quote, load_document("n.md", edited.encode()))
        assert state.span is not None
        nearest = max("甲乙", key=lambda name: text.rfind(f"{name}\n", 0, state.span.start))
        assert nearest == heading


def second_of_two() -> Citation:
    document = load_document("n.md", NOTE.encode())
    start = document.text.rindex("收入一亿元。")
    citations = CitationList(lambda _: document)
    citations.cite("n.md", Span(start, start + 6), ("乙",))
    return citations.all()[0]


def test_words_that_are_no_more_are_changed_and_without_the_document_gone() -> None:
    state = state_after(NOTE, "利润二亿元", NOTE.replace("二亿", "三亿"))
    assert (state.change, state.span) == (CitationChange.CHANGED, None)
    assert state_of(cited_in(NOTE, "利润二亿元"), None).change is CitationChange.GONE


def test_in_a_renamed_document_words_have_moved() -> None:
    state = state_of(cited_in(NOTE, "利润二亿元"), load_document("m.md", NOTE.encode()))
    assert (state.change, state.document) == (CitationChange.MOVED, "m.md")


@given(st.text("甲乙。\n ", max_size=40), SPANS)
def test_a_state_never_points_at_other_words(edited: str, place: tuple[str, int, int]) -> None:
    _, start, length = place
    citations = CitationList(DOCUMENTS.__getitem__)
    citations.cite("a.md", Span(start, start + length), ())
    (cited,) = citations.all()
    assume(cited.quote)
    document = Document("a.md", edited, (), "t")
    state = state_of(cited, document)
    found = state.change in (CitationChange.CURRENT, CitationChange.MOVED)
    assert found == (state.span is not None)
    assert found == (cited.quote in edited)
    if state.span is not None:
        assert state.span.of(edited) == cited.quote
