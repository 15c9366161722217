import os
import re
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library_room import NAMES, Room

from t2vqa.config import Settings, load_settings
from t2vqa.documents import scan_corpus
from t2vqa.errors import ConfigError, LibraryError, UploadError
from t2vqa.library import Added, AddOutcome
from t2vqa.library.placing import UNFINISHED

NOTE = "# 澄海电机调研\n\n澄海电机2025年产能为12万台。\n".encode()
OTHER = NOTE.replace(b"12", b"15")
PNG = b"\x89PNG\r\n\x1a\n" + zlib.compress(b"picture" * 99)


def test_an_upload_is_answered_from_after_a_rebuild(room: Room) -> None:
    assert room.library.add("调研.md", NOTE) == Added("uploads/调研.md", AddOutcome.ADDED)
    assert room.states()["uploads/调研.md"] == "new"
    assert room.service.rebuild().added == ("uploads/调研.md",)
    assert room.states()["uploads/调研.md"] == "indexed"
    assert "12万台" in room.service.document("uploads/调研.md").text


def test_an_upload_from_a_file_leaves_the_file(room: Room, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(NOTE)
    added = room.library.add("调研.md", sent)
    assert (room.corpus / added.path).read_bytes() == sent.read_bytes() == NOTE


def test_the_same_bytes_are_there_already(room: Room) -> None:
    room.library.add("a.md", NOTE)
    before = room.files()
    again = room.library.add("a.md", NOTE)
    assert again == Added("uploads/a.md", AddOutcome.ALREADY_THERE)
    room.service.rebuild()
    elsewhere = room.library.add("b.md", NOTE)
    assert elsewhere == Added("uploads/a.md", AddOutcome.ALREADY_THERE, renamed=True)
    indexed = (room.corpus / "notes/c.md").read_bytes()
    assert room.library.add("c.md", indexed).path == "notes/c.md"
    assert room.files() == before


def test_the_same_bytes_as_of_a_document_that_is_gone_are_kept(room: Room) -> None:
    data = (room.corpus / "notes/c.md").read_bytes()
    (room.corpus / "notes/c.md").unlink()
    assert room.library.add("c.md", data) == Added("uploads/c.md", AddOutcome.ADDED)


def test_other_bytes_of_the_same_name_get_a_number(room: Room) -> None:
    for number, name in enumerate(("a.md", "a (2).md", "a (3).md")):
        added = room.library.add("a.md", NOTE + b"%d" % number)
        assert added == Added(f"uploads/{name}", AddOutcome.ADDED, renamed=number > 0)
    assert room.library.add("a.md", NOTE + b"1").path == "uploads/a (2).md"


def test_replacing_keeps_the_former_file_in_the_trash(room: Room) -> None:
    assert room.library.add("a.md", NOTE, replace=True).outcome is AddOutcome.ADDED
    assert room.library.add("a.md", NOTE, replace=True).outcome is AddOutcome.ALREADY_THERE
    assert room.library.add("a.md", OTHER, replace=True).outcome is AddOutcome.REPLACED
    assert (room.corpus / "uploads/a.md").read_bytes() == OTHER
    (former,) = room.library.removed()
    assert room.library.restore(former.key) == "uploads/a (2).md"
    assert (room.corpus / "uploads/a (2).md").read_bytes() == NOTE


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("p.md", PNG, "it is a PNG image"),
        ("p.txt", b"%PDF-1.4\n1 0 obj << >> endobj\n", "it is a PDF"),
        ("p.md", b"{\\rtf1 Words.}", "it is an RTF document"),
        ("p.markdown", b"PK\x03\x04" + os.urandom(99), "ZIP"),
        ("p.md", os.urandom(4096), "binary file"),
        ("p.md", b"", "no text"),
        ("p.md", b" \n\t\n", "no text"),
        ("p.png", PNG, "'.png' are not supported; supported are .md"),
        ("words", NOTE, "'without suffix' are not supported"),
        ("p.md", b"x" * 20_000_001, r"20\.0 MB, more than the 20 MB allowed"),
        ("..", NOTE, "rename it"),
    ],
)
def test_what_is_no_document_is_refused(room: Room, name: str, data: bytes, said: str) -> None:
    before = room.files()
    with pytest.raises(UploadError, match=said):
        room.library.add(name, data)
    assert room.files() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_in_other_encodings_is_taken(room: Room, encoding: str) -> None:
    data = ("# 标题\n\n" + "澄海电机的产能为十二万台。" * 20).encode(encoding)
    assert (room.corpus / room.library.add("a.txt", data).path).read_bytes() == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(name=NAMES.map(lambda name: f"{name}.md"), data=st.binary(max_size=20))
def test_whatever_the_name_a_file_lands_in_the_folder_and_nothing_else_changes(
    room: Room, name: str, data: bytes
) -> None:
    before = room.files()
    try:
        added = room.library.add(name, NOTE + data)
    except UploadError:
        assert room.files() == before
        return
    after = room.files()
    assert after[added.path] == NOTE + data
    assert {path: after[path] for path in before} == before
    new = after.keys() - before.keys()
    assert new == ({added.path} if added.outcome is AddOutcome.ADDED else set())
    assert all(Path(path).parent == Path("uploads") for path in new)
    assert added.path in {file.path for file in scan_corpus(room.corpus).files}


def test_many_at_once_under_one_name_all_arrive(room: Room) -> None:
    contents = [NOTE + b"%d" % number for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda data: room.library.add("a.md", data), contents))
    assert len({one.path for one in added}) == 24
    assert [(room.corpus / one.path).read_bytes() for one in added] == contents


def test_no_scan_ever_sees_half_a_file(room: Room) -> None:
    whole = NOTE * 3_000
    seen: set[int] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.update(file.size for file in scan_corpus(room.corpus).files if "a" in file.path)

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        for number in range(6):
            room.library.add("a.md", whole + b"%03d" % number, replace=True)
        done.set()
        looking.result()
    assert seen <= {len(whole) + 3}


def test_a_write_that_fails_leaves_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = room.files()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UploadError, match=r"a\.md cannot be kept: no space left"):
        room.library.add("a.md", NOTE)
    assert room.files() == before


def test_what_a_killed_writer_left_is_cleared_later(room: Room) -> None:
    uploads = room.corpus / "uploads"
    uploads.mkdir()
    old, young = uploads / f"{UNFINISHED}old", uploads / f"{UNFINISHED}young"
    for left in (old, young):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    room.library.add("a.md", NOTE)
    assert (old.exists(), young.exists()) == (False, True)
    assert set(room.states()) >= {"uploads/a.md"}
    assert not any(UNFINISHED in path for path in room.states())


def test_without_second_names_files_are_moved(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert room.library.add("a.md", NOTE).path == "uploads/a.md"
    assert room.library.add("a.md", OTHER).path == "uploads/a (2).md"
    removed = room.library.remove("uploads/a.md")
    assert room.library.restore(removed.key) == "uploads/a.md"
    assert {path for path in room.files() if "uploads" in path} == {
        "uploads/a.md",
        "uploads/a (2).md",
    }


@pytest.mark.parametrize("link", ["uploads", ".trash"])
def test_links_are_not_followed_out_of_the_corpus(room: Room, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (room.corpus / link).symlink_to(outside, target_is_directory=True)
    with pytest.raises(LibraryError, match="is a link"):
        if link == "uploads":
            room.library.add("a.md", NOTE)
        else:
            room.library.remove("notes/c.md")
    assert list(outside.iterdir()) == []
    assert (room.corpus / "notes/c.md").exists()
    assert room.library.removed() == ()


def test_a_link_under_the_name_is_never_written_through(room: Room, tmp_path: Path) -> None:
    target = tmp_path / "target.md"
    target.write_bytes(b"precious")
    (room.corpus / "uploads").mkdir()
    (room.corpus / "uploads/a.md").symlink_to(target)
    assert room.library.add("a.md", NOTE).path == "uploads/a (2).md"
    with pytest.raises(UploadError, match="not a regular file"):
        room.library.add("a.md", NOTE, replace=True)
    assert target.read_bytes() == b"precious"


def test_a_removed_document_comes_back(room: Room) -> None:
    before = room.files()
    removed = room.library.remove("notes/c.md")
    assert (removed.path, removed.size) == ("notes/c.md", len(before["notes/c.md"]))
    assert room.states()["notes/c.md"] == "removed"
    assert room.service.rebuild().removed == ("notes/c.md",)
    assert "notes/c.md" not in room.states()
    assert room.library.removed() == (removed,)
    assert room.library.restore(removed.key) == "notes/c.md"
    assert room.files() == before
    assert room.library.removed() == ()
    assert room.service.rebuild().added == ("notes/c.md",)
    with pytest.raises(LibraryError, match="not among the removed"):
        room.library.restore(removed.key)


def test_what_comes_back_never_takes_the_place_of_another(room: Room) -> None:
    first = room.library.remove("notes/c.md")
    room.house.write({"notes/c.md": "# Another\n"})
    second = room.library.remove("notes/c.md")
    assert [one.key for one in room.library.removed()] == [second.key, first.key]
    assert room.library.restore(second.key) == "notes/c.md"
    assert room.library.restore(first.key) == "notes/c (2).md"


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "/",
        "nothing.md",
        "notes",
        "notes/",
        "notes//c.md",
        "./notes/c.md",
        "../index/t2vqa.sqlite3",
        "notes/../notes/c.md",
        "link/c.md",
        "link.md",
        ".hidden.md",
        "aliases.txt",
        "a\0.md",
        "notes/c.md/x",
        "甲" * 300 + ".md",
    ],
)
def test_only_documents_of_the_corpus_can_be_removed(room: Room, path: str) -> None:
    (room.corpus / "link").symlink_to(room.corpus / "notes", target_is_directory=True)
    (room.corpus / "link.md").symlink_to(room.corpus / "notes/c.md")
    room.house.write({".hidden.md": "x", "aliases.txt": "甲 = 乙\n"})
    before = room.files()
    with pytest.raises(LibraryError):
        room.library.remove(path)
    with pytest.raises(LibraryError):
        room.library.remove(str(room.corpus / "notes/c.md"))
    assert room.files() == before
    assert (room.corpus / "link.md").is_symlink()


@pytest.mark.parametrize(
    "key", ["", "notes/c.md", "../notes/c.md", "20260101T000000.000000Z/../../notes/c.md", "x/../y"]
)
def test_only_what_was_removed_can_be_brought_back(room: Room, key: str) -> None:
    room.library.remove("notes/b.txt")
    before = room.files()
    with pytest.raises(LibraryError):
        room.library.restore(key)
    assert room.files() == before


def test_skipped_files_can_be_removed_too(room: Room) -> None:
    (room.corpus / "picture.png").write_bytes(PNG)
    room.library.remove("picture.png")
    assert "picture.png" not in room.states()


def test_where_documents_are_managed_elsewhere_nothing_can_be_changed(
    open_room: Callable[..., Room],
) -> None:
    room = open_room(manage_documents=False)
    before = room.files()
    assert not room.library.may_change
    for change in (
        lambda: room.library.add("a.md", NOTE),
        lambda: room.library.remove("notes/c.md"),
        lambda: room.library.restore("20260101T000000.000000Z/a.md"),
    ):
        with pytest.raises(LibraryError, match="T2VQA_MANAGE_DOCUMENTS"):
            change()
    assert room.files() == before
    assert len(room.library.entries()) == 3


def test_the_folder_for_uploads_may_be_deep(open_room: Callable[..., Room]) -> None:
    room = open_room(uploads="desk/新的")
    assert room.library.add("a.md", NOTE).path == "desk/新的/a.md"


@pytest.mark.parametrize("folder", ["", ".", "..", "/a", "a/../b", "a//b", "C:/x", ".git", "~x"])
def test_the_folder_for_uploads_lies_in_the_corpus(folder: str) -> None:
    with pytest.raises(ConfigError, match="uploads"):
        load_settings(uploads=folder)
    assert Settings(uploads="a\\b").uploads == "a/b"


def test_every_refusal_is_said_in_chinese(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from t2vqa.web.wording.library import CHINESE

    def told(*change: object) -> str:
        try:
            change[0](*change[1:])  # type: ignore[operator]
        except LibraryError as error:
            return CHINESE.refusal(str(error))
        raise AssertionError("nothing was refused")

    refusals = [
        told(room.library.add, "a.md", PNG),
        told(room.library.add, "a.md", os.urandom(4096)),
        told(room.library.add, "a.png", PNG),
        told(room.library.add, "a.md", b"x" * 20_000_001),
        told(room.library.add, "a.md", b""),
        told(room.library.add, "..", NOTE),
        told(room.library.remove, "nothing.md"),
        told(room.library.restore, "20260101T000000.000000Z/a.md"),
    ]
    (room.corpus / "uploads").symlink_to(room.corpus / "notes", target_is_directory=True)
    refusals.append(told(room.library.add, "a.md", NOTE))
    (room.corpus / "uploads").unlink()
    for number in (1, 28, 13, 30):
        monkeypatch.setattr(os, "fsync", _failing(number))
        refusals.append(told(room.library.add, "a.md", NOTE))
    assert len(set(refusals)) == len(refusals)
    assert all(re.search("[\u4e00-\u9fff]", said) for said in refusals)


def _failing(number: int) -> Callable[[int], None]:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    return fail
