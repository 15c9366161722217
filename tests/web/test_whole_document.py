from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.documents.registry import load_document
from t2vqa.types import Document, Span
from t2vqa.web import whole_document
from t2vqa.web.shown import Place, PlaceKind
from t2vqa.web.whole_document import WholeDocument
from t2vqa.web.whole_html import Reading, whole_html
from t2vqa.web.wording import CHINESE

WORDS = "甲乙丙丁戊己庚辛"


def read(text: str) -> Document:
    return load_document("a.md", text.encode())


def page_of(opened: WholeDocument, reading: Reading | None = None) -> str:
    return whole_html(opened, reading or Reading(), "", "", CHINESE)


def words_of(page: str) -> str:
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]*>", "", page)))


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_document, "PART", 300)


def long_document(chapters: int = 30) -> Document:
    parts = [f"## 第{n}章\n\n{WORDS * 8}{n}号\n" for n in range(chapters)]
    return read("# 书\n\n" + "\n".join(parts))


def test_a_short_document_is_there_whole_with_its_end_and_its_numbers() -> None:
    document = read(
        "# 书\n\n开头。\n\n1. 一项\n2. 二项\n\n"
        "| 甲 | 乙 |\n|---|---|\n| 3 | 4 |\n\n```\nx < y\n```\n"
    )
    page = page_of(WholeDocument(document))
    assert words_of(page) == "书开头。1.一项2.二项甲乙34x<y全文完"
    assert "t2-further" not in page
    assert "t2-toc" not in page


def test_headings_are_listed_and_lead_to_their_places() -> None:
    document = long_document(5)
    page = page_of(WholeDocument(document))
    hrefs = re.findall(r'<a href="#at-(\d+)">(.*?)</a>', page)
    assert [words for _, words in hrefs] == ["书", *(f"第{n}章" for n in range(5))]
    for offset, words in hrefs:
        assert document.text[int(offset) :].startswith(words)
        assert f'data-at="{offset}"' in page


def test_of_very_many_headings_the_upper_levels_are_listed() -> None:
    text = "".join(f"# 部{n}\n\n" + "## 小节\n\n" * 50 for n in range(10))
    page = page_of(WholeDocument(read(text)))
    assert len(re.findall('href="#at-', page)) == 10
    assert CHINESE.source.contents_cut.format(count=10) in page


@pytest.mark.usefixtures("small_parts")
def test_a_long_document_is_read_through_from_part_to_part() -> None:
    opened = WholeDocument(long_document())
    seen = set()
    place, steps = Place(PlaceKind.AT, 0), 0
    while True:
        part = opened.part(place)
        seen.update(piece.span for piece in part.pieces)
        page = page_of(opened, Reading(place=place))
        assert page.count("data-here") == 1
        assert len(words_of(page)) < 1000
        if part.after is None:
            break
        place, steps = Place(PlaceKind.DOWN, part.after), steps + 1
    assert seen == {piece.span for piece in opened.pieces}
    assert steps > 3
    while (part := opened.part(place)).before is not None:
        place = Place(PlaceKind.UP, part.before)
    assert part.pieces[0] is opened.pieces[0]


@pytest.mark.usefixtures("small_parts")
def test_the_part_around_a_place_found_holds_it_marked() -> None:
    opened = WholeDocument(long_document())
    found = opened.found("１7号")
    assert len(found) == 1
    page = page_of(opened, Reading(found=found, hit=1))
    assert '<mark class="t2-hit t2-hit-now">17号</mark>' in page


def test_found_and_cited_words_may_overlap() -> None:
    document = read("甲乙丙丁")
    opened = WholeDocument(document)
    reading = Reading(Span(1, 3), None, opened.found("丙丁"), 0)
    page = page_of(opened, reading)
    assert (
        '甲<mark>乙</mark><mark class="t2-hit t2-hit-cited">丙</mark>'
        '<mark class="t2-hit">丁</mark>' in page
    )


def test_only_what_is_on_the_page_is_found() -> None:
    opened = WholeDocument(read("- 甲 | 乙\n- 丙\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"))
    assert len(opened.found("|")) == 1
    assert opened.found("-") == ()
    assert len(opened.found("1 2")) == 1


@given(st.text(max_size=300), st.data())
def test_a_plain_text_is_there_with_all_its_letters_and_none_is_markup(
    text: str, data: st.DataObject
) -> None:
    opened = WholeDocument(Document("a.txt", text, (), "t"))
    wanted = data.draw(st.sampled_from(text)) if text else "x"
    page = page_of(opened, Reading(found=opened.found(wanted), hit=1))
    body = page.split('class="t2-excerpt"', 1)[1].split(">", 1)[1]
    assert "<" not in re.sub(r"</?[a-z]+(?: [a-z-]+(?:=\"[^\"<>]*\")?)*>", "", body)
    letters = "".join(c for c in text if c.isalnum())
    assert "".join(c for c in words_of(body) if c.isalnum()).startswith(letters)


def test_a_paragraph_too_long_for_a_page_is_cut_in_pieces_without_loss() -> None:
    text = "\n".join(WORDS * 20 for _ in range(400))
    opened = WholeDocument(Document("a.txt", text, (), "t"))
    document = Document("b.txt", WORDS * 5000, (), "t")
    assert sum(len(piece.span.of(text)) for piece in opened.pieces) == len(text.replace("\n", ""))
    cut = WholeDocument(document).pieces
    assert "".join(piece.span.of(document.text) for piece in cut) == document.text
    assert len(cut) > 5
