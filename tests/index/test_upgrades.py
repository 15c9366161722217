"""An index made another way than it would be now is noticed, explained and made anew on command."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crash_states import change, make_older
from index_contents import contents
from index_house import HashEmbedder, House

from t2vqa.config import Settings
from t2vqa.errors import CorpusError, ModelMismatchError, NewerIndexError, OlderIndexError
from t2vqa.index import commit
from t2vqa.index.marks import UNCHECKED
from t2vqa.index.reader import IndexReader, index_exists
from t2vqa.index.schema import DATABASE, FORMAT
from t2vqa.index.vectors import chroma_place
from t2vqa.text.segmentation import search_terms


def equals_a_fresh_build(house: House, tmp_path: Path) -> bool:
    fresh = House(tmp_path / "fresh")
    fresh.corpus, fresh.settings = house.corpus, house.settings
    fresh.embedder = HashEmbedder(house.embedder.name, house.embedder.dimensions)
    fresh.build()
    return contents(house.index) == contents(fresh.index)


def top(house: House, reader: IndexReader) -> str:
    (vector,) = house.embedder.embed_queries(["云影于 2024 年 3 月发布"])
    with reader.snapshot() as state:
        return state.passages([state.dense(vector, 1)[0][0]])[0].text


def test_an_index_of_the_former_format_is_told_and_its_vectors_are_taken_over(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house.build()
    house.embedder.embedded.clear()
    make_older(house.index)
    with pytest.raises(OlderIndexError, match=r"older t2vqa.*`t2vqa index`"):
        house.reader()
    assert index_exists(house.index)
    with caplog.at_level(logging.WARNING):
        report = house.build()
    assert "older t2vqa" in report.notes[0]
    assert len(caplog.records) == 1
    assert house.embedder.embedded == []
    assert equals_a_fresh_build(house, tmp_path)


@pytest.mark.parametrize("options", [{}, {"rebuild": True}, {"verify": True}])
def test_an_index_of_a_newer_format_is_left_alone(house: House, options: dict[str, bool]) -> None:
    house.build()
    with closing(sqlite3.connect(house.index / DATABASE)) as connection:
        newer = str(int(FORMAT) + 1)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (newer,))
        connection.commit()
    files = {path: path.read_bytes() for path in house.index.rglob("*") if path.is_file()}
    with pytest.raises(NewerIndexError, match=r"newer t2vqa.*Upgrade t2vqa"):
        house.reader()
    with pytest.raises(NewerIndexError, match=r"newer t2vqa.*Upgrade t2vqa"):
        house.build(**options)
    assert all(path.read_bytes() == data for path, data in files.items() if path.exists())
    assert (house.index / DATABASE) in files


def test_another_model_is_told_and_the_former_one_costs_nothing(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house.build()
    reader, former = house.reader(), house.embedder
    house.embedder = HashEmbedder("other", 32)
    with pytest.raises(ModelMismatchError, match=r"model hash, .*other.*`t2vqa index`"):
        house.reader()
    asked: list[str] = []

    def ask_the_former_state() -> None:
        present, house.embedder = house.embedder, former
        asked.append(top(house, reader))
        house.embedder = present

    house.embedder.before_batch = ask_the_former_state
    with caplog.at_level(logging.WARNING):
        report = house.build()
    assert "It was built with the model hash, now it is other." in report.notes[0]
    assert report.notes[0] in caplog.text
    assert report.embedded == report.passages
    assert "300 万" in asked[0]
    assert equals_a_fresh_build(house, tmp_path)
    house.embedder = HashEmbedder("hash", 64)
    assert house.build().embedded == 0
    assert equals_a_fresh_build(house, tmp_path)


def test_another_length_is_told_and_the_former_one_costs_nothing(
    house: House, tmp_path: Path
) -> None:
    house.build()
    place = chroma_place(house.index)
    house.settings = Settings(passage_characters=80)
    report = house.build()
    assert report.notes[0].startswith("It was built with passages of 120 characters, now")
    assert 0 < report.embedded < report.passages, "passages that are the same are not embedded"
    assert equals_a_fresh_build(house, tmp_path)
    house.settings = Settings(passage_characters=120)
    assert house.build().embedded == 0
    assert equals_a_fresh_build(house, tmp_path)
    assert chroma_place(house.index) == place, "the vectors of passages that stay are left there"


def test_another_version_of_t2vqa_reads_all_again_and_embeds_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.build()
    with monkeypatch.context() as patch:
        patch.setattr("t2vqa.index.making.version", lambda _: "99.0")
        assert top(house, house.reader())
        report = house.build()
        assert report.notes[0].endswith("this is 99.0. All documents are read anew.")
        assert (report.unchanged, report.embedded) == (3, 0)
        assert house.build().notes == ()
    assert house.build().notes
    assert equals_a_fresh_build(house, tmp_path)


def test_a_document_that_comes_back_is_not_embedded_again(house: House) -> None:
    house.build()
    text = (house.corpus / "notes/c.md").read_text(encoding="utf-8")
    (house.corpus / "notes/c.md").unlink()
    house.build()
    house.write({"zurück.md": text})
    assert house.build().embedded == 0


def test_unused_vectors_are_not_kept_without_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "LEAST_UNUSED", 2)
    house.build()
    for number in range(30):
        house.write({"notes/b.txt": f"Number {number} is new.\n"})
        house.build()
    with house.reader().snapshot() as state:
        unused = state.connection.execute(
            "SELECT v.unused_since FROM vectors v WHERE NOT EXISTS "
            "(SELECT 1 FROM passages WHERE vector_key = v.key)"
        ).fetchall()
        assert None not in {row[0] for row in unused}
        assert len(unused) == state.passage_count
    house.write({"notes/b.txt": "Number 28 is new.\n"})
    assert house.build().embedded == 0, "the newest of the unused are kept"


def test_a_renamed_document_without_a_title_embeds_nothing(house: House, tmp_path: Path) -> None:
    change(house)
    house.build()
    (house.corpus / "notes/b.txt").rename(house.corpus / "renamed.txt")
    assert house.build().embedded == 0
    assert equals_a_fresh_build(house, tmp_path)
    with house.reader().snapshot() as state:
        assert state.lexical(search_terms("renamed"), 1), "its name is found all the same"


def test_status_says_what_the_next_build_would_make_anew(house: House) -> None:
    house.build()
    reader = house.reader()
    assert reader.status(house.corpus, house.settings).notes == ()
    (house.index / UNCHECKED).touch()
    notes = reader.status(house.corpus, Settings(passage_characters=80)).notes
    assert len(notes) == 2
    assert "now they have 80. `t2vqa index`" in notes[0]
    assert "`t2vqa index` examines" in notes[1]
    house.settings = Settings(passage_characters=120, max_file_megabytes=0.00016)
    report = house.build()
    assert len(report.skipped) == 2
    assert reader.status(house.corpus, house.settings).stale == ()


@pytest.mark.parametrize("missing", ["documents", "corpus"])
def test_an_index_is_not_made_anew_of_nothing(house: House, missing: str) -> None:
    house.build()
    make_older(house.index)
    if missing == "corpus":
        house.corpus.rename(house.corpus.with_name("elsewhere"))
    else:
        shutil.rmtree(house.corpus)
        house.corpus.mkdir()
    before = (house.index / DATABASE).read_bytes()
    for rebuild in (False, True):
        with pytest.raises(CorpusError):
            house.build(rebuild=rebuild)
    assert (house.index / DATABASE).read_bytes() == before
