"""What is read again, and what is believed unchanged."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from index_house import CORPUS, House

from t2vqa.documents import CorpusScan, scan_corpus
from t2vqa.index import builder, changes
from t2vqa.index.changes import Known, stale_paths, to_read

LONG_AGO = (1_700_000_000, 1_700_000_000)
NOTE = "notes/b.txt"


def age(house: House) -> None:
    """Give all files a time at which nothing was in doubt any more."""
    for path in house.corpus.rglob("*.*"):
        os.utime(path, LONG_AGO)


def edit_unseen(house: House, path: str = NOTE) -> None:
    """Change a file's words, but neither its size nor its time."""
    file = house.corpus / path
    before = file.stat()
    file.write_bytes(file.read_bytes()[::-1])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def without_change_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at files as on a system that keeps no time of their last change of any kind."""
    scan = builder.scan_corpus

    def scan_blindly(folder: Path, **options: float) -> CorpusScan:
        found = scan(folder, **options)
        return replace(found, files=tuple(replace(file, ctime_ns=0) for file in found.files))

    monkeypatch.setattr(builder, "scan_corpus", scan_blindly)


def generation(house: House) -> int:
    with house.reader().snapshot() as state:
        return state.generation


def test_an_edit_within_the_clocks_tick_of_the_last_look_is_seen(house: House) -> None:
    house.build()
    edit_unseen(house)
    assert house.reader().status(house.corpus).stale == (NOTE,)
    assert house.build().edited == (NOTE,)


def test_an_edit_that_brings_its_old_time_is_seen(house: House) -> None:
    age(house)
    house.build()
    edit_unseen(house)
    assert house.build().edited == (NOTE,)


def test_two_files_of_one_size_and_time_that_swap_their_names_are_seen(house: House) -> None:
    house.write({"one.md": "# A\n\n甲\n", "two.md": "# B\n\n乙\n"})
    age(house)
    house.build()
    (house.corpus / "one.md").rename(house.corpus / "three.md")
    (house.corpus / "two.md").rename(house.corpus / "one.md")
    (house.corpus / "three.md").rename(house.corpus / "two.md")
    report = house.build()
    assert (report.edited, report.embedded) == (("one.md", "two.md"), 0)


def test_where_size_and_times_agree_only_verify_reads(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_change_times(monkeypatch)
    age(house)
    house.build()
    edit_unseen(house)
    assert house.build().edited == ()
    assert house.build(verify=True).edited == (NOTE,)
    assert house.build(verify=True).edited == ()


def test_verify_reads_every_file_and_keeps_what_is_unreadable_skipped_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (house.corpus / "bad.md").write_bytes(bytes(range(256)) * 20)
    age(house)
    house.build()
    seen: list[str] = []
    real = changes.read
    monkeypatch.setattr(changes, "read", lambda file: seen.append(file.path) or real(file))
    report = house.build(verify=True)
    assert sorted(seen) == sorted([*CORPUS, "bad.md"])
    assert [skipped.path for skipped in report.skipped] == ["bad.md"]
    assert (report.unchanged, report.embedded) == (len(CORPUS), 0)


def test_a_file_in_doubt_is_read_once_more_and_then_believed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.build()
    first = generation(house)
    with monkeypatch.context() as later:
        later.setattr(changes.time, "time_ns", lambda: 4_000_000_000 * 10**9)
        house.build()
    assert generation(house) == first, "to look is no change"
    monkeypatch.setattr(changes, "read", lambda file: pytest.fail(file.path))
    house.build()


def test_a_file_with_a_new_time_is_not_stale(house: House) -> None:
    house.build()
    age(house)
    assert house.reader().status(house.corpus).stale == ()


def test_what_is_new_and_what_is_gone_is_stale(house: House) -> None:
    house.build()
    house.write({"new.md": "# New\n\nA fact.\n"})
    (house.corpus / NOTE).unlink()
    assert house.reader().status(house.corpus).stale == ("new.md", NOTE)


def test_nothing_known_means_all_is_read(house: House) -> None:
    scan = scan_corpus(house.corpus)
    assert [file.path for file in to_read(scan, Known())] == sorted(CORPUS)
    assert stale_paths(scan, Known()) == tuple(sorted(CORPUS))


def test_a_document_tells_when_its_file_was_modified(house: House) -> None:
    age(house)
    house.build()
    with house.reader().snapshot() as state:
        document = state.document(NOTE)
    assert document.modified == "2023-11-14T22:13:20+00:00"
    assert len(document.sha256) == 64
