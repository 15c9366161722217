"""The page follows its documents: a real watcher, a real index, a real Chromium."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from t2vqa.config import load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page
from t2vqa.web.news import News
from t2vqa.web.server import following_documents
from t2vqa.web.wording import CHINESE, ENGLISH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
]

PATIENCE_MS = 60_000
ARTEFACTS = Path(__file__).parents[1] / "artefacts"

GINKGO = (
    "# 银杏集团调研纪要\n\n银杏集团 2024 年营业收入为 3.3 亿元。\n\n银杏集团的总部位于江州市。\n"
)
MAPLE = "# 红枫股份调研纪要\n\n红枫股份 2024 年营业收入为 7.1 亿元。\n"
CEDAR = "# 雪松科技调研纪要\n\n雪松科技 2024 年营业收入为 9.6 亿元。\n"

GINKGO_REVENUE = "银杏集团2024年营业收入是多少？"
GINKGO_SEAT = "银杏集团的总部位于哪里？"
MAPLE_REVENUE = "红枫股份2024年营业收入是多少？"


@dataclass(frozen=True)
class Followed:
    url: str
    corpus: Path
    index: Path

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).write_text(text, encoding="utf-8")


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[Callable[..., Followed]]:
    """Serve a page over a small corpus of a test's own, and follow its documents or not."""
    with ExitStack() as stack:

        def serve(watch: bool = True) -> Followed:
            corpus = tmp_path / "corpus"
            corpus.mkdir()
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            followed = Followed(f"http://127.0.0.1:{port}/", corpus, tmp_path / "index")
            followed.write("银杏.md", GINKGO)
            followed.write("红枫.md", MAPLE)
            settings = load_settings(corpus=corpus, index=followed.index, port=port, watch=watch)
            service = stack.enter_context(closing(ResearchQA.open(settings=settings)))
            news = News(service)
            page = launch_page(service, settings, news)
            stack.callback(page.close)
            stack.enter_context(following_documents(service, settings, news))
            return followed

        yield serve


@pytest.fixture
def open_followed(
    chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def opened(followed: Followed) -> Page:
        page = chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN"
        ).new_page()
        page.context.set_default_timeout(PATIENCE_MS)
        page.goto(followed.url)
        page.locator("#t2-status .t2-status").wait_for()
        pages.append(page)
        return page

    yield opened
    ARTEFACTS.mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        page.screenshot(path=ARTEFACTS / f"{request.node.name}-{number}.png")
        page.context.close()


def ask(page: Page, question: str) -> Locator:
    before = page.locator("#t2-chat .bot-row").count()
    page.locator("#t2-question textarea").fill(question)
    page.locator("#t2-question textarea").press("Enter")
    expect(page.locator("#t2-chat .bot-row")).to_have_count(before + 1)
    expect(page.locator("#t2-question .submit-button")).to_be_visible()
    row = page.locator("#t2-chat .bot-row").last
    expect(row.locator(".t2-answer")).to_be_visible()
    return row


def told(page: Page) -> Locator:
    line = page.locator("#t2-report .t2-news")
    expect(line).to_be_visible(timeout=PATIENCE_MS)
    return line


Follow = Callable[..., Followed]
OpenPage = Callable[[Followed], Page]


def test_the_page_says_what_changed_and_answers_from_it(
    follow: Follow, open_followed: OpenPage
) -> None:
    followed = follow()
    page = open_followed(followed)
    first = ask(page, GINKGO_REVENUE)
    expect(first).to_contain_text("3.3")
    expect(page.locator("#t2-report .t2-news")).to_have_count(0)
    followed.write("银杏.md", GINKGO.replace("3.3 亿元", "4.4 亿元"))
    followed.write("雪松.md", CEDAR)
    followed.write("表.xyz", "x")
    (followed.corpus / "红枫.md").unlink()
    line = told(page)
    expect(line.locator("details > summary").first).to_have_text(
        "资料已更新：新增 1、修改 1、删除 1（跳过 1：不支持这种格式）"
    )
    for name in ("银杏.md", "雪松.md", "红枫.md"):
        expect(line.locator("dl")).to_contain_text(name)
    expect(page.locator("#t2-status")).to_contain_text("2 份文档")
    expect(page.locator("#t2-status .t2-stale")).to_have_count(0)
    expect(ask(page, GINKGO_REVENUE)).to_contain_text("4.4")
    expect(ask(page, "雪松科技2024年营业收入是多少？")).to_contain_text("9.6")
    expect(ask(page, MAPLE_REVENUE)).not_to_contain_text("7.1")
    line.locator(".t2-dismiss").click()
    expect(line).not_to_be_visible()


def test_earlier_answers_are_marked_and_the_source_pane_says_why(
    follow: Follow, open_followed: OpenPage
) -> None:
    followed = follow()
    page = open_followed(followed)
    for question in (GINKGO_REVENUE, GINKGO_SEAT, MAPLE_REVENUE):
        ask(page, question)
    rows = page.locator("#t2-chat .bot-row")
    rows.nth(2).locator("a.t2-cite").first.click()
    expect(page.locator("#t2-source mark").first).to_contain_text("7.1 亿元")
    expect(page.locator("#t2-source .t2-note")).to_have_count(0)
    expect(page.locator("#t2-chat .t2-aged")).to_have_count(0)
    followed.write("银杏.md", GINKGO.replace("3.3 亿元", "44.44 亿元"))
    (followed.corpus / "红枫.md").unlink()
    told(page)
    edited, moved, gone = (rows.nth(number) for number in range(3))
    expect(edited.locator("a.t2-cite-changed").first).to_have_attribute(
        "title", re.compile("原文已改动")
    )
    expect(edited.locator(".t2-aged")).to_have_text(CHINESE.aged.format(count=1))
    expect(moved.locator("a.t2-cite-moved").first).to_be_visible()
    expect(moved.locator(".t2-aged")).to_have_count(0)
    expect(gone.locator("a.t2-cite-gone").first).to_be_visible()
    note = page.locator("#t2-source .t2-note")
    mark = page.locator("#t2-source mark")
    expect(note).to_have_text(CHINESE.source_gone)  # the source that was open all along
    edited.locator("a.t2-cite").first.click()
    expect(note).to_have_text(CHINESE.source_changed)
    expect(mark.first).to_contain_text("3.3 亿元")
    moved.locator("a.t2-cite").first.click()
    expect(note).to_have_text(CHINESE.source_moved)
    expect(mark.first).to_contain_text("江州市")
    expect(page.locator("#t2-source .t2-excerpt")).to_contain_text("44.44 亿元")
    gone.locator("a.t2-cite").first.click()
    expect(note).to_have_text(CHINESE.source_gone)
    expect(mark.first).to_contain_text("7.1 亿元")
    page.locator("#t2-open-settings").click()
    page.locator("#t2-language label").nth(1).click()
    expect(edited.locator(".t2-aged")).to_have_text(ENGLISH.aged.format(count=1))
    expect(note).to_have_text(ENGLISH.source_gone)


def test_what_another_process_indexes_is_told_too(follow: Follow, open_followed: OpenPage) -> None:
    followed = follow(watch=False)
    page = open_followed(followed)
    followed.write("雪松.md", CEDAR)
    arguments = ["index", "--corpus", str(followed.corpus), "--index", str(followed.index)]
    subprocess.run([sys.executable, "-m", "t2vqa", *arguments], check=True, capture_output=True)
    expect(told(page)).to_contain_text(CHINESE.updated.format(changes="新增 1"))
    expect(ask(page, "雪松科技2024年营业收入是多少？")).to_contain_text("9.6")


def test_an_emptied_corpus_is_told_and_the_page_answers_on(
    follow: Follow, open_followed: OpenPage
) -> None:
    followed = follow()
    page = open_followed(followed)
    for file in followed.corpus.iterdir():
        file.unlink()
    expect(told(page)).to_contain_text(CHINESE.not_updated)
    expect(ask(page, GINKGO_REVENUE)).to_contain_text("3.3")
    followed.write("银杏.md", GINKGO)
    followed.write("雪松.md", CEDAR)
    expect(page.locator("#t2-report .t2-news")).to_contain_text(
        CHINESE.updated.format(changes="新增 1、删除 1"), timeout=PATIENCE_MS
    )


def test_a_page_opened_later_is_told_nothing_old(follow: Follow, open_followed: OpenPage) -> None:
    followed = follow()
    early = open_followed(followed)
    followed.write("雪松.md", CEDAR)
    told(early)
    late = open_followed(followed)
    expect(late.locator("#t2-status")).to_contain_text("3 份文档")
    late.wait_for_timeout(5_000)
    expect(late.locator("#t2-report .t2-news")).to_have_count(0)


def test_the_button_tells_what_it_did_only_once(follow: Follow, open_followed: OpenPage) -> None:
    followed = follow(watch=False)
    page = open_followed(followed)
    followed.write("雪松.md", CEDAR)
    page.locator("#t2-rebuild").click()
    report = page.locator("#t2-report")
    expect(report).to_contain_text("雪松.md", timeout=PATIENCE_MS)
    page.wait_for_timeout(5_000)
    expect(report.locator(".t2-news")).to_have_count(0)
    expect(report).to_contain_text("雪松.md")
