"""When each document was indexed is known after any sequence of builds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_house import House

from t2vqa.index.history import indexed_times, note_commit
from t2vqa.index.schema import connect_reader, create_tables, read_meta

DAY = "2026-01-{:02}T08:00:00+00:00"


def times(house: House) -> dict[str, str | None]:
    with closing(connect_reader(house.index)) as connection:
        rows = connection.execute("SELECT path, number FROM documents").fetchall()
        found = indexed_times(read_meta(connection), [number for _, number in rows])
        return dict(zip((path for path, _ in rows), found, strict=True))


def test_only_what_was_read_anew_has_a_new_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_on(day: int, **options: bool) -> dict[str, str | None]:
        monkeypatch.setattr("t2vqa.index.builder._now", lambda: DAY.format(day))
        house.build(**options)
        return {path: time and time[:10] for path, time in times(house).items()}

    monkeypatch.setenv("TZ", "UTC")
    assert set(build_on(1).values()) == {"2026-01-01"}
    house.write({"notes/b.txt": "Other words.\n", "d.md": "# D\n\nNew.\n"})
    assert build_on(2) == {
        "d.md": "2026-01-02",
        "notes/b.txt": "2026-01-02",
        "notes/c.md": "2026-01-01",
        "甲科技 年报.md": "2026-01-01",
    }
    (house.corpus / "d.md").unlink()
    assert build_on(3)["notes/b.txt"] == "2026-01-02"
    house.write({"d.md": "# D\n\nNew again.\n"})
    assert build_on(4)["d.md"] == "2026-01-04"
    assert build_on(5)["d.md"] == "2026-01-04"
    assert set(build_on(6, rebuild=True).values()) == {"2026-01-06"}


def test_an_index_without_times_is_read_and_goes_on(house: House) -> None:
    house.build()
    with closing(sqlite3.connect(house.index / "t2vqa.sqlite3")) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key = 'indexed_from'")
    assert set(times(house).values()) == {None}
    house.write({"d.md": "# D\n\nNew.\n"})
    house.build()
    assert {path for path, time in times(house).items() if time} == {"d.md"}


@pytest.mark.parametrize("value", ["", "nonsense", "1:2:3", "1:99999999999999999999"])
def test_a_damaged_entry_tells_no_time(value: str) -> None:
    assert indexed_times({"indexed_from": value}, [1, 2]) == [None, None]


@given(st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 12))), max_size=12))
def test_times_are_those_of_the_commits_and_no_more_of_them_are_kept_than_documents(
    steps: list[tuple[int, set[int]]],
) -> None:
    """Each step deletes the documents at some places, adds some, and commits."""
    expected: dict[int, str] = {}
    most = 0
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        create_tables(connection)
        for day, (added, removed) in enumerate(steps, start=1):
            for number in [n for place, n in enumerate(sorted(expected)) if place in removed]:
                del expected[number]
                connection.execute("DELETE FROM documents WHERE number = ?", (number,))
            base = max(expected, default=0)
            for number in range(base + 1, base + 1 + added):
                expected[number] = DAY.format(day)
                connection.execute(
                    "INSERT INTO documents VALUES (?, ?, '', '', '', '', 0, 0, 0, 0, 0, 0)",
                    (number, str(number)),
                )
            note_commit(connection, base + 1, DAY.format(day))
            most = len(expected) if added else most
        meta = read_meta(connection)
    found = indexed_times(meta, sorted(expected))
    assert [time and time[:10] for time in found] == [expected[n][:10] for n in sorted(expected)]
    assert len(meta.get("indexed_from", "").split()) <= most
