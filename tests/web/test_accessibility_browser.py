"""The page for keyboards and screen readers: axe-core finds nothing serious in any state of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_support import ask
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
]

OpenPage = Callable[..., Page]
Step = Callable[[Page], None]

RISKS = "石斛集团有哪些主要风险？"
NOT_THERE = "茅台的市盈率是多少？"
SERIOUS = ("serious", "critical")


def nothing(page: Page) -> None:
    expect(page.locator("#t2-chat .example").first).to_be_visible()


def answered(page: Page) -> None:
    ask(page, RISKS)
    ask(page, NOT_THERE)
    page.locator("#t2-chat a.t2-cite").first.click()
    expect(page.locator("#t2-source mark").first).to_be_visible()


def whole(page: Page) -> None:
    answered(page)
    page.locator("#t2-whole").click()
    expect(page.locator("#t2-source .t2-whole")).to_be_visible()


def looked_at(page: Page) -> None:
    ask(page, RISKS)
    page.locator('#t2-chat a[href^="#seen-"]').first.click()
    expect(page.locator("#t2-source .t2-looked-at")).to_be_visible()


def settings(page: Page) -> None:
    page.locator("#t2-open-settings").click()
    expect(page.locator("#t2-settings")).to_be_visible()


def documents(page: Page) -> None:
    page.get_by_role("tab").nth(1).click()
    expect(page.locator("#t2-library table").first).to_be_visible()


def keys(page: Page) -> None:
    page.locator("#t2-heading h1").click()
    page.keyboard.press("?")
    expect(page.locator("#t2-help dialog")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [nothing, answered, whole, looked_at, settings, documents, keys])
def test_axe_finds_nothing_serious(open_page: OpenPage, state: Step, scheme: str) -> None:
    page = open_page(scheme=scheme)
    state(page)
    page.wait_for_timeout(500)  # colours fade over; their contrast counts where they end
    assert found(page) == []


def test_axe_finds_nothing_serious_on_a_phone_in_english(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844, locale="en-GB")
    answered(page)
    page.wait_for_timeout(500)
    assert found(page) == []


def found(page: Page) -> list[str]:
    """Return what axe-core calls serious or worse, each with the elements it is about."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for one in violations
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
