"""The pane of sources in a real Chromium: cards, keys, whole documents and the search in them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from page_support import DOCUMENTS, Served
from playwright.sync_api import Locator, Page, expect

from t2vqa.web import whole_document
from t2vqa.web.wording import CHINESE, ENGLISH, Wording

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
]

OpenPage = Callable[..., Page]

RISKS = "石斛集团有哪些主要风险？"
REVENUE = "石斛集团2024年营业收入是多少？"
HOSTILE = "险恶公司有哪些风险？"
DESK, PHONE = (1440, 900), (390, 844)


def ask(page: Page, question: str) -> Locator:
    before = page.locator("#t2-chat .bot-row").count()
    page.locator("#t2-question textarea").fill(question)
    page.locator("#t2-question textarea").press("Enter")
    expect(page.locator("#t2-chat .bot-row")).to_have_count(before + 1)
    expect(page.locator("#t2-question .submit-button")).to_be_visible()
    row = page.locator("#t2-chat .bot-row").last
    expect(row.locator(".t2-answer")).to_be_visible()
    return row


def in_english(page: Page) -> None:
    page.locator("#t2-open-settings").click()
    page.locator("#t2-language label").nth(1).click()
    expect(page.locator("#t2-heading h1")).to_have_text(ENGLISH.title)
    page.keyboard.press("Escape")


def open_whole(page: Page, link: Locator) -> None:
    link.click()
    expect(page.locator("#t2-source mark").first).to_be_in_viewport()
    page.locator("#t2-whole").click()
    expect(page.locator(".t2-whole")).to_be_visible()


def find(page: Page, wanted: str) -> None:
    box = page.locator("#t2-find").locator("textarea, input")
    box.fill(wanted)
    box.press("Enter")


def hits(page: Page, words: Wording, number: int, total: int) -> None:
    expect(page.locator(".t2-hits")).to_have_text(
        words.source.hits.format(number=number, total=total)
    )


def focus_is_in(page: Page, selector: str) -> None:
    page.wait_for_function("s => document.activeElement.closest(s) !== null", arg=selector)


def shot(page: Page, name: str) -> None:
    page.screenshot(path=f"tests/artefacts/source-{name}.png")


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_card_says_what_a_citation_cites(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    link = ask(page, RISKS).locator("a.t2-cite").first
    citation = served.desk.service.ask(RISKS).citations[0]
    card = page.locator("#t2-card")
    expect(card).to_be_hidden()
    link.hover()
    expect(card).to_be_visible()
    for said in (citation.title, f"第 {citation.line} 行", citation.quote):
        expect(card).to_contain_text(said)
    expect(link).to_have_attribute("aria-describedby", "t2-card")
    shot(page, "card")
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_have_attribute("title", re.compile(re.escape(citation.quote)))
    page.mouse.move(2, 2)
    link.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(card).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#t2-source mark").first).to_be_in_viewport()
    expect(card).to_be_hidden()


def test_the_card_of_a_hostile_document_is_text(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, HOSTILE).locator("a.t2-cite").first.hover()
    card = page.locator("#t2-card")
    expect(card).to_contain_text("<script>")
    assert card.locator(":scope > p *").count() == 0
    shot(page, "card-hostile")


def test_keys_go_through_the_citations_of_all_answers(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    ask(page, RISKS)
    ask(page, REVENUE)
    total = len(served.desk.service.ask(RISKS).citations)
    page.keyboard.type("j")
    expect(page.locator("#t2-question textarea")).to_have_value("j")
    page.locator("#t2-question textarea").fill("")
    page.locator("#t2-heading h1").click()
    page.keyboard.press("j")
    article = page.locator("article.t2-source")
    expect(article).to_have_attribute("data-href", "#cite-1-1")
    page.keyboard.press("k")
    expect(article).to_have_attribute("data-href", f"#cite-0-{total}")
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(article).to_have_attribute("data-href", f"#cite-0-{total - 2}")
    expect(page.locator("#t2-counter")).to_contain_text(
        CHINESE.citation_of.format(number=total - 2, total=total)
    )
    page.keyboard.press("Escape")
    expect(page.locator("#t2-source")).to_have_text(CHINESE.source_empty)
    focus_is_in(page, f'a[href="#cite-0-{total - 2}"]')
    page.keyboard.press("k")
    expect(article).to_have_attribute("data-href", re.compile("#cite-1-"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_whole_document_is_searched(
    open_page: OpenPage, size: tuple[int, int], words: Wording, scheme: str
) -> None:
    page = open_page(*size, scheme=scheme)
    if words is ENGLISH:
        in_english(page)
    link = ask(page, RISKS).locator("a.t2-cite").first
    open_whole(page, link)
    expect(page.locator(".t2-excerpt mark").first).to_be_in_viewport()
    expect(page.locator(".t2-excerpt")).to_contain_text("营业收入为 8.5 亿元")
    find(page, "风险")
    total = DOCUMENTS["调研/石斛集团 纪要.md"].count("风险")
    expect(page.locator(".t2-hit")).to_have_count(total)
    hits(page, words, 3, total)
    box = page.locator("#t2-find").locator("textarea, input")
    box.press("Enter")
    hits(page, words, 4, total)
    box.press("Shift+Enter")
    hits(page, words, 3, total)
    expect(box).to_have_value("风险")
    page.locator("#t2-hit-after").click()
    hits(page, words, 4, total)
    expect(page.locator(".t2-hit-now")).to_have_count(1)
    expect(page.locator(".t2-hit-now")).to_be_in_viewport()
    name = f"whole-{size[0]}-{words.language}-{scheme}"
    shot(page, name)
    fits(page)
    find(page, "１２％")
    hits(page, words, 1, 1)
    find(page, "没有这样的话")
    expect(page.locator(".t2-hits")).to_have_text(words.source.no_hit)
    fits(page)
    for control in ("whole", "previous", "following", "close", "hit-before", "hit-after"):
        assert page.locator(f"#t2-{control}").inner_text()
    page.locator("#t2-whole").click()
    expect(page.locator(".t2-whole")).to_have_count(0)
    expect(page.locator("#t2-source mark").first).to_be_in_viewport()
    shot(page, f"cited-{size[0]}-{words.language}-{scheme}")


def test_on_a_phone_the_focus_goes_into_the_source_and_back(open_page: OpenPage) -> None:
    page = open_page(*PHONE)
    link = ask(page, RISKS).locator("a.t2-cite").first
    open_whole(page, link)
    focus_is_in(page, "#t2-source-pane")
    page.locator("#t2-close").click()
    expect(page.locator("#t2-source-pane")).not_to_be_visible()
    focus_is_in(page, 'a[href="#cite-0-1"]')
    link.click()
    expect(page.locator("#t2-source mark").first).to_be_in_viewport()
    focus_is_in(page, ".t2-excerpt")


def test_a_long_document_is_on_the_page_in_parts(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_document, "PART", 60)
    page = open_page()
    open_whole(page, ask(page, RISKS).locator("a.t2-cite").first)
    excerpt = page.locator(".t2-excerpt")
    expect(excerpt).not_to_contain_text("8.5 亿元")
    up = page.get_by_role("button", name=CHINESE.source.further_up)
    up.click()
    expect(excerpt).to_contain_text("四项")
    up.click()
    expect(excerpt).to_contain_text("8.5 亿元")
    focus_is_in(page, ".t2-excerpt")
    find(page, "人才流失")
    hits(page, CHINESE, 1, 1)
    expect(page.locator(".t2-hit-now")).to_be_in_viewport()
    page.locator(".t2-toc summary").click()
    shot(page, "contents")
    page.locator(".t2-toc a", has_text="经营情况").click()
    expect(excerpt).to_contain_text("8.5 亿元")
    focus_is_in(page, ".t2-excerpt")


def test_a_hostile_document_is_text_whole_and_searched(open_page: OpenPage) -> None:
    page = open_page()
    open_whole(page, ask(page, HOSTILE).locator("a.t2-cite").first)
    find(page, "<SCRIPT>window")
    expect(page.locator(".t2-hit").first).to_be_visible()
    assert page.locator("#t2-source").locator("script, img, iframe, object").count() == 0
    assert page.locator("#t2-source a:not([href^='#at-'])").count() == 0
    find(page, "${1+1}{{value}}<img src=x onerror=window.hacked=1>")
    expect(page.locator(".t2-hits")).to_have_text(CHINESE.source.no_hit)
    shot(page, "hostile")


def test_escape_leaves_the_search_then_the_source(open_page: OpenPage) -> None:
    page = open_page()
    link = ask(page, RISKS).locator("a.t2-cite").nth(1)
    open_whole(page, link)
    page.locator("#t2-find").locator("textarea, input").focus()
    page.keyboard.press("Escape")
    focus_is_in(page, ".t2-excerpt")
    page.keyboard.press("Escape")
    expect(page.locator("#t2-source")).to_have_text(CHINESE.source_empty)
    focus_is_in(page, 'a[href="#cite-0-2"]')


def test_a_whole_document_is_shown_in_the_language_chosen_then(open_page: OpenPage) -> None:
    page = open_page()
    open_whole(page, ask(page, RISKS).locator("a.t2-cite").first)
    find(page, "风险")
    in_english(page)
    expect(page.locator(".t2-whole")).to_contain_text(ENGLISH.source.end)
    expect(page.locator("#t2-whole")).to_have_text(ENGLISH.source.back)
    hits(page, ENGLISH, 3, 6)
    shot(page, "english")
