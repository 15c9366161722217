"""What the browser tests serve: some documents of their own, and a service that can be held up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from t2vqa.config import Settings
from t2vqa.service import ResearchQA
from t2vqa.types import Answer, BuildReport

_HOSTILE = """# 险恶<script>window.hacked = 1</script>公司

险恶公司的总部位于 <img src=x onerror="window.hacked = 1"> 月球城 &lt;b&gt; `http://evil.example`。

- 险恶公司的风险甲 <script>window.hacked = 1</script>
- 险恶公司的风险乙 <iframe src="http://evil.example/frame"></iframe>
- 险恶公司的风险丙 ![图](http://evil.example/pixel.png) [链接](javascript:window.hacked=1)
"""


_ORDINARY = """---
title: 石斛集团调研纪要
date: 2024-05-01
source: 自制
---

# 石斛集团调研纪要

## 经营情况

石斛集团 2024 年营业收入为 8.5 亿元，同比增长 12%。

## 风险提示

石斛集团的主要风险有以下四项：

- 石斛集团面临汇率波动的风险
- 石斛集团面临原材料涨价的风险
- 石斛集团面临客户集中的风险
- 石斛集团面临人才流失的风险
"""

_CHANGING = """# 银杏集团调研纪要

银杏集团 2024 年营业收入为 3.3 亿元。
"""

DOCUMENTS = {
    "险恶 文件.md": _HOSTILE,
    "调研/石斛集团 纪要.md": _ORDINARY,
    "银杏集团.md": _CHANGING,
}
"""What the copy of the shipped corpus holds besides: by path."""


class PacedDesk:
    """The real service, with a gate behind the first piece of an answer and before a rebuild."""

    def __init__(self, service: ResearchQA) -> None:
        self.service = service
        self.answering = threading.Event()
        self.rebuilding = threading.Event()
        self.open_gates()

    def open_gates(self) -> None:
        self.answering.set()
        self.rebuilding.set()

    def stream(self, question: str, *args: object, **more: object) -> Iterator[Answer]:
        for piece in self.service.stream(question, *args, **more):
            yield piece
            assert self.answering.wait(60)

    def rebuild(self, **how: object) -> BuildReport:
        assert self.rebuilding.wait(60)
        return self.service.rebuild(**how)

    def __getattr__(self, name: str) -> object:
        return getattr(self.service, name)


@dataclass(frozen=True)
class Served:
    """A page being served: where, over which service and corpus."""

    url: str
    desk: PacedDesk
    corpus: Path
    settings: Settings


def send(page: Page, question: str) -> None:
    page.locator("#t2-question textarea").fill(question)
    page.locator("#t2-question textarea").press("Enter")


def ask(page: Page, question: str) -> Locator:
    """Ask and wait for the whole answer; return its row in the chat."""
    before = page.locator("#t2-chat .bot-row").count()
    send(page, question)
    expect(page.locator("#t2-chat .bot-row")).to_have_count(before + 1)
    expect(page.locator("#t2-question .submit-button")).to_be_visible()
    row = page.locator("#t2-chat .bot-row").last
    expect(row.locator(".t2-answer, .t2-failure")).to_be_visible()
    return row
