"""Settings, keys, and a question that is asked again or otherwise, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_support import Served, ask
from playwright.sync_api import Page, expect

from t2vqa.web.wording import CHINESE, ENGLISH, Wording

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
]

OpenPage = Callable[..., Page]

RISKS = "石斛集团有哪些主要风险？"
REVENUE = "石斛集团2024年营业收入是多少？"


def is_dark(page: Page) -> bool:
    return bool(page.evaluate("document.body.classList.contains('dark')"))


@pytest.fixture
def served_corpus(served: Served) -> Callable[[str, str], None]:
    def write(name: str, text: str) -> None:
        (served.corpus / name).write_text(text, encoding="utf-8")
        served.desk.service.rebuild()

    return write


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", CHINESE), ("en-GB", ENGLISH)])
def test_the_page_speaks_the_browsers_language_at_first(
    open_page: OpenPage, locale: str, words: Wording
) -> None:
    page = open_page(locale=locale)
    expect(page.locator("#t2-heading h1")).to_have_text(words.title)
    expect(page).to_have_title(words.title)


def test_choices_are_kept_by_the_browser(open_page: OpenPage) -> None:
    page = open_page()
    assert not is_dark(page)
    page.locator("#t2-open-settings").click()
    page.locator("#t2-theme label", has_text=CHINESE.frame.theme_dark).click()
    page.wait_for_function("document.body.classList.contains('dark')")
    page.locator("#t2-language label", has_text="English").click()
    expect(page.locator("#t2-heading h1")).to_have_text(ENGLISH.title)
    page.keyboard.press("Escape")
    expect(page.locator("#t2-settings")).not_to_be_visible()
    expect(page.locator("#t2-open-settings")).to_be_focused()
    page.reload()
    expect(page.locator("#t2-heading h1")).to_have_text(ENGLISH.title)
    page.wait_for_function("document.body.classList.contains('dark')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_system_decides_on_light_and_dark_at_first(open_page: OpenPage, scheme: str) -> None:
    page = open_page(scheme=scheme)
    assert is_dark(page) == (scheme == "dark")
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    page.wait_for_function(
        f"document.body.classList.contains('dark') === {str(scheme != 'dark').lower()}"
    )


def test_a_question_is_edited_and_the_conversation_goes_on_from_there(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, RISKS)
    ask(page, REVENUE)
    page.locator("#t2-chat").get_by_label("编辑").first.click()
    typed = page.locator("#t2-chat textarea")
    expect(typed).to_have_value(RISKS)
    other = "石斛集团2024年的 <b>营业收入</b> & *增长*是多少？"
    typed.fill(other)
    page.locator("#t2-chat").get_by_label("发送").click()
    expect(page.locator("#t2-chat .user-row")).to_have_count(1)
    expect(page.locator("#t2-chat .user-row")).to_contain_text(other)
    expect(page.locator("#t2-chat .bot-row")).to_contain_text("12%")
    page.locator("#t2-chat").get_by_label("编辑").click()
    expect(page.locator("#t2-chat textarea")).to_have_value(other)


def test_a_question_is_asked_again(open_page: OpenPage, served_corpus: Callable[..., None]) -> None:
    page = open_page()
    ask(page, "凌霄集团的总部位于哪里？")
    served_corpus("凌霄集团.md", "# 凌霄集团\n\n凌霄集团的总部位于昆明。\n")
    page.locator("#t2-chat").get_by_label("重试").click()
    expect(page.locator("#t2-chat .bot-row")).to_contain_text("昆明")
    expect(page.locator("#t2-chat .bot-row")).to_have_count(1)
    page.locator("#t2-chat .bot-row a.t2-cite").first.click()
    expect(page.locator("#t2-source mark").first).to_contain_text("昆明")


def test_keys_lead_to_the_question_and_to_the_list_of_keys(open_page: OpenPage) -> None:
    page = open_page()
    question = page.locator("#t2-question textarea")
    page.locator("#t2-heading h1").click()
    page.keyboard.press("/")
    expect(question).to_be_focused()
    page.keyboard.type("/?")
    expect(question).to_have_value("/?")
    question.blur()
    page.keyboard.press("?")
    keys = page.locator("#t2-help dialog")
    expect(keys).to_be_visible()
    for key, does in CHINESE.frame.keys:
        expect(keys).to_contain_text(key)
        expect(keys).to_contain_text(does)
    box = keys.bounding_box()
    assert box is not None and box["y"] > 100
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
