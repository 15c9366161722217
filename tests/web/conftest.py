"""The real page over the real service and a copy of the shipped corpus, and a real Chromium."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_support import DOCUMENTS, PacedDesk, Served
from playwright.sync_api import Browser, Page, expect, sync_playwright

from t2vqa.config import load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page

SHIPPED = Path(__file__).parents[2] / "corpus"
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
PATIENCE_MS = 60_000
"""A machine may be busy with other things."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("page")
    corpus = folder / "corpus"
    shutil.copytree(SHIPPED, corpus)
    for name, text in DOCUMENTS.items():
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "坏文件.md").write_bytes(bytes(range(256)) * 8)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load_settings(corpus=corpus, index=folder / "index", port=port)
    with closing(ResearchQA.open(settings=settings)) as service:
        desk = PacedDesk(service)
        page = launch_page(desk, settings)
        try:
            yield Served(f"http://127.0.0.1:{port}/", desk, corpus, settings)
        finally:
            page.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail(
            "These tests need Chromium: run .ci/chromium, or leave them out: -m 'not browser'"
        )
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(
    chromium: Browser, served: Served, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open the page in a session of its own; afterwards nothing may have gone wrong in it."""
    served.desk.open_gates()
    pages: list[Page] = []
    outside: list[str] = []
    errors: list[str] = []

    def note_request(url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1":
            outside.append(url)

    def opened(
        width: int = 1440, height: int = 900, scheme: str = "light", locale: str = "zh-CN"
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme=scheme,  # type: ignore[arg-type]  # one of the words it takes
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("request", lambda sent: note_request(sent.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(served.url)
        page.locator("#t2-status .t2-status").wait_for()
        pages.append(page)
        return page

    yield opened
    served.desk.open_gates()
    ARTEFACTS.mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        name = f"{request.node.name}-{number}".replace("/", "-").replace("[", "-").replace("]", "")
        page.screenshot(path=ARTEFACTS / f"{name}.png")
        hacked = page.evaluate("window.hacked")
        page.context.close()
        assert hacked is None
    assert outside == []
    assert errors == []
