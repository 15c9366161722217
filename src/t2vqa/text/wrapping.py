"""Find the line breaks that only serve a page's width: hard-wrapped paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from t2vqa.text.normal import display_width

LIST_MARKER = re.compile(
    r"""[ \t]*(?:
        [-*+•●○■□◆◇▪‣–·➢►✓✔]            # bullets
      | [(（]\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivx]{2,4})\s*[)）]
      | [①-⑳⑴-⒇❶-❿]
      | (?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s*[、.．)）:：](?!\d)
      | \d{1,3}(?:\.\d{1,3})+(?![\d%])   # 10.70
      | \d{1,3}[ ]+(?=[\u4e00-\u9fff])
      | 第[一二三四五六七八九十百零\d]{1,5}[章节条款项部分编篇]
      | [【#|>]
    )""",
    re.VERBOSE,
)
"""What a line begins with that is an item, a numbered clause or a heading of its own."""

_FINAL = re.compile(r"[。！？；：!?;:…|][”’」』）】》)\]\"']*$|[.][”’)\]\"']*$")
_CONTINUATION = re.compile(r"[，。、；：！？）】》」』”’,;:!?)\]%％]|[a-z]")
_OPEN_END = re.compile(r"[，、,（(《“「]$")
_FIRST_TOKEN = re.compile(r"[A-Za-z0-9.,%+$-]+|.")
_LABEL = re.compile(r"[^\s，。；,;：:]{1,10}[：:](?=\S)")
_NARROWEST = 50
_FULL = 0.88
_WIDEST = 170


def wrapped_lines(lines: Sequence[str]) -> list[bool]:
    """Tell for each line of a paragraph whether the next one only continues it.

    Lines are joined that would have gone on had the page been wider: no sentence or item ends
    there, the next line begins none, and its first word did not fit any more into the width that
    the paragraph's lines have in common.

    Args:
        lines: Neighbouring lines without blank ones among them, stripped.

    Returns:
        As many truth values as lines; the last is always False.
    """
    widths = [display_width(line) for line in lines]
    widest = max(widths, default=0)
    several = sum(width >= widest * _FULL for width in widths) > 1
    joins = [
        _continues(lines[place], widths[place], lines[place + 1], widest, several)
        for place in range(len(lines) - 1)
    ]
    return [*joins, False] if lines else []


def _continues(line: str, width: int, following: str, widest: int, several: bool) -> bool:
    if not line or not following or _FINAL.search(line) or LIST_MARKER.match(following):
        return False
    if LIST_MARKER.fullmatch(line):
        return False
    if _CONTINUATION.match(following) or _OPEN_END.search(line):
        return True
    if not _NARROWEST <= widest <= _WIDEST or _LABEL.match(following):
        return False
    if not several and not _FINAL.search(following):
        return False
    first = _FIRST_TOKEN.match(following)
    needed = display_width(first.group()) + 1 if first else 1
    return width >= _NARROWEST * 0.8 and width + needed >= widest * _FULL
