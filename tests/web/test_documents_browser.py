"""The panel of documents in a real Chromium, over the real service and a corpus of its own."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from page_support import DOCUMENTS, PacedDesk, Served
from playwright.sync_api import Locator, Page, expect

from t2vqa.config import Settings, load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page
from t2vqa.web.wording import CHINESE, ENGLISH

pytestmark = [pytest.mark.browser, pytest.mark.model]

Open = Callable[..., Page]

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
PHONE = (390, 844)
LONG = "机器人产业链深度调研纪要之减速器与丝杠环节的国产替代进展与估值比较以及重点公司跟踪"
NOTE = "# 澄海电机调研\n\n澄海电机2025年产能为12万台。\n".encode()
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOSTILE_NAME = "<img src=x onerror=window.hacked=1>\u202edm.md"


@contextmanager
def serving(desk: PacedDesk, settings: Settings) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = launch_page(desk, settings.model_copy(update={"port": port}))
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        page.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """In place of the page over the shipped corpus: one whose documents may be changed."""
    folder = tmp_path_factory.mktemp("documents")
    corpus = folder / "corpus"
    files = {
        **DOCUMENTS,
        f"深度/{LONG}.md": f"# {LONG}\n\n减速器的国产化率为35%。\n",
        HOSTILE_NAME: "# 无害\n\n无害公司的员工人数为3人。\n",
        **{f"周报/{n:02}.md": f"# 第{n:02}周周报\n\n第{n}周成交额为{n}亿元。\n" for n in range(55)},
    }
    for name, text in files.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "坏文件.md").write_bytes(bytes(range(256)) * 8)
    settings = load_settings(corpus=corpus, index=folder / "index")
    with closing(ResearchQA.open(settings=settings)) as service:
        desk = PacedDesk(service)
        with serving(desk, settings) as url:
            yield Served(url, desk, corpus, settings)


@pytest.fixture
def open_documents(open_page: Open) -> Open:
    def opened(*args: object, **more: object) -> Page:
        page = open_page(*args, **more)
        page.get_by_role("tab").nth(1).click()
        rows(page).first.wait_for()
        return page

    return opened


def rows(page: Page) -> Locator:
    return page.locator("#t2-documents tbody tr")


def row(page: Page, text: str) -> Locator:
    return rows(page).filter(has_text=text)


def search(page: Page, words: str) -> None:
    page.locator("#t2-library-search").locator("input, textarea").fill(words)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    page.locator("#t2-library-upload input[type=file]").set_input_files(
        [{"name": name, "mimeType": "", "buffer": data} for name, data in files]
    )


def screenshot(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"documents-{name}.png")


def test_every_document_is_listed_with_what_is_known_of_it(open_documents: Open) -> None:
    page = open_documents()
    expect(page.locator("#t2-library-heading p")).to_have_text("共 61 份")
    expect(rows(page)).to_have_count(50)
    search(page, "石斛")
    expect(rows(page)).to_have_count(1)
    cells = rows(page).locator("td")
    expect(cells.nth(1)).to_have_text("石斛集团调研纪要")
    expect(cells.nth(2)).to_have_text("调研/石斛集团 纪要.md")
    expect(cells.nth(3)).to_have_text("2024-05-01")
    expect(cells.nth(5)).to_have_text("已编入")
    assert int(cells.nth(4).inner_text()) >= 1
    assert cells.nth(6).inner_text().startswith("20")
    expect(page.locator("#t2-library-heading p")).to_have_text("共 61 份，符合条件 1 份")
    search(page, "没有这样的")
    expect(page.locator("#t2-documents")).to_have_text(CHINESE.library.nothing_found)
    search(page, "")
    page.locator("#t2-library-only input").click()
    page.get_by_role("option", name="已跳过").click()
    expect(rows(page)).to_have_count(1)
    expect(row(page, "坏文件")).to_contain_text("像是二进制文件")
    screenshot(page, "skipped")


def test_the_list_is_sorted_and_turned_over(open_documents: Open) -> None:
    page = open_documents()
    expect(page.locator("th.t2-column-path")).to_have_attribute("aria-sort", "ascending")
    page.locator(".t2-pages button").last.click()
    expect(rows(page)).to_have_count(11)
    expect(page.locator(".t2-pages span")).to_have_text("第 2 / 2 页")
    page.locator("th.t2-column-passages button").click()
    expect(page.locator(".t2-pages span")).to_have_text("第 1 / 2 页")
    page.locator("th.t2-column-passages button").click()
    expect(page.locator("th.t2-column-passages")).to_have_attribute("aria-sort", "descending")
    counts = [int(text or 0) for text in page.locator("td.t2-column-passages").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    screenshot(page, "sorted")


def test_hostile_names_are_text(open_documents: Open) -> None:
    page = open_documents()
    search(page, "险恶")
    expect(row(page, "<script>window.hacked = 1</script>")).to_have_count(1)
    search(page, "onerror")
    expect(row(page, "<img src=x onerror=window.hacked=1>\ufffddm.md")).to_have_count(1)
    page.locator("#t2-documents tbody input").check()
    page.locator("#t2-library-remove").click()
    expect(page.locator(".t2-confirm code")).to_contain_text("onerror=window.hacked=1>\ufffddm")
    page.locator("#t2-library-no").click()
    expect(page.locator(".t2-confirm")).not_to_be_visible()


def test_files_are_uploaded_and_what_came_of_each_is_said(
    open_documents: Open, served: Served
) -> None:
    page = open_documents()
    upload(page, ("澄海（终稿）.md", NOTE), ("图片.md", PNG), ("表.xlsx", PNG), ("空.txt", b" "))
    said = page.locator("#t2-library-said li")
    expect(said).to_have_count(4)
    expect(said.nth(0)).to_have_text("澄海（终稿）.md 已收下")
    expect(said.nth(1)).to_have_text("图片.md 内容不是文本；请转成 Markdown 或纯文本")
    expect(said.nth(2)).to_have_text("表.xlsx 不支持这种格式")
    expect(said.nth(3)).to_have_text("空.txt 里面没有文字")
    expect(page.locator("#t2-report")).to_contain_text("uploads/澄海（终稿）.md")
    screenshot(page, "uploaded")
    search(page, "澄海")
    expect(row(page, "澄海电机调研")).to_contain_text("已编入")
    assert served.desk.service.document("uploads/澄海（终稿）.md").title == "澄海电机调研"
    upload(page, ("又.md", NOTE), ("澄海（终稿）.md", NOTE + b"more"))
    expect(said.nth(0)).to_have_text("又.md 资料中已有相同的文件（保存为 uploads/澄海（终稿）.md）")
    expect(said.nth(1)).to_have_text("澄海（终稿）.md 已收下（保存为 uploads/澄海（终稿） (2).md）")
    expect(rows(page)).to_have_count(2)


def test_files_are_dropped_on_the_field(open_documents: Open, served: Served) -> None:
    page = open_documents()
    dropped = page.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["# 投放\\n\\n投放的文字。"], "投放.md"));
          return transfer;
        }"""
    )
    field = page.locator("#t2-library-upload > button")
    field.dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#t2-library-said li")).to_have_text("投放.md 已收下")
    search(page, "投放")
    expect(row(page, "已编入")).to_have_count(1)
    assert (served.corpus / "uploads/投放.md").is_file()


def test_documents_are_deleted_after_a_question_and_brought_back(
    open_documents: Open, served: Served
) -> None:
    page = open_documents()
    expect(page.locator("#t2-library-remove")).to_be_disabled()
    for name in ("周报/03.md", "周报/07.md"):
        row(page, name).locator("input").check()
    page.locator(".t2-pages button").last.click()
    row(page, "银杏集团").locator("input").check()
    button = page.locator("#t2-library-remove")
    expect(button).to_have_text("删除所选（3）")
    button.click()
    expect(page.locator(".t2-confirm li")).to_have_count(3)
    screenshot(page, "confirm")
    page.locator("#t2-library-no").click()
    expect(page.locator(".t2-confirm")).not_to_be_visible()
    assert (served.corpus / "周报/03.md").is_file()
    button.click()
    page.locator("#t2-library-yes").click()
    expect(page.locator("#t2-library-said li")).to_have_count(3)
    expect(page.locator("#t2-library-heading p")).to_contain_text("份")
    search(page, "周报/03")
    expect(page.locator("#t2-documents")).to_have_text(CHINESE.library.nothing_found)
    assert not (served.corpus / "周报/03.md").exists()
    expect(button).to_be_disabled()
    screenshot(page, "deleted")
    page.locator("#t2-library-undo").click()
    expect(page.locator("#t2-library-said p")).to_have_text("已恢复")
    expect(row(page, "已编入")).to_have_count(1)
    assert (served.corpus / "周报/03.md").is_file()
    expect(page.locator("#t2-library-undo")).not_to_be_visible()


def test_all_on_a_page_are_chosen_at_once(open_documents: Open) -> None:
    page = open_documents()
    search(page, "第1")
    expect(rows(page)).to_have_count(10)
    page.locator(".t2-all").check()
    expect(page.locator("#t2-library-remove")).to_have_text("删除所选（10）")
    rows(page).first.locator("input").uncheck()
    expect(page.locator("#t2-library-remove")).to_have_text("删除所选（9）")
    assert page.locator(".t2-all").evaluate("box => box.indeterminate")
    page.locator(".t2-all").check()
    expect(page.locator("#t2-library-remove")).to_have_text("删除所选（10）")
    page.locator(".t2-all").uncheck()
    expect(page.locator("#t2-library-remove")).to_have_text("删除所选")


def test_a_document_is_opened_from_the_list(open_documents: Open) -> None:
    page = open_documents()
    search(page, "石斛")
    row(page, "石斛集团").get_by_role("link").click()
    expect(page.locator("#t2-source")).to_contain_text("石斛集团 2024 年营业收入为 8.5 亿元")
    expect(page.locator("#t2-source")).to_be_visible()
    screenshot(page, "opened")


def test_the_list_follows_changes_made_elsewhere(open_documents: Open, served: Served) -> None:
    page = open_documents()
    search(page, "山茶")
    expect(page.locator("#t2-documents")).to_have_text(CHINESE.library.nothing_found)
    (served.corpus / "山茶.md").write_text("# 山茶集团\n\n山茶。\n", encoding="utf-8")
    served.desk.service.rebuild()
    expect(row(page, "山茶集团")).to_contain_text("已编入")
    (served.corpus / "山茶.md").unlink()
    page.get_by_role("tab").nth(0).click()
    page.get_by_role("tab").nth(1).click()
    expect(row(page, "山茶集团")).to_contain_text("已删除，待更新")
    served.desk.service.rebuild()
    expect(page.locator("#t2-documents")).to_have_text(CHINESE.library.nothing_found)


def test_the_panel_speaks_english(open_documents: Open) -> None:
    page = open_documents()
    page.locator("#t2-open-settings").click()
    page.locator("#t2-language label").nth(1).click()
    expect(page.locator("#t2-library-heading h2")).to_have_text(ENGLISH.library.heading)
    expect(page.locator("th.t2-column-indexed")).to_have_text("Indexed")
    expect(page.locator("#t2-library-upload > label")).to_have_text(ENGLISH.library.upload)
    page.keyboard.press("Escape")
    upload(page, ("picture.md", PNG))
    expect(page.locator("#t2-library-said li")).to_contain_text("picture.md it is a PNG image")
    screenshot(page, "english")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_each_document_is_a_card(open_documents: Open, scheme: str) -> None:
    page = open_documents(*PHONE, scheme=scheme)
    expect(page.locator("#t2-documents thead")).not_to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0]
    search(page, LONG[:6])
    expect(rows(page)).to_have_count(1)
    search(page, "")
    expect(rows(page)).to_have_count(50)
    screenshot(page, f"phone-{scheme}")
    rows(page).first.locator("input").check()
    page.locator("#t2-library-remove").click()
    expect(page.locator("#t2-library-yes")).to_be_visible()
    screenshot(page, f"phone-confirm-{scheme}")
    page.locator("#t2-library-no").click()


def test_dark(open_documents: Open) -> None:
    page = open_documents(scheme="dark")
    upload(page, ("picture.md", PNG))
    expect(page.locator("#t2-library-said li")).to_have_count(1)
    rows(page).first.locator("input").check()
    page.locator("#t2-library-remove").click()
    expect(page.locator(".t2-confirm")).to_be_visible()
    screenshot(page, "dark")
    page.locator("#t2-library-no").click()


class Elsewhere(PacedDesk):
    """The service of a desk that manages its files elsewhere."""

    @property
    def settings(self) -> Settings:
        return self.service.settings.model_copy(update={"manage_documents": False})


def test_where_files_are_managed_elsewhere_they_are_only_listed(
    open_page: Open, served: Served
) -> None:
    with serving(Elsewhere(served.desk.service), served.settings) as url:
        page = open_page()
        page.goto(url)
        page.get_by_role("tab").nth(1).click()
        rows(page).first.wait_for()
        expect(page.locator("#t2-library-upload, #t2-library-remove")).to_have_count(0)
        expect(page.locator("#t2-documents input")).to_have_count(0)
        screenshot(page, "elsewhere")
        page.goto("about:blank")
