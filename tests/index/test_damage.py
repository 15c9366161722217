"""What a power cut, a bad disk or a stray program does to an index is found out and mended."""

from __future__ import annotations

import logging
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from index_contents import answers, contents
from index_house import CORPUS, HashEmbedder, House

from t2vqa.errors import IndexDamagedError, IndexStoreError, NoIndexError
from t2vqa.index.former import FORMER
from t2vqa.index.marks import UNCHECKED, is_unchecked
from t2vqa.index.reader import VectorSearch, index_exists, open_reader
from t2vqa.index.schema import DATABASE
from t2vqa.index.seal import SEAL, is_sealed, seal
from t2vqa.index.vectors import chroma_place
from t2vqa.service import ResearchQA

MANY = "# 许多\n\n" + "".join(
    f"## 项目{n}\n\n收入 {n} 万元，同比增长 {n}%。\n\n" for n in range(90)
)

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda data: data[: len(data) // 2],
    "emptied": lambda data: data[:0],
    "zeros": lambda data: data[: len(data) // 3] + bytes(len(data) // 3) + data[-len(data) // 3 :],
    "noise": lambda data: (
        data[: len(data) // 3]
        + random.Random(5).randbytes(len(data) // 3)  # noqa: S311  # the same in every run
        + data[-len(data) // 3 :]
    ),
}
TORN = [
    (DATABASE, "half"),
    (DATABASE, "emptied"),
    (DATABASE, "zeros"),
    (DATABASE, "noise"),
    (DATABASE, "gone"),
    ("chroma.sqlite3", "half"),
    ("chroma.sqlite3", "noise"),
    ("chroma.sqlite3", "gone"),
    ("data_level0.bin", "noise"),
    ("data_level0.bin", "half"),
    ("header.bin", "zeros"),
    ("link_lists.bin", "emptied"),
    ("index_metadata.pickle", "gone"),
    (SEAL, "noise"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with an index so large that Chroma has written its graph out."""
    house = House(tmp_path_factory.mktemp("built"))
    house.write({**CORPUS, "many.md": MANY})
    house.build()
    yield house
    house.close()


@pytest.fixture
def torn(built: House, tmp_path: Path) -> Iterator[House]:
    """The same with a copy of the index, to be damaged."""
    house = House(tmp_path)
    house.corpus = built.corpus
    shutil.copytree(built.index, house.index)
    yield house
    house.close()


def everything(house: House) -> list[object]:
    """Return every document and passage."""
    with (
        closing(open_reader(house.index, None, VectorSearch.EXACT)) as reader,
        reader.snapshot() as state,
    ):
        return [
            (summary, state.document(summary.path), state.passages_of(summary.path))
            for summary in state.documents()
        ]


def state(index: Path) -> dict[str, list[Any]]:
    """Return what can be asked for, whatever is still to be cleared up."""
    return {name: rows for name, rows in contents(index, chroma=False).items() if name != "journal"}


def damage(index: Path, name: str, how: str) -> None:
    (path,) = index.rglob(name)
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(DAMAGES[how](path.read_bytes()))


@pytest.mark.parametrize(("name", "how"), TORN)
def test_a_torn_file_is_found_out_and_mended(
    built: House, torn: House, name: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(torn.index, name, how)
    try:
        assert everything(torn) == everything(built)
        assert answers(torn) == answers(built)
    except NoIndexError:
        assert how in ("emptied", "gone")
    except IndexStoreError as error:
        assert "t2vqa index" in str(error)
        assert name == DATABASE
    with caplog.at_level(logging.WARNING):
        report = torn.build()
    if name == DATABASE and how not in ("emptied", "gone"):
        assert "made anew" in " ".join(report.notes)
        assert len([record for record in caplog.records if "damaged" in record.message]) == 1
    assert contents(torn.index) == contents(built.index)
    assert answers(torn) == answers(built)
    assert not is_unchecked(torn.index)
    assert torn.build(verify=True).notes == ("The index was examined and is whole.",)


@pytest.mark.parametrize("how", DAMAGES)
def test_a_torn_log_gives_the_state_before_or_after(built: House, tmp_path: Path, how: str) -> None:
    house = House(tmp_path)
    shutil.copytree(built.corpus, house.corpus)
    shutil.copytree(built.index, house.index)
    before = state(house.index)
    house.write({"notes/b.txt": "云影。\n"})
    cut = House(tmp_path / "cut")
    cut.corpus = house.corpus
    with house.reader().snapshot():  # keeps the log from going into the file
        house.build()
        shutil.copytree(house.index, cut.index)
    after = state(house.index)
    assert (cut.index / f"{DATABASE}-wal").stat().st_size
    damage(cut.index, f"{DATABASE}-wal", how)
    (cut.index / f"{DATABASE}-shm").unlink()
    try:
        assert state(cut.index) in (before, after)
    except IndexStoreError as error:
        assert "t2vqa index" in str(error)
    cut.build()
    assert contents(cut.index) == contents(house.index)
    house.close()


ROWS = {
    "title": "UPDATE documents SET title = 'other' WHERE number = 1",
    "sha256": "UPDATE documents SET sha256 = 'other' WHERE number = 1",
    "names": "UPDATE bodies SET names = '[[1, 2, 3]]' WHERE document = 1",
    "body": "UPDATE bodies SET body = zeroblob(length(body)) WHERE document = 2",
    "no body": "DELETE FROM bodies WHERE document = 2",
    "passage": "UPDATE passages SET content = zeroblob(length(content)) WHERE number = 20",
    "passage of another": "UPDATE passages SET content = (SELECT content FROM passages "
    "WHERE number = 21) WHERE number = 20",
    "torn passage": "UPDATE passages SET content = substr(content, 1, 9) WHERE number = 20",
    "a passage less": "DELETE FROM passages WHERE number = 20",
    "vector": "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE number = 20",
    "unit vectors": "UPDATE vectors SET units = zeroblob(length(units)) WHERE number = 20",
    "no vector": "DELETE FROM vectors WHERE number = 20",
    "postings": "UPDATE lexical_postings SET entries = x'' WHERE term = '收入'",
    "lengths": "UPDATE lexical_lengths SET lengths = zeroblob(8192)",
    "meta": "UPDATE meta SET value = '7' WHERE key = 'passages'",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_changed_row_is_found_by_verify(
    built: House, torn: House, row: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(torn.index / DATABASE)) as connection:
        assert connection.execute(ROWS[row]).rowcount > 0
        connection.commit()
    with caplog.at_level(logging.WARNING):
        report = torn.build(verify=True)
    assert "damaged" in " ".join(report.notes)
    assert "damaged" in caplog.text
    if row not in ("a passage less", "meta"):  # then nothing of it is trusted
        assert (report.added, report.removed) == ((), ())
    assert contents(torn.index) == contents(built.index)
    assert answers(torn) == answers(built)
    assert len(set(torn.embedder.embedded)) <= (1 if "vector" in row else 0)


@pytest.mark.parametrize(
    "row", ["body", "passage", "passage of another", "torn passage", "a passage less", "meta"]
)
def test_nothing_is_read_that_is_not_what_was_written(built: House, torn: House, row: str) -> None:
    with closing(sqlite3.connect(torn.index / DATABASE)) as connection:
        connection.execute(ROWS[row])
        connection.commit()
    with pytest.raises(IndexDamagedError, match="`t2vqa index`"):
        everything(torn)
    assert index_exists(torn.index)
    assert torn.build().notes, "the reader has left a mark for the next build"
    assert everything(torn) == everything(built)


def test_what_is_whole_of_a_damaged_index_is_not_embedded_again(built: House, torn: House) -> None:
    path = torn.index / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'documents'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = os.urandom(size)
    path.write_bytes(data)
    report = torn.build()
    assert report.embedded == 0
    assert not (torn.index / FORMER).exists()
    assert contents(torn.index) == contents(built.index)


def test_a_build_after_a_kill_examines_everything(built: House, torn: House) -> None:
    (torn.index / UNCHECKED).touch()
    with closing(sqlite3.connect(torn.index / DATABASE)) as connection:
        connection.execute(ROWS["vector"])
        connection.commit()
    assert torn.build().embedded == 1
    assert contents(torn.index) == contents(built.index)
    assert not is_unchecked(torn.index)


def test_a_reader_of_an_index_replaced_meanwhile_finds_the_new_one(torn: House) -> None:
    reader = torn.reader()
    with reader.snapshot() as state:
        (vector,) = torn.embedder.embed_queries(["收入"])
        assert len(state.dense(vector, 500)) == state.passage_count
    damage(torn.index, DATABASE, "half")
    corpus = torn.corpus.parent / "other"
    shutil.copytree(torn.corpus, corpus)
    torn.corpus = corpus
    torn.write({"many.md": "# 少\n\n收入 1 万元。\n"})
    torn.build()
    with reader.snapshot() as state:
        found = state.dense(vector, 500)
        assert len(found) == state.passage_count == len(state.passages(name for name, _ in found))
    shutil.rmtree(corpus)


def test_a_seal_is_broken_by_any_change(tmp_path: Path) -> None:
    assert is_sealed(tmp_path), "there is no graph"
    graph = tmp_path / "graph"
    graph.mkdir()
    (graph / "data.bin").write_bytes(b"not loaded yet")
    assert is_sealed(tmp_path)
    (graph / "index_metadata.pickle").write_bytes(b"now it is")
    assert not is_sealed(tmp_path)
    seal(tmp_path)
    assert is_sealed(tmp_path)
    (graph / "data.bin").write_bytes(b"not loaded yes")
    assert not is_sealed(tmp_path)
    seal(tmp_path)
    (graph / "data.bin").unlink()
    assert not is_sealed(tmp_path)


def test_the_corpus_is_never_written_to(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write({**CORPUS, "bad.md": "x"})
    (house.corpus / "bad.md").write_bytes(bytes(range(256)) * 20)

    def states() -> list[tuple[str, int, int, int]]:
        return [
            (str(path), state.st_mtime_ns, state.st_ctime_ns, state.st_size)
            for path in sorted([house.corpus, *house.corpus.rglob("*")])
            if (state := path.stat())
        ]

    before = states()
    house.build()
    house.build(rebuild=True)
    house.build(verify=True)
    damage(house.index, DATABASE, "half")
    house.build()
    house.embedder = HashEmbedder("other")
    house.build()
    assert states() == before
    assert chroma_place(house.index).exists(house.index)


def test_a_damaged_index_is_mended_when_the_service_opens(
    built: House, torn: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("t2vqa.index.embedding.loading.load_embedder", lambda *_: torn.embedder)
    monkeypatch.setattr("t2vqa.answering.reader.load_reader", lambda *_: None)
    damage(torn.index, DATABASE, "half")
    with ResearchQA.open(torn.corpus, torn.index, settings=torn.settings) as service:
        assert service.status(check=True).stale == ()
    assert contents(torn.index) == contents(built.index)
