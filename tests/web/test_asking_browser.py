"""Filters, next questions, answer length and what was looked at, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page_support import Served, ask, send
from playwright.sync_api import Locator, Page, expect

from t2vqa.types import AnswerLength, Filters
from t2vqa.web.wording import CHINESE, ENGLISH, Wording

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
]

OpenPage = Callable[..., Page]

ARTEFACTS = Path(__file__).parents[1] / "artefacts"

RISKS = "石斛集团有哪些主要风险？"
REVENUE = "石斛集团2024年营业收入是多少？"
OTHER_REVENUE = "银杏集团2024年营业收入是多少？"
SORA = "Sora有哪些核心功能？"


def open_filters(page: Page) -> None:
    page.locator("#t2-filters-fold > button").click()
    expect(page.locator("#t2-filter-folders input")).to_be_visible()


def choose(page: Page, which: str, name: str) -> None:
    """Choose one of a list by typing a part of its name."""
    field = page.locator(f"#t2-filter-{which} input")
    field.click()
    field.fill(name)
    page.locator(f"#t2-filter-{which}").get_by_role("option", name=name).first.click()
    page.keyboard.press("Escape")
    expect(chips(page).filter(has_text=name).last).to_be_visible()
    expect(page.locator(f'#t2-chips [data-chip^="{which}-"]')).to_be_visible()


def chips(page: Page) -> Locator:
    return page.locator("#t2-chips .t2-chip")


def next_questions(page: Page) -> Locator:
    return page.locator("#t2-chat button.option")


def test_filters_restrict_the_answer_and_stand_under_the_question(
    open_page: OpenPage, served: Served
) -> None:
    page = open_page()
    open_filters(page)
    choose(page, "folders", "调研")
    shown = CHINESE.asking.folder_is.format(name="调研")
    expect(chips(page)).to_contain_text([shown])
    row = ask(page, REVENUE)
    expect(row).to_contain_text("8.5 亿元")
    expect(page.locator("#t2-chat .t2-filtered")).to_contain_text(shown)
    row = ask(page, SORA)
    expect(row.locator(".t2-refused")).to_be_visible()
    expect(page.locator("#t2-chat .t2-filtered")).to_have_count(2)
    assert served.desk.service.ask(SORA, [REVENUE], filters=Filters((), ("调研",))).refused
    page.locator("#t2-chips .t2-chip-clear").click()
    expect(chips(page)).to_have_count(0)
    row = ask(page, SORA)
    expect(row.locator("a.t2-cite").first).to_be_visible()
    assert row.locator(".t2-refused").count() == 0
    expect(page.locator("#t2-chat .t2-filtered")).to_have_count(2)


def test_chips_are_taken_off_by_key_one_by_one(open_page: OpenPage) -> None:
    page = open_page()
    open_filters(page)
    choose(page, "folders", "调研")
    choose(page, "documents", "石斛集团调研纪要")
    page.locator("#t2-filter-since").locator("input, textarea").fill("2024-05")
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(3)
    chips(page).first.focus()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(2)
    expect(chips(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(1)
    expect(page.locator("#t2-filter-documents .token")).to_have_count(0)
    expect(chips(page)).to_contain_text(CHINESE.asking.since_is.format(day="2024-05"))
    row = ask(page, REVENUE)
    expect(row).to_contain_text("8.5 亿元")


def test_what_is_no_date_is_told_and_left_out(open_page: OpenPage) -> None:
    page = open_page()
    open_filters(page)
    page.locator("#t2-filter-until").locator("input, textarea").fill("<b>去年</b>")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-body")).to_contain_text("去年")
    expect(chips(page)).to_have_count(0)
    assert page.locator(".toast-body b", has_text="去年").count() == 0


def test_filters_follow_the_language_and_a_new_document(
    open_page: OpenPage, served: Served
) -> None:
    page = open_page()
    (served.corpus / "新增").mkdir(exist_ok=True)
    (served.corpus / "新增" / "甘草集团.md").write_text(
        "# 甘草集团\n\n甘草集团的员工人数为412人。", encoding="utf-8"
    )
    served.desk.service.rebuild()
    open_filters(page)
    choose(page, "folders", "新增")
    page.locator("#t2-open-settings").click()
    page.locator("#t2-language label", has_text="English").click()
    expect(chips(page)).to_contain_text(ENGLISH.asking.folder_is.format(name="新增"))
    expect(page.locator("#t2-filters-fold > button")).to_contain_text(ENGLISH.asking.heading)
    page.keyboard.press("Escape")
    row = ask(page, "甘草集团的员工人数是多少？")
    expect(row).to_contain_text("412")


def test_a_filtered_question_is_edited_as_it_was_typed(open_page: OpenPage) -> None:
    page = open_page()
    open_filters(page)
    choose(page, "folders", "调研")
    ask(page, RISKS)
    page.locator("#t2-chips .t2-chip-clear").click()
    page.locator("#t2-chat").get_by_label("编辑").first.click()
    typed = page.locator("#t2-chat textarea")
    expect(typed).to_have_value(RISKS)
    typed.fill(SORA)
    page.locator("#t2-chat").get_by_label("发送").click()
    expect(page.locator("#t2-chat .t2-refused")).to_be_visible()
    expect(page.locator("#t2-chat .t2-filtered")).to_contain_text("调研")


def test_next_questions_come_after_the_answer_and_are_asked_by_a_click(
    open_page: OpenPage,
) -> None:
    page = open_page()
    row = ask(page, REVENUE)
    expect(row).to_contain_text("8.5 亿元")
    expect(next_questions(page).first).to_be_visible()
    offered = next_questions(page).all_inner_texts()
    assert 1 <= len(offered) <= 3
    assert REVENUE not in offered
    next_questions(page).first.click()
    expect(page.locator("#t2-chat .user-row").last).to_contain_text(offered[0])
    row = page.locator("#t2-chat .bot-row").last
    expect(row.locator(".t2-answer")).to_be_visible()
    assert row.locator(".t2-refused").count() == 0
    expect(next_questions(page).first).to_be_visible()
    assert offered[0] not in next_questions(page).all_inner_texts()
    assert len(next_questions(page).all_inner_texts()) <= 3


def test_next_questions_give_way_to_a_question_asked_meanwhile(open_page: OpenPage) -> None:
    page = open_page()
    for number, question in enumerate((RISKS, OTHER_REVENUE, REVENUE), start=1):
        ask(page, question)
        expect(page.locator("#t2-chat .user-row")).to_have_count(number)
    expect(next_questions(page).first).to_be_visible()
    expect(page.locator("#t2-chat .user-row")).to_have_count(3)
    expect(page.locator("#t2-chat .bot-row").last).to_contain_text("8.5 亿元")


def test_the_length_of_answers_is_kept_by_the_browser(open_page: OpenPage, served: Served) -> None:
    page, question = open_page(), "总结一下石斛集团的风险。"
    brief, usual, full = (
        len(served.desk.service.ask(question, length=length).citations) for length in AnswerLength
    )
    assert brief < usual <= full

    def set_length(name: str) -> None:
        page.locator("#t2-open-settings").click()
        page.locator("#t2-length label", has_text=name).click()
        page.keyboard.press("Escape")

    set_length(CHINESE.asking.full)
    expect(ask(page, question).locator("a.t2-cite")).to_have_count(full)
    with page.expect_response(lambda sent: "/gradio_api/run/" in sent.url):
        set_length(CHINESE.asking.brief)
    page.wait_for_timeout(500)  # the browser writes down what was answered
    page.reload()
    page.locator("#t2-status .t2-status").wait_for()
    expect(page.locator("#t2-length input:checked")).to_have_value("brief")
    expect(ask(page, question).locator("a.t2-cite")).to_have_count(brief)


def test_what_was_looked_at_is_there_for_every_answer(open_page: OpenPage, served: Served) -> None:
    page = open_page()
    first = ask(page, RISKS)
    ask(page, REVENUE)
    first = page.locator("#t2-chat .bot-row").first
    first.locator(".t2-seen a").click()
    rows = page.locator("#t2-source .t2-looked-at tbody tr")
    expect(page.locator("#t2-source .t2-looked-at-of")).to_contain_text(RISKS)
    answer = served.desk.service.ask(RISKS)
    expect(rows).to_have_count(len(answer.passages))
    for place, scored in enumerate(answer.passages):
        cells = rows.nth(place).locator("td")
        expect(cells.nth(2)).to_have_text(f"{scored.score:.2f}")
        expect(cells.nth(3)).to_have_text(f"{scored.dense:.2f}")
        expect(cells.nth(4)).to_have_text(f"{scored.lexical:.2f}")
    rows.nth(1).locator("a").click()
    expect(page.locator("#t2-source h3")).to_have_text(answer.passages[1].passage.title)
    page.locator("#t2-counter a").click()
    expect(rows).to_have_count(len(answer.passages))
    page.locator("#t2-close").click()
    expect(page.locator("#t2-source .t2-looked-at")).to_have_count(0)


@pytest.mark.parametrize(
    ("scheme", "locale", "words"),
    [("light", "en-GB", ENGLISH), ("dark", "zh-CN", CHINESE)],
)
@pytest.mark.parametrize("width", [390, 1440])
def test_it_fits_the_screen(
    open_page: OpenPage, scheme: str, locale: str, words: Wording, width: int
) -> None:
    page = open_page(width, 844 if width == 390 else 900, scheme, locale)
    open_filters(page)
    expect(page.locator("#t2-filters-fold > button")).to_contain_text(words.asking.heading)
    choose(page, "documents", "石斛集团调研纪要")
    choose(page, "folders", "调研")
    page.screenshot(path=str(ARTEFACTS / f"filters-{width}-{locale}-{scheme}.png"))
    page.locator("#t2-filters-fold > button").click()
    send(page, RISKS)
    expect(next_questions(page).first).to_be_visible()
    for part in (page.locator("#t2-chips"), next_questions(page).first, chips(page).last):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=str(ARTEFACTS / f"answer-{width}-{locale}-{scheme}.png"))
    page.locator(".t2-seen a").last.click()
    expect(page.locator("#t2-source .t2-looked-at")).to_be_visible()
    expect(page.locator("#t2-counter")).to_contain_text(re.compile(r"\d"))
