"""When each document was indexed: told from its number and one entry of the meta table.

A commit gives its documents numbers above all that are there. So it is enough to keep the first
number of each commit with its time; an index that has no such entry is as good as any other.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

_KEY = "indexed_from"

Commits = list[tuple[int, int]]
"""First document number and time (seconds since 1970) of commits, ascending."""


def note_commit(connection: sqlite3.Connection, first: int, built_at: str) -> None:
    """Note that the documents numbered from ``first`` on were indexed at ``built_at``.

    Commits that no document is left of are forgotten, so that there are never more of them than
    documents.
    """
    rows = connection.execute("SELECT number FROM documents ORDER BY number")
    numbers = [int(number) for (number,) in rows]
    if not numbers or numbers[-1] < first:
        return
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    known = [one for one in _parsed(row[0] if row else "") if one[0] < first]
    known.append((first, int(datetime.fromisoformat(built_at).timestamp())))
    ends = [one[0] for one in known[1:]] + [numbers[-1] + 1]
    kept = [
        one
        for one, end in zip(known, ends, strict=True)
        if bisect_right(numbers, end - 1) > bisect_right(numbers, one[0] - 1)
    ]
    text = " ".join(f"{number}:{time}" for number, time in kept)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, text))


def indexed_times(meta: Mapping[str, str], numbers: Sequence[int]) -> list[str | None]:
    """Return when the documents of these numbers were read into the index.

    As ISO 8601 with offset; None for those that an older t2vqa indexed, which kept no time.
    """
    commits = _parsed(meta.get(_KEY, ""))
    firsts = [first for first, _ in commits]
    times = [_iso(time) for _, time in commits]
    places = (bisect_right(firsts, number) - 1 for number in numbers)
    return [times[place] if place >= 0 else None for place in places]


def _parsed(text: str) -> Commits:
    """Read the entry; as none where it is not in the form it was written in."""
    try:
        pairs = [entry.split(":") for entry in text.split()]
        return [(int(first), int(time)) for first, time in pairs]
    except ValueError:
        return []


def _iso(time: int) -> str | None:
    try:
        return datetime.fromtimestamp(time).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None
