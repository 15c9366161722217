"""A corpus folder to change, and an embedder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from t2vqa.config import Settings
from t2vqa.index.builder import build_index
from t2vqa.index.embedding.base import OnDone, PassageVectors, Vectors
from t2vqa.index.reader import IndexReader, open_reader
from t2vqa.types import BuildReport, Span

CORPUS = {
    "甲科技 年报.md": (
        "# 甲科技 2024 年报\n\n"
        "## 业绩\n\n2024 年营业收入为 12.5 亿元，同比增长 30%。净利润为 2.1 亿元。\n\n"
        "## 风险\n\n主要风险包括：\n\n- 汇率波动\n- 原材料价格上涨\n- 客户集中\n\n"
        "## 产品\n\n| 产品 | 收入 | 占比 |\n|---|---|---|\n| 传感器 | 8 亿元 | 64% |\n"
        "| 芯片 | 4.5 亿元 | 36% |\n"
    ),
    "notes/b.txt": (
        'Northwind Ltd reported AND OR NOT "quoted" results. Its C++ tools sell at 3.5% margin.\n\n'
        "The board met in March. A second plant opens in 2026.\n"
    ),
    "notes/c.md": (
        "---\ntitle: 乙集团调研\ndate: 2024-05-01\nsource: 自制\n---\n\n"
        "乙集团是一家文生视频公司。它的产品名为云影。\n\n"
        "云影于 2024 年 3 月发布，用户达到 300 万。\n"
    ),
}


class HashEmbedder:
    """Gives each character pair a random direction; counts what it is asked."""

    def __init__(self, name: str = "hash", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.embedded: list[str] = []
        self.before_batch: Callable[[], None] = lambda: None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        on_done: OnDone | None = None,
    ) -> PassageVectors:
        self.before_batch()
        self.embedded.extend(texts)
        units = tuple(
            np.stack([self._vector(span.of(text)) for span in wanted])
            for text, wanted in zip(texts, spans or [()] * len(texts), strict=True)
        )
        if on_done:
            on_done(len(texts))
        return PassageVectors(np.stack([self._vector(text) for text in texts]), units)

    def _vector(self, text: str) -> np.ndarray:
        total = np.zeros(self.dimensions, np.float32)
        for place in range(len(text)):
            digest = hashlib.sha256(text[place : place + 2].encode("utf-8", "replace")).digest()
            bits = np.frombuffer(digest * (self.dimensions // 32), np.uint8)[: self.dimensions]
            total += bits.astype(np.float32) - 127.5
        length = float(np.linalg.norm(total))
        return (total / length if length else np.eye(1, self.dimensions)[0]).astype(np.float32)


class House:
    """A corpus, its index, and what to do with them."""

    def __init__(self, folder: Path) -> None:
        self.corpus = folder / "corpus"
        self.index = folder / "index"
        self.embedder = HashEmbedder()
        self.settings = Settings(passage_characters=120)
        self._readers: list[IndexReader] = []

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            target = self.corpus / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def build(self, **options: object) -> BuildReport:
        return build_index(self.corpus, self.index, self.settings, self.embedder, **options)

    def reader(self, **options: object) -> IndexReader:
        reader = open_reader(self.index, self.embedder.name, **options)
        self._readers.append(reader)
        return reader

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
