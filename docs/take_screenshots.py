"""Takes the README's picture of the page: ``python docs/take_screenshots.py [QUESTION]``.

Needs the development dependencies and Chromium (``.ci/chromium``). The shipped corpus is indexed in
a temporary folder; the picture goes to ``docs/images/page.png``.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from t2vqa.config import load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "有哪些主要风险？"
SIZE = {"width": 1440, "height": 900}


def main(question: str, picture: Path) -> None:
    """Ask ``question`` on the page, open its first source, and save what is seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as index:
        settings = load_settings(corpus=ROOT / "corpus", index=Path(index) / "index", port=port)
        with ResearchQA.open(settings=settings) as service:
            page = launch_page(service, settings)
            try:
                _photograph(page.local_url, question, picture)
            finally:
                page.close()


def _photograph(url: str, question: str, picture: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]  # the form it takes
        tab.goto(url)
        tab.locator("#t2-status .t2-status").wait_for()
        tab.locator("#t2-question textarea").fill(question)
        tab.locator("#t2-question textarea").press("Enter")
        tab.locator("#t2-question .submit-button").wait_for()
        tab.locator("#t2-chat a.t2-cite").first.click()
        tab.locator("#t2-source mark").first.wait_for()
        tab.locator("#t2-question textarea").blur()
        picture.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else QUESTION, ROOT / "docs" / "images" / "page.png")
