"""The index equals the corpus, at the price of what has changed."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from index_contents import answers, contents
from index_house import CORPUS, HashEmbedder, House

from t2vqa.config import Settings
from t2vqa.documents import CorpusScan
from t2vqa.errors import CorpusError, IndexStoreError
from t2vqa.index import builder
from t2vqa.index.vectors import ChromaStore, chroma_place
from t2vqa.types import Progress


def assert_equals_a_fresh_build(house: House, tmp_path: Path) -> None:
    fresh = House(tmp_path / "fresh")
    fresh.corpus, fresh.settings = house.corpus, house.settings
    fresh.build()
    assert contents(house.index) == contents(fresh.index)
    assert answers(house) == answers(fresh)
    shutil.rmtree(fresh.index)


def test_adding_editing_renaming_and_deleting_equal_a_fresh_build(
    house: House, tmp_path: Path
) -> None:
    report = house.build()
    assert (report.added, report.edited, report.removed) == (tuple(sorted(CORPUS)), (), ())
    assert_equals_a_fresh_build(house, tmp_path)

    house.write({"新 文件.md": "# 新\n\n云影的新消息。\n", "坏.md": "文字"})
    (house.corpus / "坏.md").write_bytes(bytes(range(256)) * 20)
    (house.corpus / "notes/b.txt").write_text("Northwind closed its plant.\n", encoding="utf-8")
    (house.corpus / "notes/c.md").rename(house.corpus / "乙.md")
    report = house.build()
    assert report.added == tuple(sorted(["乙.md", "新 文件.md"]))
    assert (report.edited, report.removed) == (("notes/b.txt",), ("notes/c.md",))
    assert [item.path for item in report.skipped] == ["坏.md"]
    assert report.skipped[0].reason
    assert_equals_a_fresh_build(house, tmp_path)

    (house.corpus / "notes/b.txt").unlink()
    (house.corpus / "甲科技 年报.md").unlink()
    report = house.build()
    assert report.removed == ("notes/b.txt", "甲科技 年报.md")
    assert report.embedded == 0
    assert_equals_a_fresh_build(house, tmp_path)


def test_nothing_is_read_where_nothing_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in CORPUS:
        os.utime(house.corpus / path, (1_700_000_000, 1_700_000_000))
    first = house.build()
    before = contents(house.index)
    monkeypatch.setattr("t2vqa.index.changes.read", lambda file: pytest.fail(file.path))
    report = house.build()
    assert (report.unchanged, report.embedded, report.passages) == (3, 0, first.passages)
    assert contents(house.index) == before


def test_a_touched_file_is_read_but_not_edited(house: House) -> None:
    house.build()
    os.utime(house.corpus / "notes/c.md", (1, 1))
    report = house.build()
    assert (report.edited, report.unchanged, report.embedded) == ((), 3, 0)
    assert house.reader().status(house.corpus).stale == ()


def test_a_renamed_document_embeds_nothing(house: House) -> None:
    house.build()
    house.embedder.embedded.clear()
    (house.corpus / "notes/c.md").rename(house.corpus / "另一个名字.md")
    house.build()
    assert house.embedder.embedded == []
    with house.reader().snapshot() as state:
        (passage,) = state.passages_of("另一个名字.md")
        assert state.dense(state.passage_vectors([passage.id])[passage.id], 1)[0][0] == passage.id


def test_an_edited_sentence_embeds_only_its_passage(house: House) -> None:
    house.build()
    house.embedder.embedded.clear()
    path = house.corpus / "甲科技 年报.md"
    path.write_text(CORPUS[path.name].replace("30%", "31%"), encoding="utf-8")
    assert house.build().embedded == 1
    (text,) = house.embedder.embedded
    assert "31%" in text


def test_another_model_or_passage_length_makes_all_anew(house: House, tmp_path: Path) -> None:
    house.build()
    house.settings = Settings(passage_characters=80)
    house.build()
    assert_equals_a_fresh_build(house, tmp_path)
    house.embedder = HashEmbedder("other", 32)
    assert house.build().embedded > 0
    assert house.reader().status().model == "other"
    with house.reader().snapshot() as state:
        (vector,) = house.embedder.embed_queries(["云影"])
        assert len(state.dense(vector, 3)) == 3
    assert chroma_place(house.index).collection != "passages"


def test_a_rebuild_reads_all_and_embeds_nothing_twice(house: House, tmp_path: Path) -> None:
    house.build()
    report = house.build(rebuild=True)
    assert (report.unchanged, report.embedded) == (3, 0)
    assert_equals_a_fresh_build(house, tmp_path)


def test_progress_runs_through_the_stages(house: House) -> None:
    steps: list[Progress] = []
    house.build(progress=steps.append)
    assert [*dict.fromkeys(step.stage for step in steps)] == ["reading", "embedding", "writing"]
    for stage in ("reading", "embedding", "writing"):
        done = [step.done for step in steps if step.stage == stage]
        assert done == sorted(done)
        assert done[-1] == next(step.total for step in steps if step.stage == stage)


@pytest.mark.parametrize("bad", [{}, {"x.exe": b"MZ"}, {"x.md": bytes(range(256)) * 9}])
def test_a_corpus_without_documents_keeps_the_old_index(
    house: House, bad: dict[str, bytes]
) -> None:
    house.build()
    before = contents(house.index)
    shutil.rmtree(house.corpus)
    house.corpus.mkdir()
    for name, data in bad.items():
        (house.corpus / name).write_bytes(data)
    with pytest.raises(CorpusError) as caught:
        house.build()
    assert all(name in str(caught.value) for name in bad)
    assert contents(house.index) == before


def test_a_file_that_vanishes_is_skipped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = builder.scan_corpus

    def scan_then_delete(folder: Path, **options: float) -> CorpusScan:
        found = scan(folder, **options)
        (folder / "notes/b.txt").unlink()
        return found

    monkeypatch.setattr(builder, "scan_corpus", scan_then_delete)
    report = house.build()
    assert [item.path for item in report.skipped] == ["notes/b.txt"]
    assert len(report.added) == 2


def test_interrupted_embedding_keeps_what_is_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("t2vqa.index.staging._EMBED_BATCH", 2)
    calls = iter([None, KeyboardInterrupt()])

    def stop() -> None:
        if error := next(calls, None):
            raise error

    house.embedder.before_batch = stop
    with pytest.raises(KeyboardInterrupt):
        house.build()
    with pytest.raises(IndexStoreError, match="t2vqa index"):
        house.reader()
    house.embedder.before_batch = lambda: None
    report = house.build()
    assert report.embedded == report.passages - 2


def test_an_index_that_is_a_file_is_told(house: House) -> None:
    house.index.write_text("not a folder")
    with pytest.raises(IndexStoreError, match=str(house.index)):
        house.build()


@pytest.mark.parametrize("damage", ["gone", "garbage", "emptied"])
def test_damaged_vectors_are_made_anew_by_the_next_change(
    house: House, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    house.build()
    _damage_chroma(house.index, damage)
    house.embedder.embedded.clear()
    house.write({"新.md": "# 新\n\n云影。\n"})
    with caplog.at_level(logging.WARNING):
        report = house.build()
    assert report.embedded == 1
    assert "anew" in caplog.text
    assert_equals_a_fresh_build(house, tmp_path)


@pytest.mark.parametrize("damage", ["gone", "garbage", "emptied"])
def test_damaged_vectors_are_made_anew_when_found_by_a_reader(
    house: House, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    house.build()
    before = answers(house)
    house.close()
    _damage_chroma(house.index, damage)
    house.embedder.embedded.clear()
    with caplog.at_level(logging.WARNING):
        assert answers(house) == before
        house.close()
    assert "anew" in caplog.text
    assert house.embedder.embedded == []
    assert_equals_a_fresh_build(house, tmp_path)


def _damage_chroma(index: Path, damage: str) -> None:
    place = chroma_place(index)
    folder = index / place.folder
    if damage == "gone":
        shutil.rmtree(folder)
    elif damage == "garbage":
        (folder / "chroma.sqlite3").write_bytes(b"garbage " * 4000)
    else:
        with closing(ChromaStore.open(index, place)) as store:
            store.delete(store.collection.get()["ids"])
