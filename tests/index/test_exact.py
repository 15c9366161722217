"""The vectors in memory are those of the state that is asked, and the nearest are the nearest."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_house import House

from t2vqa.index.exact import ExactVectors, VectorMemory, load_vectors
from t2vqa.index.snapshot import Snapshot
from t2vqa.index.vector_codec import decode_vectors, to_steps

DIMENSIONS = 64


def random_rows(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)


@given(st.integers(0, 1000), st.integers(1, 60), st.integers(1, 70))
def test_the_nearest_are_found_in_order(seed: int, count: int, limit: int) -> None:
    rows = random_rows(seed, count + 1)
    numbers = np.random.default_rng(seed).permutation(count).astype(np.int64) * 3
    held = ExactVectors.of(numbers, to_steps(rows[:count]))
    found = held.search(rows[count], limit)
    kept = to_steps(rows[:count]).astype(np.float32)
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    scores = dict(zip(numbers.tolist(), (kept @ rows[count]).tolist(), strict=True))
    assert len(found) == min(limit, count)
    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)
    for number, score in found:
        assert score == pytest.approx(scores[number], abs=1e-4)
    left_out = set(scores) - {number for number, _ in found}
    if left_out:
        assert max(scores[number] for number in left_out) <= found[-1][1] + 1e-4


def test_equal_ones_are_all_given_in_the_order_of_their_numbers() -> None:
    (row,) = random_rows(1, 1)
    held = ExactVectors.of(np.array([9, 2, 5]), to_steps(np.stack([row, row, row])))
    assert [number for number, _ in held.search(row, 1)] == [2, 5, 9]
    assert held.search(row, 0) == []


@pytest.mark.parametrize("count", [1, 900, 1025, 3000])
def test_a_score_does_not_hang_on_the_other_passages(count: int) -> None:
    rows = random_rows(4, 3001)
    all_of_them = ExactVectors.of(np.arange(3000), to_steps(rows[:3000]))
    some = ExactVectors.of(np.arange(3000 - count, 3000), to_steps(rows[3000 - count : 3000]))
    scores = dict(all_of_them.search(rows[3000], 3000))
    assert all(scores[number] == score for number, score in some.search(rows[3000], count))


def test_ranges_narrow() -> None:
    held = ExactVectors.of(np.arange(10), to_steps(random_rows(2, 10)))
    found = held.within([(7, 9), (0, 2)]).search(random_rows(3, 1)[0], 99)
    assert {number for number, _ in found} == {0, 1, 7, 8}
    assert held.within([]).search(random_rows(3, 1)[0], 9) == []


def by_id(state: Snapshot, held: ExactVectors) -> dict[str, list[int]]:
    names = dict(state.connection.execute("SELECT number, id FROM passages"))
    return {
        names[number]: row
        for number, row in zip(held.numbers.tolist(), held.steps.tolist(), strict=True)
    }


def test_what_is_held_follows_the_index(house: House) -> None:
    house.build()
    reader = house.reader()
    steps: list[dict[str, str]] = [
        {},
        {"新.md": "# 新\n\n云影于 2024 年 3 月发布\n"},
        {
            "notes/c.md": "# 丙\n\n改过的一句\n\n另有一句\n",
            "双.md": "# 新\n\n云影于 2024 年 3 月发布\n",
        },
        {"notes/b.txt": "Nothing is as it was.\n"},
    ]
    for files in steps:
        house.write(files)
        house.build()
        with reader.snapshot() as state:
            held = state.exact_vectors()
            fresh = VectorMemory().vectors(state.connection, "other", DIMENSIONS)
            assert by_id(state, held) == by_id(state, fresh)
            assert len(held.numbers) == state.passage_count
            some = load_vectors(state.connection, DIMENSIONS, [(0, 10**9)])
            assert by_id(state, some) == by_id(state, held)
    (house.corpus / "notes/c.md").unlink()
    house.build()
    with reader.snapshot() as state:
        assert len(state.exact_vectors().numbers) == state.passage_count


def test_only_new_vectors_are_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.build()
    reader = house.reader()
    with reader.snapshot() as state:
        state.exact_vectors()
    monkeypatch.setattr(
        "t2vqa.index.exact._fill_from_all", lambda *_: pytest.fail("all vectors are read")
    )
    house.write({"新.md": "# 新\n\n新的消息\n"})
    house.build()
    with reader.snapshot() as state:
        assert len(state.exact_vectors().numbers) == state.passage_count


def test_many_threads_read_the_vectors_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.build()
    reader = house.reader()
    read: list[int] = []
    true_one = VectorMemory().vectors.__globals__["_refreshed"]

    def counted(before: ExactVectors | None, connection: sqlite3.Connection, n: int) -> object:
        read.append(n)
        return true_one(before, connection, n)

    monkeypatch.setattr("t2vqa.index.exact._refreshed", counted)

    def one(_: int) -> int:
        with reader.snapshot() as state:
            return len(state.exact_vectors().numbers)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(32)))) == 1
    assert len(read) == 1


def test_vectors_are_those_of_the_passages(house: House) -> None:
    house.build()
    with house.reader().snapshot() as state:
        held = by_id(state, state.exact_vectors())
        vectors = state.passage_vectors(held)
        for name, row in held.items():
            blob = np.array(row, np.int8).tobytes()
            assert np.array_equal(decode_vectors([blob], DIMENSIONS)[0], vectors[name])
