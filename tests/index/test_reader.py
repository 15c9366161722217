"""Readers see one whole state at a time, the newest, whoever wrote it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from index_house import CORPUS, HashEmbedder, House

from t2vqa.errors import (
    DocumentNotFoundError,
    IndexLockedError,
    IndexStoreError,
    ModelMismatchError,
)
from t2vqa.index.reader import IndexReader, VectorSearch, index_exists, open_reader
from t2vqa.index.schema import connect_writer
from t2vqa.index.vectors import open_collection
from t2vqa.text.segmentation import search_terms
from t2vqa.types import Document

BUILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_house import House
house = House(Path(sys.argv[2]))
def pause():
    print("embedding", flush=True)
    sys.stdin.readline()
if len(sys.argv) > 3:
    house.embedder.before_batch = pause
house.build()
"""


def other_process(house: House, *, pausing: bool = False) -> subprocess.Popen[str]:
    """Build in another process, if asked for stopping before it embeds."""
    arguments = [str(Path(__file__).parent), str(house.corpus.parent)]
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, *arguments, *(["pause"] if pausing else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if pausing:
        assert process.stdout is not None
        assert process.stdout.readline() == "embedding\n"
    return process


def nearest(house: House, reader: IndexReader, text: str) -> str:
    """Return the text of the passage nearest to a question."""
    (vector,) = house.embedder.embed_queries([text])
    with reader.snapshot() as state:
        return state.passages([state.dense(vector, 1)[0][0]])[0].text


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    assert not index_exists(tmp_path / "none")
    with pytest.raises(IndexStoreError, match="Run `t2vqa index`"):
        open_reader(tmp_path / "none", None)


def test_an_index_never_built_is_told(tmp_path: Path) -> None:
    connect_writer(tmp_path).close()
    assert not index_exists(tmp_path)
    with pytest.raises(IndexStoreError, match="Run `t2vqa index`"):
        open_reader(tmp_path, None)


def test_another_model_is_told(house: House) -> None:
    house.build()
    with pytest.raises(ModelMismatchError, match=r"model hash,.*asked for is other.*`t2vqa index`"):
        open_reader(house.index, "other")
    open_reader(house.index, None).close()
    assert index_exists(house.index)


def test_a_model_changed_underneath_is_told(house: House) -> None:
    house.build()
    reader = house.reader()
    house.embedder = HashEmbedder("other")
    house.build()
    with pytest.raises(ModelMismatchError), reader.snapshot():
        pass


def test_passages_and_documents_are_those_of_the_corpus(house: House) -> None:
    house.build()
    with house.reader().snapshot() as state:
        assert [item.path for item in state.documents()] == sorted(CORPUS)
        assert state.titles()["notes/c.md"] == "乙集团调研"
        summary = next(item for item in state.documents() if item.path == "notes/c.md")
        assert (summary.date, summary.source) == ("2024-05-01", "自制")
        for item in state.documents():
            document = state.document(item.path)
            assert isinstance(document, Document)
            found = state.passages_of(item.path)
            assert len(found) == item.passages
            assert all(one.span.of(document.text) == one.text for one in found)
            names = [one.id for one in found]
            assert state.passages(names[::-1]) == found[::-1]
            for place, one in enumerate(found):
                before, after = state.neighbours(one.id)
                assert before == (found[place - 1] if place else None)
                assert after == (found[place + 1] if place + 1 < len(found) else None)
        with pytest.raises(DocumentNotFoundError):
            state.document("none.md")
        with pytest.raises(IndexStoreError):
            state.passages(["none"])
        assert state.passages_of("none.md") == []


def test_vectors_are_those_of_the_embedder(house: House) -> None:
    house.build()
    with house.reader().snapshot() as state:
        (passage,) = state.passages_of("notes/c.md")
        embedded = f"{passage.context}\n{passage.text}"
        (vector,) = house.embedder.embed_queries([embedded])
        assert float(state.passage_vectors([passage.id])[passage.id] @ vector) > 0.999
        units = state.unit_vectors([passage.id])[passage.id]
        document = state.document("notes/c.md")
        for unit, row in zip(passage.units, units, strict=True):
            (vector,) = house.embedder.embed_queries([unit.span.of(document.text)])
            assert float(row @ vector) > 0.98


def test_chroma_and_exact_search_agree(house: House) -> None:
    house.build()
    chroma, exact = house.reader(), house.reader(search=VectorSearch.EXACT)
    with chroma.snapshot() as one, exact.snapshot() as other:
        for question in ("云影用户", "margin", "风险"):
            (vector,) = house.embedder.embed_queries([question])
            assert [name for name, _ in one.dense(vector, 4)] == [
                name for name, _ in other.dense(vector, 4)
            ]
            only = {"notes/b.txt", "notes/c.md"}
            found = one.dense(vector, 9, only)
            assert {item.document for item in one.passages(name for name, _ in found)} == only
            assert one.dense(vector, 0) == []
            assert one.dense(vector, 9, []) == []


def test_lexical_search_narrowed_to_documents(house: House) -> None:
    house.build()
    with house.reader().snapshot() as state:
        found = state.lexical(search_terms("2024 年"), 9)
        assert {item.document for item in state.passages(name for name, _ in found)} == {
            "notes/c.md",
            "甲科技 年报.md",
        }
        narrowed = state.lexical(search_terms("2024 年"), 9, ["甲科技 年报.md"])
        assert narrowed == [hit for hit in found if hit in narrowed]
        assert {item.document for item in state.passages(name for name, _ in narrowed)} == {
            "甲科技 年报.md"
        }
        assert state.document_frequency(["云影", "没有这个"]) == {"云影": 1, "没有这个": 0}


def test_chroma_holds_each_passage_and_its_vector_and_no_text(house: House) -> None:
    house.build()
    found = open_collection(house.index).get(include=["documents", "metadatas", "embeddings"])
    with house.reader().snapshot() as state:
        ids = [one.id for item in state.documents() for one in state.passages_of(item.path)]
        vectors = state.passage_vectors(ids)
    assert sorted(found["ids"]) == sorted(ids)
    assert found["documents"] == found["metadatas"] == [None] * len(ids)
    for name, vector in zip(found["ids"], found["embeddings"], strict=True):
        assert np.allclose(vector, vectors[name], atol=1e-6)


def test_status_names_what_is_stale(house: House) -> None:
    (house.corpus / "bad.md").write_bytes(bytes(range(256)) * 9)
    house.build()
    reader = house.reader()
    assert reader.status(house.corpus).stale == ()
    (house.corpus / "notes/b.txt").unlink()
    house.write({"notes/c.md": "别的。\n", "新.md": "新。\n"})
    status = reader.status(house.corpus)
    assert status.stale == ("notes/b.txt", "notes/c.md", "新.md")
    assert (status.documents, [item.path for item in status.skipped]) == (3, ["bad.md"])
    assert status.built_at


def test_a_snapshot_stays_as_it_is_and_the_next_one_is_new(house: House) -> None:
    house.build()
    reader = house.reader()
    (vector,) = house.embedder.embed_queries(["云影用户"])
    with reader.snapshot() as old:
        before = old.dense(vector, 5), old.lexical(search_terms("云影"), 5)
        (house.corpus / "notes/c.md").unlink()
        house.build()
        assert (old.dense(vector, 5), old.lexical(search_terms("云影"), 5)) == (
            [(name, pytest.approx(score, abs=1e-5)) for name, score in before[0]],
            before[1],
        )
        assert "云影" in old.document("notes/c.md").text
        with reader.snapshot() as new:
            assert new.generation == old.generation + 1
            assert new.lexical(search_terms("云影"), 5) == []
            assert len(new.dense(vector, 99)) == new.passage_count < old.passage_count


def test_what_another_process_writes_is_seen(house: House) -> None:
    house.build()
    reader = house.reader()
    assert "300 万" in nearest(house, reader, "云影于 2024 年 3 月发布")
    house.write({"新.md": "# 新\n\n云影于 2024 年 3 月发布\n"})
    with other_process(house) as process:
        process.communicate()
    assert nearest(house, reader, "新\n云影于 2024 年 3 月发布") == "云影于 2024 年 3 月发布"
    house.write({"又.md": "# 又\n\n另一条消息在此\n"})
    house.build()
    assert nearest(house, reader, "又\n另一条消息在此") == "另一条消息在此"
    assert open_collection(house.index).count() == reader.status().passages


def test_a_second_writer_is_told_and_readers_go_on(house: House) -> None:
    house.build()
    reader = house.reader()
    house.write({"新.md": "# 新\n\n新的消息\n"})
    with other_process(house, pausing=True) as process:
        with pytest.raises(IndexLockedError, match=str(process.pid)):
            house.build()
        assert "300 万" in nearest(house, reader, "云影于 2024 年 3 月发布")
        process.communicate("\n")
    assert nearest(house, reader, "新\n新的消息") == "新的消息"


def test_a_killed_build_loses_nothing(house: House) -> None:
    house.build()
    reader = house.reader()
    house.write({"新.md": "# 新\n\n新的消息\n"})
    with other_process(house, pausing=True) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert "300 万" in nearest(house, reader, "云影于 2024 年 3 月发布")
    assert house.build().added == ("新.md",)
    assert nearest(house, reader, "新\n新的消息") == "新的消息"


@contextmanager
def built_in_a_thread(house: House) -> Iterator[threading.Event]:
    """Build in a thread that waits before it embeds until the event is set."""
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        assert go_on.wait(60)

    house.embedder.before_batch = wait
    with ThreadPoolExecutor(1) as pool:
        build = pool.submit(house.build)
        try:
            assert reached.wait(60)
            yield go_on
        finally:
            go_on.set()
        build.result(60)


def test_questions_during_a_build_get_the_old_state(house: House) -> None:
    house.build()
    reader = house.reader()
    with reader.snapshot() as state:
        before = state.generation
    (house.corpus / "notes/c.md").unlink()
    house.write({"新.md": "# 新\n\n新的消息\n"})
    with built_in_a_thread(house):
        assert "300 万" in nearest(house, reader, "云影于 2024 年 3 月发布")
        with reader.snapshot() as state:
            assert state.generation == before
    with reader.snapshot() as state:
        assert state.generation == before + 1
    assert nearest(house, reader, "新\n新的消息") == "新的消息"


def test_many_threads_ask_while_the_index_changes(house: House) -> None:
    house.build()
    reader = house.reader()
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            (vector,) = house.embedder.embed_queries(["云影用户"])
            with reader.snapshot() as state:
                hits = state.dense(vector, 5)
                found = state.passages(name for name, _ in hits)
                assert len(found) == min(5, state.passage_count)
                assert {item.document for item in found} <= set(state.titles())
                for one in found:
                    assert one.span.of(state.document(one.document).text) == one.text
            asked += 1
        return asked

    with ThreadPoolExecutor(6) as pool:
        tasks = [pool.submit(ask) for _ in range(6)]
        try:
            for number in range(4):
                house.write({f"{number}.md": f"# {number}\n\n云影用户增长\n"})
                (house.corpus / f"{number - 1}.md").unlink(missing_ok=True)
                house.build()
                time.sleep(0.05)
        finally:
            stop.set()
        assert all(task.result(60) > 0 for task in tasks)


def test_a_database_replaced_underneath_is_opened_anew(house: House) -> None:
    house.build()
    reader = house.reader()
    (house.index / "t2vqa.sqlite3").write_bytes(b"damage " * 9000)
    (house.corpus / "notes/c.md").unlink()
    house.build(rebuild=True)
    assert reader.status().documents == 2
    assert reader.status(house.corpus).stale == ()


@pytest.fixture
def guarded_house() -> Iterator[House]:
    """An index whose folder this process cannot write to."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    house = House(folder)
    house.write(CORPUS)
    house.build()
    superuser = os.geteuid() == 0
    house.index.chmod(0o555)
    if superuser:
        os.seteuid(65534)
    try:
        yield house
    finally:
        if superuser:
            os.seteuid(0)
        house.index.chmod(0o755)
        house.close()
        shutil.rmtree(folder)


def test_a_read_only_index_is_read_and_writing_is_refused(guarded_house: House) -> None:
    house = guarded_house
    assert house.reader().status(house.corpus).documents == 3
    assert "300 万" in nearest(house, house.reader(), "云影于 2024 年 3 月发布")
    with pytest.raises(IndexStoreError, match="cannot be written to"):
        house.build()
