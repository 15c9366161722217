"""Cuts are even, within the limit, and where they cost least."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index.packing import pack


def cut(lengths: list[int], limit: int, costs: list[float] | None = None) -> list[tuple[int, int]]:
    starts, ends, place = [], [], 0
    for length in lengths:
        starts.append(place)
        place += length
        ends.append(place)
    return pack(starts, ends, costs or [0.0] * len(lengths), limit)


@given(st.lists(st.integers(1, 400), max_size=40), st.integers(80, 300))
def test_parts_cover_all_pieces_in_order_within_the_limit(lengths: list[int], limit: int) -> None:
    parts = cut(lengths, limit)
    assert [place for first, stop in parts for place in range(first, stop)] == list(
        range(len(lengths))
    )
    for first, stop in parts:
        assert stop - first == 1 or sum(lengths[first:stop]) <= limit


def test_the_last_part_is_not_a_crumb() -> None:
    assert cut([10] * 11, 100) == [(0, 5), (5, 11)] or cut([10] * 11, 100) == [(0, 6), (6, 11)]


def test_a_costly_cut_is_avoided() -> None:
    assert cut([50, 20, 40, 40], 100, [0.0, 10.0, 0.0, 0.0]) == [(0, 1), (1, 4)]


def test_a_change_far_away_moves_no_cut() -> None:
    lengths = [37, 81, 52, 44, 90, 23, 66, 71, 48, 95, 31, 60] * 10
    costs = [place * 37 % 101 / 500 for place in range(120)]
    changed = [*lengths[:-1], 90]
    assert cut(lengths, 200, costs)[:30] == cut(changed, 200, costs)[:30]
