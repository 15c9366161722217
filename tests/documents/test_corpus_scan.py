import os
from pathlib import Path

import pytest

from t2vqa.documents import read, scan_corpus
from t2vqa.errors import CorpusError, DocumentError


def write(folder: Path, name: str, data: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_documents_are_found_sorted_at_any_depth(tmp_path: Path) -> None:
    for name in ("乙 二.md", "a/甲.txt", "a/b/c.MARKDOWN", "z.text"):
        write(tmp_path, name, "甲".encode())
    scan = scan_corpus(tmp_path)
    assert [file.path for file in scan.files] == [
        "a/b/c.MARKDOWN",
        "a/甲.txt",
        "z.text",
        "乙 二.md",
    ]
    assert scan.skipped == ()
    assert all(read(file).decode() == "甲" and file.size == 3 for file in scan.files)
    assert scan.files[0].mtime_ns == (tmp_path / "a/b/c.MARKDOWN").stat().st_mtime_ns


def test_hidden_files_and_leftovers_are_passed_over(tmp_path: Path) -> None:
    for name in (".a.md", ".git/b.md", "~$c.md", "Thumbs.db", ".DS_Store", "d.md~"):
        write(tmp_path, name)
    scan = scan_corpus(tmp_path)
    assert (scan.files, scan.skipped) == ((), ())


def test_the_file_of_aliases_is_no_document(tmp_path: Path) -> None:
    for name in ("aliases.txt", "a/aliases.txt"):
        write(tmp_path, name)
    scan = scan_corpus(tmp_path)
    assert ([file.path for file in scan.files], scan.skipped) == (["a/aliases.txt"], ())


def test_other_kinds_and_large_files_are_skipped_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, "a.xyz")
    write(tmp_path, "b.md", b"x" * 2_000_001)
    write(tmp_path, "c.md", b"x" * 2_000_000)
    scan = scan_corpus(tmp_path, max_file_megabytes=2)
    assert [file.path for file in scan.files] == ["c.md"]
    reasons = {one.path: one.reason for one in scan.skipped}
    assert ".xyz" in reasons["a.xyz"]
    assert ".md" in reasons["a.xyz"]
    assert "2 MB" in reasons["b.md"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    write(corpus, "a.md")
    secret = write(outside, "secret.md")
    (corpus / "out.md").symlink_to(secret)
    (corpus / "folder").symlink_to(outside, target_is_directory=True)
    (corpus / "in.md").symlink_to(corpus / "a.md")
    (corpus / "gone.md").symlink_to(corpus / "nothing.md")
    (corpus / "loop").symlink_to(corpus, target_is_directory=True)
    scan = scan_corpus(corpus)
    assert [file.path for file in scan.files] == ["a.md"]
    reasons = {one.path: one.reason for one in scan.skipped}
    assert "links out of the corpus" in reasons["out.md"]
    assert "links out of the corpus" in reasons["folder"]
    assert "another place in the corpus" in reasons["in.md"]
    assert "another place in the corpus" in reasons["loop"]
    assert "leads nowhere" in reasons["gone.md"]


def test_the_corpus_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert [file.path for file in scan_corpus(tmp_path / "link").files] == ["a.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, "a.md").chmod(0)
    write(tmp_path, "b/c.md")
    (tmp_path / "b").chmod(0)
    try:
        scan = scan_corpus(tmp_path)
    finally:
        (tmp_path / "b").chmod(0o700)
    assert scan.files == ()
    assert {one.path: "permission" in one.reason for one in scan.skipped} == {
        "a.md": True,
        "b": True,
    }


def test_what_is_no_regular_file_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (skipped,) = scan_corpus(tmp_path).skipped
    assert skipped.reason == "it is not a regular file"


def test_names_that_are_no_unicode_are_skipped(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    (skipped,) = scan_corpus(tmp_path).skipped
    assert "rename" in skipped.reason
    skipped.path.encode()


def test_a_missing_corpus_and_a_file_as_corpus_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"does not exist.*--corpus"):
        scan_corpus(tmp_path / "nothing")
    with pytest.raises(CorpusError, match="is a file, not a folder"):
        scan_corpus(write(tmp_path, "a.md"))


def test_a_file_that_is_gone_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (file,) = scan_corpus(tmp_path).files
    file.absolute.unlink()
    with pytest.raises(DocumentError, match=r"a\.md: it cannot be read"):
        read(file)
