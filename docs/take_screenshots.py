"""Takes the README's picture of the page: ``python docs/take_screenshots.py [QUESTION]...``.

Needs the development dependencies and Chromium (``.ci/chromium``). The shipped corpus is indexed in
a temporary folder; the picture goes to ``docs/images/page.png``.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from t2vqa.config import load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ("近期有哪些催化剂？", "快手可灵的风险有哪些？")
SIZE = {"width": 1440, "height": 900}


def main(questions: Sequence[str], picture: Path) -> None:
    """Ask ``questions`` on the page, open the last answer's first source, and save what is seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as index:
        settings = load_settings(corpus=ROOT / "corpus", index=Path(index) / "index", port=port)
        with ResearchQA.open(settings=settings) as service:
            page = launch_page(service, settings)
            try:
                _photograph(page.local_url, questions, picture)
            finally:
                page.close()


def _photograph(url: str, questions: Sequence[str], picture: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]  # the form it takes
        tab.goto(url)
        tab.locator("#t2-status .t2-status").wait_for()
        for number, question in enumerate(questions):
            tab.locator("#t2-question textarea").fill(question)
            tab.locator("#t2-question textarea").press("Enter")
            tab.locator("#t2-chat .bot-row").nth(number).locator(".t2-answer").wait_for()
            tab.locator("#t2-question .submit-button").wait_for()
        tab.locator("#t2-chat .bot-row").last.locator("a.t2-cite").first.click()
        tab.locator("#t2-source mark").first.wait_for()
        tab.locator("#t2-question textarea").blur()
        picture.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or QUESTIONS, ROOT / "docs" / "images" / "page.png")
