"""Conversations that are kept, opened again, exported and judged, in a real Chromium."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
from page_support import Served, ask
from playwright.sync_api import Locator, Page, expect

from t2vqa.conversations import ConversationStore, StoredTurn, Verdict, conversations_path
from t2vqa.errors import ConversationGoneError
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
HOSTILE = "险恶<script>window.hacked = 1</script>公司的总部位于哪里？"
SAID = CHINESE.conversations


@pytest.fixture
def store(served: Served) -> ConversationStore:
    """The page's own file, with nothing in it."""
    store = ConversationStore(conversations_path(served.settings))
    for one in store.summaries(""):
        store.delete("", one.id)
    return store


def kept(page: Page) -> Locator:
    return page.locator("#t2-listed a[data-conversation]")


def opened(page: Page) -> str:
    """The conversation that the address names."""
    return parse_qs(urlsplit(page.url).query).get("c", [""])[0]


def wait_until_kept(page: Page) -> str:
    page.wait_for_function("new URL(location.href).searchParams.get('c')")
    expect(page.locator("#t2-listed a[aria-current=page]")).to_have_count(1)
    return opened(page)


def press(page: Page, name: str) -> None:
    page.locator("#t2-conversations").get_by_role("button", name=name, exact=True).click()


def photograph(page: Page, name: str) -> None:
    folder = Path(__file__).parents[1] / "artefacts"
    folder.mkdir(exist_ok=True)
    page.wait_for_timeout(400)  # until the list has slid in
    page.screenshot(path=folder / f"conversations-{name}.png")


@pytest.mark.usefixtures("store")
def test_a_conversation_is_listed_and_named_after_its_first_question(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.locator("#t2-listed")).to_contain_text(SAID.none_yet)
    ask(page, RISKS)
    wait_until_kept(page)
    expect(kept(page)).to_have_text([RISKS])
    expect(page.locator("#t2-listed h3")).to_have_text([SAID.today])
    ask(page, REVENUE)
    expect(kept(page)).to_have_text([RISKS])
    photograph(page, "listed")
    press(page, SAID.begin)
    expect(page.locator("#t2-chat .user-row")).to_have_count(0)
    page.wait_for_function("!location.search.includes('c=')")
    ask(page, NOT_THERE)
    expect(kept(page)).to_have_text([NOT_THERE, RISKS])
    kept(page).nth(1).click()
    expect(page.locator("#t2-chat .user-row")).to_have_count(2)
    expect(page.locator("#t2-listed a[aria-current=page]")).to_have_text(RISKS)


def test_a_link_opens_a_conversation_with_citations_that_work(
    open_page: OpenPage, store: ConversationStore
) -> None:
    page = open_page()
    ask(page, RISKS)
    link = page.url if wait_until_kept(page) else ""
    other = open_page()
    other.goto(link)
    row = other.locator("#t2-chat .bot-row")
    expect(row).to_have_count(1)
    row.locator("a.t2-cite").last.click()
    expect(other.locator("#t2-source mark").first).to_be_visible()
    expect(other.locator("#t2-source h3")).to_have_text("石斛集团调研纪要")
    ask(other, "营业收入呢？")
    (one,) = store.summaries("")
    assert (one.id, one.turns) == (opened(other), 2)
    page.reload()
    expect(page.locator("#t2-chat .user-row")).to_have_count(2)


@pytest.mark.usefixtures("store")
def test_words_that_changed_since_are_marked_when_opened(
    open_page: OpenPage, served: Served
) -> None:
    note = served.corpus / "云杉集团.md"
    note.write_text("# 云杉集团\n\n云杉集团的总部位于大理。\n", encoding="utf-8")
    served.desk.service.rebuild()
    page = open_page()
    ask(page, "云杉集团的总部位于哪里？")
    wait_until_kept(page)
    link = page.url
    note.write_text("# 云杉集团\n\n云杉集团的总部位于丽江。\n", encoding="utf-8")
    served.desk.service.rebuild()
    other = open_page()
    other.goto(link)
    expect(other.locator("#t2-chat a.t2-cite-changed")).to_be_visible()
    note.unlink()
    served.desk.service.rebuild()


@pytest.mark.usefixtures("store")
def test_a_link_to_nothing_is_said(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    page.goto(f"{served.url}?c=nothing-of-ours")
    expect(page.locator(".toast-body")).to_contain_text(CHINESE.failure_of(ConversationGoneError()))
    page.wait_for_function("!location.search.includes('c=')")


def test_conversations_are_searched(open_page: OpenPage, store: ConversationStore) -> None:
    page = open_page()
    ask(page, RISKS)
    wait_until_kept(page)
    long_title = "石斛集团与银杏集团二〇二四年度营业收入及主要经营风险的对比分析讨论纪要之一"
    store.start("", StoredTurn(long_title))
    page.locator("#t2-search input, #t2-search textarea").fill("汇率 波动")
    expect(kept(page)).to_have_count(1)
    expect(page.locator(".t2-kept-snippet")).to_contain_text("汇率波动")
    photograph(page, "searched")
    page.locator("#t2-search input, #t2-search textarea").fill("没有的词")
    expect(page.locator("#t2-listed")).to_contain_text(SAID.none_found)
    page.locator("#t2-search input, #t2-search textarea").fill("")
    expect(kept(page)).to_have_count(2)
    title = kept(page).first.locator(".t2-kept-title")
    assert title.evaluate("e => e.scrollWidth > e.clientWidth && e.clientHeight < 30")
    photograph(page, "long-title")


def test_a_long_list_scrolls_above_what_can_be_done(
    open_page: OpenPage, store: ConversationStore
) -> None:
    for number in range(60):
        store.start("", StoredTurn(f"第 {number} 个问题"))
    page = open_page()
    ask(page, RISKS)
    wait_until_kept(page)
    photograph(page, "long-list")
    listed, rename = page.locator("#t2-listed"), page.locator("#t2-rename")
    assert listed.evaluate("e => e.scrollHeight > e.clientHeight")
    above, below = listed.bounding_box(), rename.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    kept(page).last.click()
    expect(page.locator("#t2-chat .user-row")).to_have_text(["第 0 个问题"])
    expect(kept(page).last).to_be_in_viewport()


def test_a_conversation_is_renamed_and_deleted(
    open_page: OpenPage, store: ConversationStore
) -> None:
    page = open_page()
    ask(page, RISKS)
    identifier = wait_until_kept(page)
    press(page, SAID.rename)
    name = page.locator("#t2-title input, #t2-title textarea")
    expect(name).to_have_value(RISKS)
    name.fill("石斛 <b>风险</b>")
    photograph(page, "renaming")
    name.press("Enter")
    expect(kept(page)).to_have_text(["石斛 <b>风险</b>"])
    expect(name).not_to_be_visible()
    press(page, SAID.delete)
    expect(page.locator("#t2-deleting")).to_contain_text("删除“石斛 <b>风险</b>”？")
    photograph(page, "deleting")
    press(page, SAID.leave)
    expect(page.locator("#t2-deleting")).not_to_be_visible()
    assert store.load("", identifier) is not None
    press(page, SAID.delete)
    press(page, SAID.do_delete)
    expect(kept(page)).to_have_count(0)
    expect(page.locator("#t2-chat .user-row")).to_have_count(0)
    assert opened(page) == ""
    assert store.load("", identifier) is None


@pytest.mark.usefixtures("store")
def test_what_is_deleted_elsewhere_goes_on_as_a_new_conversation(
    open_page: OpenPage, store: ConversationStore
) -> None:
    page = open_page()
    ask(page, RISKS)
    before = wait_until_kept(page)
    store.delete("", before)
    ask(page, REVENUE)
    page.wait_for_function(f"!location.search.includes('{before}')")
    (one,) = store.summaries("")
    assert (one.id, one.turns) == (opened(page), 2)


def test_asking_otherwise_takes_the_place_of_what_was_kept(
    open_page: OpenPage, store: ConversationStore
) -> None:
    page = open_page()
    ask(page, RISKS)
    ask(page, REVENUE)
    identifier = wait_until_kept(page)
    page.locator("#t2-chat").get_by_label("编辑").first.click()
    page.locator("#t2-chat textarea").fill(NOT_THERE)
    page.locator("#t2-chat").get_by_label("发送").click()
    expect(kept(page)).to_have_text([NOT_THERE])
    found = store.load("", identifier)
    assert found is not None
    assert [turn.question for turn in found.turns] == [NOT_THERE]


@pytest.mark.usefixtures("store")
def test_a_conversation_is_exported(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, RISKS)
    wait_until_kept(page)
    with page.expect_download() as waiting:
        press(page, SAID.export_markdown)
    assert waiting.value.suggested_filename == f"{RISKS}.md".replace("？", "？")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert f"## {RISKS}" in text
    assert "[^1]: “" in text
    with page.expect_download() as waiting:
        press(page, SAID.export_docx)
    assert waiting.value.suggested_filename.endswith(".docx")
    document = docx.Document(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert RISKS in [line.text for line in document.paragraphs]


def test_an_answer_is_judged_and_that_is_shown_again(
    open_page: OpenPage, store: ConversationStore
) -> None:
    page = open_page()
    ask(page, RISKS)
    identifier = wait_until_kept(page)
    choice = page.locator("#t2-chat .extra-feedback-option", has_text=SAID.verdicts[Verdict.WRONG])
    choice.click()
    note = page.locator("#t2-note textarea")
    expect(note).to_be_visible()
    note.fill("少了<b>政策</b>风险")
    photograph(page, "judging")
    note.press("Enter")
    expect(page.locator(".t2-noted")).to_have_text("备注：少了<b>政策</b>风险")
    expect(note).not_to_be_visible()
    found = store.load("", identifier)
    assert found is not None
    feedback = found.turns[0].feedback
    assert feedback is not None
    assert (feedback.verdict, feedback.note) == (Verdict.WRONG, "少了<b>政策</b>风险")
    page.reload()
    expect(page.locator(".t2-noted")).to_have_text("备注：少了<b>政策</b>风险")
    expect(choice).to_have_css("font-weight", "700")
    photograph(page, "judged")
    choice.click()
    expect(page.locator(".t2-noted")).to_have_count(0)
    found = store.load("", identifier)
    assert found is not None
    assert found.turns[0].feedback is None


@pytest.mark.usefixtures("store")
def test_everything_is_reached_with_keys(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, RISKS)
    wait_until_kept(page)
    press(page, SAID.begin)
    expect(page.locator("#t2-chat .user-row")).to_have_count(0)
    kept(page).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t2-chat .user-row")).to_have_count(1)
    button = page.locator("#t2-conversations .toggle-button")
    expect(button).to_have_accessible_name(SAID.toggle)
    expect(button).to_have_attribute("aria-expanded", "true")
    button.focus()
    page.keyboard.press("Enter")
    expect(kept(page).first).not_to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(page.locator("#t2-chat .user-row")).to_have_count(1)
    expect(kept(page).first).not_to_be_visible()
    page.locator("#t2-chat .extra-feedback-option").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t2-note textarea")).to_be_visible()


@pytest.mark.usefixtures("store")
def test_the_list_speaks_english(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB", scheme="dark")
    ask(page, "What are the main risks of 石斛集团?")
    wait_until_kept(page)
    said = ENGLISH.conversations
    for name in (said.begin, said.rename, said.delete, said.export_docx):
        expect(
            page.locator("#t2-conversations").get_by_role("button", name=name, exact=True)
        ).to_be_visible()
    expect(page.locator("#t2-chat .extra-feedback-option")).to_have_text(said.verdict_names)
    page.locator("#t2-chat .extra-feedback-option").first.click()
    expect(page.locator("#t2-note")).to_contain_text("Marked as Right")
    photograph(page, "english-dark")


@pytest.mark.usefixtures("store")
def test_on_a_phone_the_list_lies_over_the_chat(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844)
    expect(page.locator("#t2-begin")).not_to_be_visible()
    ask(page, RISKS)
    photograph(page, "phone-closed")
    page.locator("#t2-conversations .toggle-button").click()
    expect(kept(page)).to_have_text([RISKS])
    expect(page.locator("#t2-begin")).to_be_in_viewport()
    photograph(page, "phone-open")
    kept(page).first.click()
    expect(page.locator("#t2-begin")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("store")
def test_hostile_words_show_as_text_in_the_list(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, HOSTILE)
    wait_until_kept(page)
    expect(kept(page)).to_have_text([HOSTILE])
    page.reload()
    expect(page.locator("#t2-chat .user-row")).to_contain_text(re.compile("<script>"))
