from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.errors import CorpusError
from t2vqa.types import BuildReport, IndexStatus, Skipped
from t2vqa.web.news import Digest
from t2vqa.web.status_html import (
    digest_html,
    failure_status_html,
    not_updated_html,
    report_html,
    status_html,
)
from t2vqa.web.wording import CHINESE, ENGLISH

TAG = re.compile(r"</?[a-z]+(?: (?:class|role|title|href|type|aria-label)=\"[^\"<>]*\"| open)*>")
NAMES = st.lists(st.text(min_size=1, max_size=20), max_size=12).map(tuple)


def status(**changes: object) -> IndexStatus:
    known = {
        "corpus": "c",
        "index": "i",
        "documents": 1234,
        "passages": 56789,
        "built_at": "2026-01-02T03:04:05+00:00",
        "model": "m",
    }
    return IndexStatus(**{**known, **changes})  # type: ignore[arg-type]


def test_the_line_tells_documents_passages_and_when() -> None:
    page = status_html(status(), CHINESE)
    assert "1,234 份文档 · 56,789 个段落" in page
    assert "2026-01-02" in page


def test_without_an_index_the_line_says_so() -> None:
    assert CHINESE.status_unbuilt in status_html(status(built_at=None), CHINESE)


def test_a_strange_time_is_shown_as_it_is() -> None:
    assert "yesterday" in status_html(status(built_at="yesterday"), ENGLISH)


@given(NAMES, st.text(max_size=30))
def test_names_and_reasons_are_shown_as_text(names: tuple[str, ...], reason: str) -> None:
    skipped = tuple(Skipped(name, reason) for name in names)
    report = BuildReport(names, names, names, 0, skipped, 1, 1, 0.1)
    for page in (
        status_html(status(skipped=skipped, stale=names), ENGLISH),
        report_html(report, CHINESE),
        failure_status_html(CorpusError(reason), CHINESE),
        digest_html(Digest(1, names, names, names, skipped), CHINESE),
        not_updated_html(CorpusError(reason), ENGLISH),
    ):
        assert "<" not in TAG.sub("", page)


def test_a_report_names_what_changed_and_counts_what_is_too_much_to_name() -> None:
    many = tuple(f"{number}.md" for number in range(30))
    page = report_html(BuildReport(many, ("改.md",), (), 0, (), 1, 1, 2.34), CHINESE)
    assert "2.3 秒" in page
    assert "0.md" in page and "改.md" in page
    assert "29.md" not in page
    assert "等 30 份" in page
    assert CHINESE.removed not in page


def test_a_rebuild_without_changes_says_so() -> None:
    page = report_html(BuildReport((), (), (), 3, (), 1, 0, 0.1), CHINESE)
    assert CHINESE.rebuilt_nothing in page
    assert "details" not in page


def test_news_are_told_on_a_line_with_the_names_to_unfold() -> None:
    digest = Digest(1, ("新一.md", "新二.md"), ("改.md",), ("旧.md",))
    page = digest_html(digest, CHINESE)
    assert "<summary>资料已更新：新增 2、修改 1、删除 1</summary>" in page
    assert "open" not in page
    for name in ("新一.md", "新二.md", "改.md", "旧.md"):
        assert name in page
    assert CHINESE.dismiss in page


def test_news_say_why_a_file_is_skipped() -> None:
    one = Skipped("a.xyz", "files of the kind '.xyz' are not supported; supported are .md")
    added = digest_html(Digest(1, ("a.md",), skipped=(one,)), CHINESE)
    assert "<summary>资料已更新：新增 1（跳过 1：不支持这种格式）</summary>" in added
    alone = digest_html(Digest(1, skipped=(one,)), CHINESE)
    assert "<summary>资料已更新：跳过 1：不支持这种格式</summary>" in alone
    two = digest_html(Digest(1, skipped=(one, Skipped("b.xyz", one.reason))), ENGLISH)
    assert "<summary>Documents updated: 2 skipped</summary>" in two
    assert "b.xyz" in two


def test_what_is_said_of_the_index_itself_is_shown_in_the_pages_language() -> None:
    note = "The index was damaged (2 vectors) and is mended."
    alone = digest_html(Digest(1, notes=(note,)), CHINESE)
    assert "<p>索引曾有损坏，已修复</p>" in alone
    both = digest_html(Digest(1, edited=("a.md",), notes=(note,)), ENGLISH)
    assert f"Documents updated: 1 edited. {note}" in both
    assert "索引曾有损坏" in report_html(
        BuildReport((), (), (), 1, (), 1, 0, 0.1, notes=(note,)), CHINESE
    )


def test_where_nothing_changed_there_is_nothing_to_tell() -> None:
    assert digest_html(Digest(3), CHINESE) == ""


def test_that_the_index_could_not_follow_is_told_with_the_reason() -> None:
    page = not_updated_html(CorpusError("There is no document."), CHINESE)
    assert CHINESE.not_updated in page
    assert "There is no document." in page
