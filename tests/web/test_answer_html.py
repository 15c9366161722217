from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.errors import ModelError
from t2vqa.types import (
    Answer,
    AnswerMode,
    Citation,
    CitationChange,
    Passage,
    ScoredPassage,
    Span,
    Timings,
)
from t2vqa.web.answer_html import answer_html, failure_html, rendered
from t2vqa.web.answer_markdown import answer_body_html, answer_plain_text
from t2vqa.web.conversation import Turn
from t2vqa.web.wording import CHINESE, ENGLISH

HOSTILE = (
    '<img src=x onerror="alert(1)"> <script>alert(1)</script> ![图](http://evil.example/x.png) '
    "[链接](http://evil.example) http://evil.example <http://evil.example> `code`"
)
ALLOWED_TAG = re.compile(
    r"</?(?:div|p|ul|ol|li|strong|em|table|thead|tbody|tr|th|td|sup|a|br|code|span|details|summary)"
    r"(?: (?:class|href|title|style|start)=\"[^\"<>]*\")*(?: /)?>"
)


def citation(number: int, title: str = "报告") -> Citation:
    return Citation(number, "a.md", title, ("风险",), 0, 2, "风险", line=3)


def answer(text: str, *citations: Citation, refused: bool = False) -> Answer:
    mode = AnswerMode.REFUSAL if refused else AnswerMode.EXTRACTIVE
    passage = Passage("p", "a.md", HOSTILE, (HOSTILE,), Span(0, 2), HOSTILE, "", ())
    hits = (ScoredPassage(passage, 0.5),)
    return Answer("问", text, refused, mode, (), citations, hits, Timings(1, 1))


def assert_inert(page: str) -> None:
    """Nothing is left of ``page`` but allowed tags, and its links lead within the page."""
    assert "\n" not in page
    assert "<" not in ALLOWED_TAG.sub("", page)
    assert all(href.startswith("#") for href in re.findall(r'href="([^"]*)"', page))


def test_markers_of_citations_become_links_and_other_numbers_stay_text() -> None:
    page = answer_html(
        answer("增长 **30%** [1][2]，见 [7]。", citation(1), citation(2)), 4, CHINESE
    )
    assert re.findall(r'href="([^"]*)"', page) == ["#cite-4-1", "#cite-4-2", "#seen-4-0"]
    assert "<strong>30%</strong>" in page
    assert "&#91;7&#93;" in page


def test_a_marker_that_the_answer_escaped_is_the_documents_own_and_no_link() -> None:
    page = answer_html(answer(r"原文写着 \[1\] 字样 [1]", citation(1)), 0, CHINESE)
    assert re.findall(r'href="#(cite|look)', page) == ["cite"]


def test_lists_and_tables_are_shown_as_such() -> None:
    text = "- 甲 [1]\n- 乙 [1]\n\n| 公司 | 代码 |\n|---|---|\n| 丙 [1] |  |"
    page = answer_html(answer(text, citation(1)), 0, CHINESE)
    assert page.count("<li>") == 2
    assert page.count("<td>") == 2
    assert page.count("t2-cite") == 3


@pytest.mark.parametrize("refused", [True, False])
def test_hostile_words_are_shown_and_do_nothing(refused: bool) -> None:
    page = answer_html(answer(HOSTILE, citation(1, HOSTILE), refused=refused), 0, CHINESE)
    assert_inert(page)
    assert "onerror" in page


@given(st.text(max_size=300), st.text(max_size=80), st.booleans())
def test_whatever_an_answer_says_it_is_inert(text: str, title: str, refused: bool) -> None:
    assert_inert(answer_html(answer(text, citation(1, title), refused=refused), 0, ENGLISH))


@given(st.text(max_size=300))
def test_whatever_is_asked_is_inert(question: str) -> None:
    assert_inert(rendered(Turn(question), 0, CHINESE).question_html)


def test_a_refusal_offers_the_nearest_passages() -> None:
    page = answer_html(answer("没有。", refused=True), 2, CHINESE)
    assert "#look-2-1" in page
    assert CHINESE.refused in page


def test_a_failure_is_told_in_the_pages_language_with_the_errors_own_words() -> None:
    page = failure_html(ModelError("No <model> here."), CHINESE)
    assert_inert(page)
    assert "向量模型" in page
    assert "No &#60;model&#62; here." in page


def test_an_unexpected_failure_tells_no_internals() -> None:
    page = failure_html(RuntimeError("secret"), ENGLISH)
    assert "secret" not in page
    assert "unexpected" in page


def test_copied_text_ends_with_what_its_numbers_mean() -> None:
    text = answer_plain_text(answer(r"**甲** 涨 3\-6% [1]", citation(1)))
    assert text == "甲 涨 3-6% [1]\n\n[1] 报告 › 风险 (a.md:3)"


def test_a_value_that_ends_in_a_sign_is_bold_before_a_chinese_word() -> None:
    assert "拿到了<strong>30%</strong>的份额" in answer_body_html(answer("拿到了**30%**的份额"), 0)


def test_citations_that_have_aged_are_set_apart_and_counted() -> None:
    said = answer("甲 [1]，乙 [2]，丙 [3]，丁 [4]。", *(citation(number) for number in range(1, 5)))
    aged = {2: CitationChange.MOVED, 3: CitationChange.CHANGED, 4: CitationChange.GONE}
    page = answer_html(said, 0, CHINESE, aged)
    classes = re.findall(r'class="(t2-cite[^"]*)" title="([^"]*)"', page)
    assert [css_class for css_class, _ in classes] == [
        "t2-cite",
        "t2-cite t2-cite-moved",
        "t2-cite t2-cite-changed",
        "t2-cite t2-cite-gone",
    ]
    assert [title.split(" ")[0] for _, title in classes[1:]] == [
        "位置已变",
        "原文已改动",
        "文档已删除",
    ]
    assert CHINESE.aged.format(count=2) in page
    assert_inert(page)


def test_words_that_only_moved_call_for_no_new_question() -> None:
    page = answer_html(answer("甲 [1]。", citation(1)), 0, CHINESE, {1: CitationChange.MOVED})
    assert "t2-aged" not in page
