"""Where to cut a run of pieces so that the parts are nearly equal and none is too long."""

from __future__ import annotations

from collections.abc import Sequence


def pack(
    starts: Sequence[int], ends: Sequence[int], costs: Sequence[float], limit: int
) -> list[tuple[int, int]]:
    """Cut a run of pieces into parts of at most ``limit`` characters, the cheapest way.

    A part costs the square of the room it leaves, as a share of ``limit``, and the cost of
    cutting at its end. Few and even parts are cheapest, found by dynamic programming in the
    manner of Knuth and Plass's line breaking (1981). Every choice depends on its neighbourhood
    only, so that an edit far away seldom moves a cut.

    Args:
        starts: Where each piece begins, ascending.
        ends: Where each piece ends.
        costs: Cost of cutting after each piece; the last one's is not used.
        limit: Longest part; a single piece may be longer and is then a part of its own.

    Returns:
        Half-open ranges of piece numbers, in order, covering all pieces.
    """
    count = len(starts)
    best = [0.0] + [float("inf")] * count
    begin = [0] * (count + 1)
    for last in range(count):
        cut = costs[last] if last + 1 < count else 0.0
        for first in range(last, -1, -1):
            length = ends[last] - starts[first]
            if length > limit and first < last:
                break
            room = max(0.0, 1.0 - length / limit)
            total = best[first] + room * room + cut
            if total < best[last + 1]:
                best[last + 1], begin[last + 1] = total, first
    parts: list[tuple[int, int]] = []
    stop = count
    while stop:
        parts.append((begin[stop], stop))
        stop = begin[stop]
    return parts[::-1]
