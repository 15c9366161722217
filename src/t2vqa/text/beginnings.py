"""Matches of slow patterns, tried only where one can begin."""

from __future__ import annotations

import re
from collections.abc import Iterator


def matches_from(
    beginning: re.Pattern[str], pattern: re.Pattern[str], text: str
) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer`` would.

    The engine itself tries every character where a pattern begins with a condition or with
    something optional.

    Args:
        beginning: Matches wherever a match of ``pattern`` begins, and may match elsewhere too.
        pattern: Never matches nothing.
        text: Where to look.
    """
    place = 0
    while (found := beginning.search(text, place)) is not None:
        match = pattern.match(text, found.start())
        if match is None:
            place = found.start() + 1
        else:
            place = match.end()
            yield match
