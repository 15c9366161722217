import os
from collections.abc import Callable

import pytest
from library_room import Room

from t2vqa.errors import CorpusError
from t2vqa.library.entries import DocumentState, LibraryEntry


def entry(room: Room, path: str) -> LibraryEntry:
    return next(one for one in room.library.entries() if one.path == path)


def test_an_indexed_document_is_listed_with_what_is_known_of_it(room: Room) -> None:
    found = entry(room, "notes/c.md")
    assert (found.title, found.date, found.source) == ("乙集团调研", "2024-05-01", "自制")
    assert found.state is DocumentState.INDEXED
    assert found.passages >= 1
    assert found.size == (room.corpus / "notes/c.md").stat().st_size
    assert found.indexed_at is not None
    assert [one.path for one in room.library.entries()] == sorted(room.states())


def test_every_state_is_told(room: Room) -> None:
    (room.corpus / "binary.md").write_bytes(bytes(range(256)) * 8)
    (room.corpus / "picture.png").write_bytes(b"x")
    room.service.rebuild()
    room.house.write({"new.md": "# New\n\nWords.\n", "notes/c.md": "# Another\n\nText.\n"})
    (room.corpus / "notes/b.txt").unlink()
    assert room.states() == {
        "binary.md": "skipped",
        "new.md": "new",
        "notes/b.txt": "removed",
        "notes/c.md": "changed",
        "picture.png": "skipped",
        "甲科技 年报.md": "indexed",
    }
    assert "binary file" in entry(room, "binary.md").reason
    assert "not supported" in entry(room, "picture.png").reason
    assert entry(room, "picture.png").size == 1
    gone = entry(room, "notes/b.txt")
    assert (gone.size, gone.modified_at) == (None, None)
    assert gone.passages >= 1
    room.service.rebuild()
    assert set(room.states().values()) == {"indexed", "skipped"}


def test_a_skipped_file_that_was_mended_is_new(room: Room) -> None:
    (room.corpus / "binary.md").write_bytes(bytes(range(256)) * 8)
    room.service.rebuild()
    assert entry(room, "binary.md").state is DocumentState.SKIPPED
    room.house.write({"binary.md": "# Mended\n\nWords.\n"})
    assert entry(room, "binary.md").state is DocumentState.NEW


def test_a_file_touched_but_not_changed_is_indexed(room: Room) -> None:
    path = room.corpus / "notes/c.md"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert entry(room, "notes/c.md").state is DocumentState.INDEXED


def test_an_indexed_file_that_became_too_large_is_skipped_and_still_counted(
    open_room: Callable[..., Room],
) -> None:
    room = open_room(max_file_megabytes=0.001)
    room.house.write({"notes/c.md": "# Large\n\n" + "Words. " * 200})
    found = entry(room, "notes/c.md")
    assert found.state is DocumentState.SKIPPED
    assert "MB allowed" in found.reason
    assert found.passages >= 1


def test_a_missing_corpus_is_told(room: Room) -> None:
    room.corpus.rename(room.corpus.with_name("elsewhere"))
    with pytest.raises(CorpusError):
        room.library.entries()


def test_hostile_names_are_listed_as_they_are(room: Room) -> None:
    name = "<img src=x onerror=alert(1)>\u202e.md"
    (room.corpus / name).write_text("# Hostile\n\nWords.\n", encoding="utf-8")
    room.service.rebuild()
    assert entry(room, name).title == "Hostile"
