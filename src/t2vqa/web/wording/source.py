"""What the pane of sources says beside the source itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceWording:
    """The words in one language. Braces are filled with ``str.format``."""

    close: str
    whole: str
    back: str
    whole_label: str
    contents: str
    contents_cut: str
    further_up: str
    further_down: str
    end: str
    find: str
    find_placeholder: str
    find_previous: str
    find_next: str
    hits: str
    no_hit: str
    removed: str
    excerpt: str


CHINESE = SourceWording(
    close="关闭出处",
    whole="全文",
    back="回到引用",
    whole_label="全文",
    contents="目录（{count}）",
    contents_cut="标题较多，只列出前 {count} 个",
    further_up="继续看前文",
    further_down="继续看后文",
    end="全文完",
    find="在全文中查找",
    find_placeholder="在全文中查找，按回车",
    find_previous="上一处",
    find_next="下一处",
    hits="{number} / {total}",
    no_hit="没有找到",
    removed="这份文档已不在索引中。",
    excerpt="原文",
)
"""In Chinese."""

ENGLISH = SourceWording(
    close="Close the source",
    whole="Whole document",
    back="Back to the citation",
    whole_label="Whole document",
    contents="Contents ({count})",
    contents_cut="There are many headings; these are the first {count}",
    further_up="Further up",
    further_down="Further down",
    end="End of the document",
    find="Find in the document",
    find_placeholder="Find in the document, then Enter",
    find_previous="Previous match",
    find_next="Next match",
    hits="{number} of {total}",
    no_hit="Not found",
    removed="This document is no longer in the index.",
    excerpt="The document's text",
)
"""In English."""
