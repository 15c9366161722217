"""Takes the pictures of README and guide: ``python docs/take_screenshots.py``.

Needs the development dependencies and Chromium (``.ci/chromium``). The shipped corpus is indexed in
a temporary folder; the pictures go to ``docs/images``.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from t2vqa.config import load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "images"
QUESTIONS = ("近期有哪些催化剂？", "快手可灵的风险有哪些？")
COMPARED = "捷成股份和华策影视的股票代码分别是什么？"
DESKTOP, PHONE = (1440, 900), (390, 844)

Scene = Callable[[Page], None]


def main() -> None:
    """Serve the shipped corpus and photograph one scene after the other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(
            corpus=ROOT / "corpus",
            index=Path(home) / "index",
            conversations=Path(home) / "conversations.sqlite",
            port=port,
        )
        with ResearchQA.open(settings=settings) as service:
            page = launch_page(service, settings)
            try:
                _photograph_all(page.local_url)
            finally:
                page.close()


def _photograph_all(url: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        _photograph(browser, url, "page", _answer_and_source)
        _photograph(browser, url, "compared", _comparison_in_the_dark, scheme="dark")
        _photograph(browser, url, "whole", _whole_document)
        _photograph(browser, url, "documents", _documents)
        _photograph(browser, url, "phone", _source_on_a_phone, size=PHONE)
        browser.close()


def _photograph(
    browser: Browser,
    url: str,
    name: str,
    scene: Scene,
    size: tuple[int, int] = DESKTOP,
    scheme: str = "light",
) -> None:
    tab = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the words it takes
        locale="zh-CN",
    )
    tab.goto(url)
    tab.locator("#t2-status .t2-status").wait_for()
    scene(tab)
    tab.wait_for_timeout(800)  # what slides or fades has come to rest
    tab.screenshot(path=PICTURES / f"{name}.png")
    tab.close()


def _ask(tab: Page, question: str) -> None:
    answered = tab.locator("#t2-chat .bot-row").count()
    tab.locator("#t2-question textarea").fill(question)
    tab.locator("#t2-question textarea").press("Enter")
    tab.locator("#t2-chat .bot-row").nth(answered).locator(".t2-answer").wait_for()
    tab.locator("#t2-question .submit-button").wait_for()
    tab.locator("#t2-question textarea").blur()


def _open_source(tab: Page) -> None:
    tab.locator("#t2-chat .bot-row").last.locator("a.t2-cite").first.click()
    tab.locator("#t2-source mark").first.wait_for()


def _answer_and_source(tab: Page) -> None:
    for question in QUESTIONS:
        _ask(tab, question)
    _open_source(tab)


def _comparison_in_the_dark(tab: Page) -> None:
    _ask(tab, COMPARED)
    _open_source(tab)


def _whole_document(tab: Page) -> None:
    _answer_and_source(tab)
    tab.locator("#t2-whole").click()
    tab.locator("#t2-source .t2-whole").wait_for()


def _documents(tab: Page) -> None:
    tab.get_by_role("tab", name="资料").click()
    tab.locator("#t2-library table").wait_for()


def _source_on_a_phone(tab: Page) -> None:
    _ask(tab, QUESTIONS[1])
    _open_source(tab)


if __name__ == "__main__":
    main()
