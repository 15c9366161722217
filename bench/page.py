"""Measure the page in Chromium: how soon it is there, and an answer's first words.

    python bench/page.py

The page is served over the corpus of `scale.py` with its sentence reader, and looked at by a
Chromium on the same two cores. A page that comes cold has nothing in the browser's cache. First
words are the time from Enter until the answer's first words are in the page. The long
conversation has 100 questions with their answers; a long task is one of more than 50 ms in which
the page answers nobody.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from keeping import LIBRARIES, Row, keep, milliseconds
from playwright.sync_api import Browser, Page, sync_playwright
from scale import PASSAGES_A_DOCUMENT, built
from served import Served, served
from texts import Fact, questions

OPENED = 5
SESSIONS = 3
ASKED = 10
TURNS = 100
ASKED_AT_THE_END = 10
SCROLLED = 80
AT_REST_MS = 1200
"""Until the questions that may follow an answer have come."""

_NOTES = Path(__file__).with_name("page.js")
_SCROLL = """async (steps) => {
  const long = window.noted.longTasks.length;
  const chat = document.querySelector("#t2-chat .bubble-wrap");
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < steps; step += 1) {
    chat.scrollTop = chat.scrollHeight * (1 - step / steps);
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
  }
  await new Promise((done) => setTimeout(done, 300));
  return { scrolled: chat.scrollHeight, frames, long: window.noted.longTasks.slice(long) };
}"""


def opened(browser: Browser, url: str) -> tuple[Page, Page]:
    """Open the page in a fresh browser, and once more in the same."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_init_script(path=_NOTES)
    pages = []
    for _ in range(2):
        page = context.new_page()
        page.goto(url)
        page.wait_for_function("window.noted.usable && window.noted.paint", timeout=60_000)
        page.wait_for_timeout(AT_REST_MS)
        pages.append(page)
    return pages[0], pages[1]


def noted(page: Page) -> dict[str, Any]:
    """Return what the page has noted."""
    found: dict[str, Any] = page.evaluate("window.noted")
    return found


def openings(browser: Browser, url: str) -> list[Row]:
    """Return how soon the page is there, cold and warm."""
    kinds: dict[str, list[dict[str, Any]]] = {"cold": [], "warm": []}
    for _ in range(OPENED):
        pages = opened(browser, url)
        for kind, page in zip(kinds, pages, strict=True):
            kinds[kind].append(noted(page))
        pages[0].context.close()
    return [
        _row(f"the page comes, {kind}: {what}", [one[key] for one in found])
        for kind, found in kinds.items()
        for key, what in (("paint", "first paint"), ("usable", "question can be typed"))
    ]


def first_words(page: Page, asked: list[Fact]) -> tuple[list[float], float, list[float]]:
    """Return the milliseconds until first words, the share of right answers, and the long tasks."""
    waited, right, tasks = [], 0, []
    for fact in asked:
        before = len(noted(page)["longTasks"])
        page.locator("#t2-question textarea").fill(fact.question)
        page.locator("#t2-question textarea").press("Enter")
        page.wait_for_function("window.noted.words", timeout=60_000, polling=200)
        page.locator("#t2-question .submit-button").wait_for()
        page.wait_for_timeout(AT_REST_MS)
        found = noted(page)
        waited.append(found["words"])
        tasks += found["longTasks"][before:]
        right += fact.value in page.locator("#t2-chat .bot-row").last.inner_text()
    return waited, right / len(asked), tasks


def asking(browser: Browser, url: str, documents: int) -> list[Row]:
    """Ask in conversations that begin empty."""
    asked = questions(documents, SESSIONS * ASKED, seed=9)
    waited: list[float] = []
    right: list[float] = []
    tasks: list[float] = []
    for number in range(SESSIONS):
        page = opened(browser, url)[1]
        found = first_words(page, asked[number * ASKED : (number + 1) * ASKED])
        waited += found[0]
        right.append(found[1])
        tasks += found[2]
        page.context.close()
    said = f"right: {sum(right) / SESSIONS:.0%}"
    return [
        _row("Enter to first words", waited, said),
        _row("the same: long tasks", tasks, f"in {len(waited)} answers"),
    ]


def long_conversation(browser: Browser, desk: Served, documents: int) -> list[Row]:
    """Open a long conversation by its link, scroll through it, and go on with it."""
    address = f"{desk.url}/?c={desk.conversation}"
    came = []
    for number in range(OPENED):
        pages = opened(browser, address)
        for page in pages:
            page.wait_for_function("window.noted.answers", timeout=60_000)
        page.wait_for_timeout(AT_REST_MS)
        found = noted(page)
        came.append(found["answers"])
        if number < OPENED - 1:
            page.context.close()
    assert page.locator("#t2-chat .bot-row").count() == TURNS
    opening = found["longTasks"]
    scrolled = page.evaluate(_SCROLL, SCROLLED)
    waited, _right, tasks = first_words(page, questions(documents, ASKED_AT_THE_END, seed=12))
    page.context.close()
    name = f"{2 * TURNS} messages"
    return [
        _row(f"{name}: opened by the link, warm", came),
        _row(f"{name}: long tasks while it opens", opening),
        _row(f"{name}: a frame while it is scrolled", scrolled["frames"]),
        _row(f"{name}: long tasks while it is scrolled", scrolled["long"]),
        _row(f"{name}: Enter to first words", waited),
        _row(f"{name}: long tasks", tasks, f"in {len(waited)} answers"),
    ]


def _row(figure: str, found: list[float], said: str = "") -> Row:
    middle, late = milliseconds([value / 1000 for value in found]) if found else (0.0, 0.0)
    return {
        "figure": figure,
        "times": len(found),
        "median ms": middle if found else None,
        "p95 ms": late if found else None,
        "worst ms": max(found, default=None),
        "": said,
    }


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="that of `scale.py`, whose index is used again")
    parser.add_argument("--name", default="page", help="of the result")
    return parser.parse_args()


def main() -> None:
    """Serve the page, look at it, and keep the table."""
    given = arguments()
    documents = round(given.passages / PASSAGES_A_DOCUMENT)
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = (given.home or Path(folder)) / str(given.passages)
        built(home, documents)
        with served(home, documents, turns=TURNS) as desk:
            browser = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-gpu"]
            )
            rows = openings(browser, desk.url)
            rows += asking(browser, desk.url, documents)
            rows += long_conversation(browser, desk, documents)
            browser.close()
    keep(
        given.name,
        "The page in Chromium",
        __doc__.split("\n\n")[2].replace("\n", " "),
        rows,
        (*LIBRARIES, "gradio"),
    )


if __name__ == "__main__":
    main()
