"""The page in a real Chromium, over the real service and the shipped corpus."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from page_support import DOCUMENTS, Served, ask, send
from playwright.sync_api import Page, expect

from t2vqa.errors import CorpusError
from t2vqa.types import Answer, BuildReport
from t2vqa.web.wording import CHINESE, ENGLISH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
]

OpenPage = Callable[..., Page]

RISKS = "石斛集团有哪些主要风险？"
REVENUE = "石斛集团2024年营业收入是多少？"
NOT_THERE = "茅台的市盈率是多少？"


def marked(page: Page) -> str:
    expect(page.locator("#t2-source mark").first).to_be_visible()
    return "".join(page.locator("#t2-source mark").all_text_contents())


def without_separators(text: str) -> str:
    return re.sub(r"[|\s]", "", text)


def switch_to_english(page: Page) -> None:
    page.locator("#t2-open-settings").click()
    page.locator("#t2-language label").nth(1).click()
    expect(page.locator("#t2-heading h1")).to_have_text(ENGLISH.title)


def test_an_answer_comes_in_pieces_with_its_citations(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    whole = served.desk.service.ask(RISKS)
    served.desk.answering.clear()
    send(page, RISKS)
    part = page.locator("#t2-chat .t2-answer")
    expect(part).to_be_visible()
    first = part.inner_text()
    served.desk.answering.set()
    last = whole.citations[-1].quote
    expect(part).to_contain_text(last)
    assert last not in first
    expect(part.locator("a.t2-cite")).to_have_count(len(re.findall(r"\[\d+\]", whole.text)))


def test_a_click_on_a_number_opens_its_source_with_the_cited_words_marked(
    open_page: OpenPage, served: Served
) -> None:
    page = open_page()
    row = ask(page, RISKS)
    citation = served.desk.service.ask(RISKS).citations[-1]
    row.locator("a.t2-cite", has_text=f"[{citation.number}]").first.click()
    expect(page.locator("#t2-source h3")).to_have_text(citation.title)
    assert without_separators(marked(page)) == without_separators(citation.quote)
    for fact in (citation.document, "2024-05-01", "自制", f"第 {citation.line} 行"):
        expect(page.locator("#t2-source .t2-facts")).to_contain_text(fact)
    expect(page.locator("#t2-source .t2-trail")).to_have_text(" › ".join(citation.section))
    expect(page.locator("#t2-source mark").first).to_be_in_viewport()
    expect(page.locator("#t2-source .t2-excerpt")).to_contain_text("汇率波动")


def test_citations_are_leafed_through_and_closed(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    row = ask(page, RISKS)
    citations = served.desk.service.ask(RISKS).citations
    assert len(citations) > 1
    row.locator("a.t2-cite", has_text="[1]").first.click()
    total = len(citations)
    counter = page.locator("#t2-counter")
    expect(counter).to_have_text(CHINESE.citation_of.format(number=1, total=total))
    expect(page.locator("#t2-previous")).to_be_disabled()
    page.locator("#t2-following").click()
    expect(counter).to_have_text(CHINESE.citation_of.format(number=2, total=total))
    assert without_separators(marked(page)) == without_separators(citations[1].quote)
    page.locator("#t2-previous").click()
    expect(counter).to_have_text(CHINESE.citation_of.format(number=1, total=total))
    page.locator("#t2-close").click()
    expect(page.locator("#t2-source")).to_have_text(CHINESE.source_empty)


def test_links_work_by_keyboard_and_in_earlier_answers(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    earlier = ask(page, REVENUE)
    ask(page, RISKS)
    earlier = page.locator("#t2-chat .bot-row").first
    earlier.locator("a.t2-cite").first.focus()
    page.keyboard.press("Enter")
    quote = served.desk.service.ask(REVENUE).citations[0].quote
    assert without_separators(marked(page)) == without_separators(quote)
    expect(earlier.locator("a.t2-cite").first).to_have_class(re.compile("t2-open"))


def test_examples_come_from_the_corpus_and_can_be_asked(
    open_page: OpenPage, served: Served
) -> None:
    page = open_page()
    questions = served.desk.service.example_questions()
    assert questions
    examples = page.locator("#t2-chat .example")
    expect(examples).to_have_text(list(questions))
    examples.first.click()
    expect(page.locator("#t2-chat .user-row")).to_have_text(re.compile(re.escape(questions[0])))
    expect(page.locator("#t2-chat .t2-answer")).to_be_visible()


def test_a_refusal_is_calm_and_offers_the_nearest_passages(
    open_page: OpenPage, served: Served
) -> None:
    page = open_page()
    row = ask(page, NOT_THERE)
    answer = served.desk.service.ask(NOT_THERE)
    assert answer.refused
    expect(row.locator(".t2-refused")).to_contain_text(CHINESE.refused)
    row.locator("a.t2-look").first.click()
    nearest = answer.passages[0].passage
    expect(page.locator("#t2-source h3")).to_have_text(nearest.title)
    row.locator(".t2-seen a").click()
    rows = page.locator("#t2-source .t2-looked-at tbody tr")
    expect(rows).to_have_count(len(answer.passages))


def test_the_page_speaks_the_other_language(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#t2-question textarea")).to_have_attribute(
        "placeholder", CHINESE.ask_placeholder
    )
    switch_to_english(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#t2-question textarea")).to_have_attribute(
        "placeholder", ENGLISH.ask_placeholder
    )
    expect(page).to_have_title(ENGLISH.title)
    expect(page.locator("#t2-rebuild")).to_have_text(ENGLISH.rebuild)
    expect(page.locator("#t2-status")).to_contain_text("documents")
    expect(page.locator("#t2-chat .example")).to_have_text(
        list(served.desk.service.example_questions(language="en"))
    )
    row = ask(page, NOT_THERE)
    expect(row).to_contain_text(ENGLISH.refused)
    page.locator("#t2-language label").nth(0).click()
    expect(page.locator("#t2-chat .bot-row")).to_contain_text(CHINESE.refused)


def test_stop_leaves_the_answer_as_far_as_it_came(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    served.desk.answering.clear()
    send(page, RISKS)
    expect(page.locator("#t2-chat .t2-answer")).to_be_visible()
    page.locator("#t2-question .stop-button").click()
    row = page.locator("#t2-chat .bot-row").last
    expect(row).to_contain_text(CHINESE.stopped)
    expect(page.locator("#t2-question .submit-button")).to_be_visible()
    served.desk.open_gates()
    ask(page, REVENUE)
    first = page.locator("#t2-chat .bot-row").first
    expect(first).to_contain_text(CHINESE.stopped)
    expect(first).not_to_contain_text(served.desk.service.ask(RISKS).citations[-1].quote)


def test_clear_forgets_everything_even_in_the_middle_of_an_answer(
    open_page: OpenPage, served: Served
) -> None:
    page = open_page()
    ask(page, REVENUE).locator("a.t2-cite").first.click()
    expect(page.locator("#t2-source mark").first).to_be_visible()
    served.desk.answering.clear()
    send(page, RISKS)
    expect(page.locator("#t2-chat .bot-row")).to_have_count(2)
    expect(page.locator("#t2-question .stop-button")).to_be_visible()
    page.locator("#t2-chat .top-panel button").last.click()
    expect(page.locator("#t2-chat .bot-row")).to_have_count(0)
    expect(page.locator("#t2-chat .example").first).to_be_visible()
    expect(page.locator("#t2-source")).to_have_text(CHINESE.source_empty)
    served.desk.open_gates()
    row = ask(page, REVENUE)
    expect(page.locator("#t2-chat .bot-row")).to_have_count(1)
    expect(row.locator("a.t2-cite").first).to_have_attribute("href", "#cite-0-1")


def test_copying_an_answer_gives_plain_text_with_its_sources(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, RISKS)
    page.locator("#t2-chat .message-buttons-left button").first.click()
    copied = ""
    for _ in range(100):  # the chat copies its HTML first
        copied = page.evaluate("navigator.clipboard.readText()")
        if "石斛集团 纪要.md" in copied:
            break
        page.wait_for_timeout(100)
    assert "汇率波动" in copied
    assert "[1]" in copied
    assert not re.search(r"<[a-z]|&#", copied)


def test_a_hostile_document_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page()
    row = ask(page, "险恶公司有哪些风险？")
    expect(row).to_contain_text("<script>window.hacked = 1</script>")
    row.locator("a.t2-cite").first.click()
    source = page.locator("#t2-source")
    expect(source.locator("h3")).to_have_text("险恶<script>window.hacked = 1</script>公司")
    expect(source).to_contain_text('<iframe src="http://evil.example/frame"></iframe>')
    row = ask(page, "险恶公司的总部位于哪里？")
    expect(row).to_contain_text('<img src=x onerror="window.hacked = 1">')
    row = ask(
        page, "<img src=x onerror='window.hacked=1'> ![x](http://evil.example/q.png) **险恶**"
    )
    expect(page.locator("#t2-chat .user-row").last).to_contain_text("![x](http://evil.example")
    row.locator(".t2-seen a").click()
    expect(page.locator("#t2-source .t2-looked-at tbody tr").first).to_be_visible()
    for tag in ("script", "img", "iframe"):
        assert page.locator(f".t2-answer {tag}, .t2-question {tag}, #t2-source {tag}").count() == 0
    hrefs = page.locator("#t2-desk a").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    assert all(href.startswith("#") for href in hrefs)


def test_too_long_a_question_gets_a_plain_message(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    row = ask(page, "长" * (served.settings.max_question_characters + 1))
    expect(row).to_contain_text("不能过长")
    expect(row.locator("details")).to_contain_text("Shorten it")
    expect(ask(page, REVENUE)).to_contain_text("8.5")


def test_an_empty_question_is_not_sent(open_page: OpenPage) -> None:
    page = open_page()
    send(page, "   ")
    expect(page.locator(".toast-body")).to_contain_text(CHINESE.empty_question)
    expect(page.locator("#t2-chat .bot-row")).to_have_count(0)


def test_the_unexpected_shows_no_traceback(
    open_page: OpenPage, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Iterator[Answer]:
        raise RuntimeError("secret detail")
        yield

    monkeypatch.setattr(served.desk, "stream", broken)
    row = ask(open_page(), REVENUE)
    expect(row).to_contain_text(CHINESE.failure)
    expect(row).not_to_contain_text("secret")


def test_the_status_line_tells_what_the_index_holds(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    status = served.desk.service.status()
    line = page.locator("#t2-status")
    expect(line).to_contain_text(f"{status.documents} 份文档 · {status.passages} 个段落")
    line.locator("summary").click()
    expect(line.locator("li")).to_have_count(len(status.skipped))
    expect(line.locator("li", has_text="坏文件.md")).to_contain_text("二进制")


def test_after_an_edit_a_rebuild_makes_the_answers_follow(
    open_page: OpenPage, served: Served
) -> None:
    question = "银杏集团2024年营业收入是多少？"
    page = open_page()
    first = ask(page, question)
    expect(first).to_contain_text("3.3")
    edited = DOCUMENTS["银杏集团.md"].replace("3.3 亿元", "4.4 亿元")
    (served.corpus / "银杏集团.md").write_text(edited, encoding="utf-8")
    page.locator("#t2-rebuild").click()
    report = page.locator("#t2-report")
    expect(report).to_contain_text(CHINESE.edited, timeout=120_000)
    expect(report).to_contain_text("银杏集团.md")
    expect(report).to_contain_text("坏文件.md")
    expect(page.locator("#t2-rebuild")).to_be_enabled()
    expect(ask(page, question)).to_contain_text("4.4")
    page.locator("#t2-chat .bot-row").first.locator("a.t2-cite").first.click()
    expect(page.locator("#t2-source .t2-note")).to_have_text(CHINESE.source_changed)
    assert "3.3" in marked(page)


def test_a_change_not_yet_indexed_is_announced(open_page: OpenPage, served: Served) -> None:
    added = served.corpus / "新来的.md"
    added.write_text("# 新来的\n\n一句话。\n", encoding="utf-8")
    try:
        page = open_page()
        expect(page.locator("#t2-status .t2-stale")).to_have_text(CHINESE.stale.format(count=1))
    finally:
        added.unlink()


def test_questions_are_answered_during_a_rebuild(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    served.desk.rebuilding.clear()
    page.locator("#t2-rebuild").click()
    expect(page.locator("#t2-rebuild")).to_be_disabled()
    expect(ask(page, REVENUE)).to_contain_text("8.5")
    expect(page.locator("#t2-rebuild")).to_be_disabled()
    served.desk.rebuilding.set()
    expect(page.locator("#t2-report")).to_contain_text(CHINESE.rebuilt_nothing, timeout=120_000)
    expect(page.locator("#t2-rebuild")).to_be_enabled()


def test_a_rebuild_that_fails_says_so(
    open_page: OpenPage, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> BuildReport:
        raise CorpusError("The folder is gone.")

    monkeypatch.setattr(served.desk, "rebuild", failing)
    page = open_page()
    page.locator("#t2-rebuild").click()
    expect(page.locator("#t2-report")).to_contain_text("资料文件夹")
    expect(page.locator("#t2-rebuild")).to_be_enabled()


def test_two_sessions_do_not_mix(open_page: OpenPage) -> None:
    mine, yours = open_page(), open_page()
    ask(mine, REVENUE)
    ask(yours, RISKS)
    expect(mine.locator("#t2-chat .bot-row")).to_have_count(1)
    expect(mine.locator("#t2-chat")).not_to_contain_text("汇率波动")
    expect(yours.locator("#t2-chat")).not_to_contain_text("8.5")
    switch_to_english(yours)
    mine.locator("#t2-chat a.t2-cite").first.click()
    assert "8.5" in marked(mine)
    expect(mine.locator("#t2-heading h1")).to_have_text(CHINESE.title)
    yours.locator("#t2-chat a.t2-cite").last.click()
    assert "风险" in marked(yours)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_source_slides_over_the_chat(open_page: OpenPage, scheme: str) -> None:
    page = open_page(width=390, height=844, scheme=scheme)
    expect(page.locator("#t2-source-pane")).not_to_be_visible()
    row = ask(page, RISKS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row.locator("a.t2-cite").last.click()
    expect(page.locator("#t2-source mark").first).to_be_in_viewport()
    page.screenshot(path=f"tests/artefacts/phone-source-{scheme}.png")
    page.locator("#t2-close").click()
    expect(page.locator("#t2-source-pane")).not_to_be_visible()
