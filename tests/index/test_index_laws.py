"""The index equals the corpus, whatever happened to it, at the price of what has changed.

Random sequences of changes are played on a corpus; after each build the index is held against one
built from nothing. ``T2VQA_LAW_EXAMPLES=300`` plays so many sequences instead of a few.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from index_contents import answers, contents
from index_house import HashEmbedder, House

from t2vqa.config import Settings
from t2vqa.documents import load_document, scan_corpus
from t2vqa.errors import CorpusError, DocumentError
from t2vqa.index import changes
from t2vqa.index.chroma_sync import ChromaSync
from t2vqa.index.marks import is_unchecked
from t2vqa.index.passages import embedding_input, passages_of
from t2vqa.index.reader import VectorSearch
from t2vqa.types import BuildReport

EXAMPLES = int(os.environ.get("T2VQA_LAW_EXAMPLES", "0"))
STEPS = 30

SENTENCES = (
    "云影的用户达到 300 万。",
    "云影的用户达到 400 万。",
    "营业收入为 12.5 亿元，同比增长 30%。",
    "主要风险包括汇率波动。",
    "Northwind Ltd opened a second plant in 2026.",
    "Its margin is 3.5% AND rising.",
    "毛利率保持稳定，费用率下降。",
)
HEADINGS = (
    "# 甲科技 年报\n\n",
    "# 乙集团（小乙）\n\n",
    "## 风险\n\n",
    "---\ntitle: 丙\n---\n\n",
    "",
)
TEXTS = st.builds(
    lambda heading, sentences, gap: heading + gap.join(sentences) + "\n",
    st.sampled_from(HEADINGS),
    st.lists(st.sampled_from(SENTENCES), max_size=9),
    st.sampled_from(["", "\n\n", "\n- "]),
)
ODD_TEXTS = st.sampled_from(
    [
        "",
        "\n \n",
        "# 只有标题\n",
        "| 产品 | 收入 |\n|---|---|\n| 云影 | 8 亿元 |\n| 云影 | 8 亿元 |\n",
        'NUL \x00 and \ud7ff "quotes" \u2028 line',
        '---\ntitle: "\\ud800 half"\n---\n\n半个字符。\n',
        "İstanbul STRASSE ſ Σίσυφος ﬁne 𠮷野家",
        "句子。" * 60,
    ]
)
NAMES = st.sampled_from(["a.md", "b.txt", "云影 报告.md", "c'\"%_.md", "İ.txt", "x.exe"])
FOLDERS = st.sampled_from(["", "notes", "notes/旧", "2024"])
UNDECODABLE = bytes(range(256)) * 20
QUESTIONS = ("云影的用户", "Northwind AND margin 3.5%", "风险 毛利率", "甲科技", "İstanbul", "收入")


@contextmanager
def without_chroma() -> Iterator[None]:
    """Build without Chroma, which takes a hundred times as long as the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ChromaSync, "is_missing", staticmethod(lambda *_: False))
        for step in ("prepare", "settle", "verify", "seal"):
            patch.setattr(ChromaSync, step, lambda *_, **__: None)
        yield


class CorpusHistory(RuleBasedStateMachine):
    """What may happen to a corpus between builds."""

    chroma = False

    @initialize(texts=st.lists(TEXTS, min_size=1, max_size=4))
    def begin(self, texts: list[str]) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.house = House(self.folder)
        self.house.corpus.mkdir()
        self.built = False
        self.dirty = True
        self.clock = 1_700_000_000
        self.house.write({f"{number}.md": text for number, text in enumerate(texts)})

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.house.close()
            shutil.rmtree(self.folder)

    def files(self) -> list[Path]:
        return sorted(path for path in self.house.corpus.rglob("*") if path.is_file())

    def some_file(self, choice: int) -> Path | None:
        files = self.files()
        self.dirty = True
        return files[choice % len(files)] if files else None

    @rule(folder=FOLDERS, name=NAMES, text=TEXTS | ODD_TEXTS)
    def add_or_edit(self, folder: str, name: str, text: str) -> None:
        self.dirty = True
        path = self.house.corpus / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))

    @rule(choice=st.integers(0, 99), text=TEXTS | ODD_TEXTS)
    def edit(self, choice: int, text: str) -> None:
        if path := self.some_file(choice):
            path.write_bytes(text.encode("utf-8", "surrogatepass"))

    @rule(choice=st.integers(0, 99), keep_time=st.booleans())
    def edit_without_changing_the_size(self, choice: int, keep_time: bool) -> None:
        if path := self.some_file(choice):
            state = path.stat()
            path.write_bytes(path.read_bytes().replace(b"300", b"305").replace(b"400", b"300"))
            if keep_time:
                os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    @rule(choice=st.integers(0, 99), folder=FOLDERS, name=NAMES)
    def copy(self, choice: int, folder: str, name: str) -> None:
        if path := self.some_file(choice):
            target = self.house.corpus / folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if target != path:
                shutil.copy2(path, target)

    @rule(choice=st.integers(0, 99), folder=FOLDERS, name=NAMES)
    def rename(self, choice: int, folder: str, name: str) -> None:
        if path := self.some_file(choice):
            target = self.house.corpus / folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)

    @rule(one=st.integers(0, 99), other=st.integers(0, 99))
    def swap_names(self, one: int, other: int) -> None:
        first, second = self.some_file(one), self.some_file(other)
        if first and second and first != second:
            first.rename(self.folder / "aside")
            second.rename(first)
            (self.folder / "aside").rename(second)

    @rule(choice=st.integers(0, 99), name=st.sampled_from(["2025", "归档/旧", "notes/新"]))
    def move_a_folder(self, choice: int, name: str) -> None:
        folders = sorted({path.parent for path in self.files()} - {self.house.corpus})
        target = self.house.corpus / name
        if folders and not target.exists():
            folder = folders[choice % len(folders)]
            if not target.is_relative_to(folder):
                self.dirty = True
                target.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(target)

    @rule(choice=st.integers(0, 99))
    def delete(self, choice: int) -> None:
        if path := self.some_file(choice):
            path.unlink()

    @rule(choice=st.integers(0, 99))
    def make_undecodable(self, choice: int) -> None:
        if path := self.some_file(choice):
            path.write_bytes(UNDECODABLE)

    @rule(choice=st.integers(0, 99))
    def put_a_link_in_its_place(self, choice: int) -> None:
        if path := self.some_file(choice):
            path.unlink()
            path.symlink_to(self.folder / "nowhere")

    @rule(choice=st.integers(0, 99))
    def touch(self, choice: int) -> None:
        if path := self.some_file(choice):
            self.clock += 10
            os.utime(path, (self.clock, self.clock))

    @rule(characters=st.sampled_from([80, 120, 300]))
    def choose_another_length(self, characters: int) -> None:
        self.dirty = True
        self.house.settings = Settings(passage_characters=characters)

    @rule(dimensions=st.sampled_from([32, 64]))
    def choose_another_model(self, dimensions: int) -> None:
        self.dirty = True
        self.house.embedder = HashEmbedder(f"hash-{dimensions}", dimensions)

    @rule(rebuild=st.sampled_from([False] * 5 + [True]))
    def build(self, rebuild: bool) -> None:
        kept = self.vectors_kept()
        report = self.build_or_none(self.house, rebuild=rebuild)
        if report is None:
            return
        self.built, self.dirty = True, False
        assert not is_unchecked(self.house.index)
        asked = self.house.embedder.embedded
        assert len(asked) == len(set(asked)) == report.embedded, "no text is embedded twice"
        assert set(asked) <= self.texts() - kept, "only what is new is embedded"
        self.equals_a_fresh_build()

    @precondition(lambda self: self.built and not self.dirty)
    @rule()
    def build_again(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(changes.time, "time_ns", lambda: 4_000_000_000 * 10**9)
            self.build_or_none(self.house)  # what was read within a tick of its edit, once more
            patch.setattr(changes, "read", lambda file: pytest.fail(f"{file.path} was read"))
            patch.setattr(changes, "load_document", lambda path, _: pytest.fail(path))
            report = self.build_or_none(self.house)
        assert report is not None
        assert (report.added, report.edited, report.removed) == ((), (), ())
        assert self.house.embedder.embedded == []

    @invariant()
    def the_corpus_was_not_written_to(self) -> None:
        if hasattr(self, "house"):
            assert not list(self.house.corpus.rglob(".*"))

    def build_or_none(self, house: House, **options: bool) -> BuildReport | None:
        """Build, unless there is nothing to index."""
        house.embedder.embedded.clear()
        try:
            if self.chroma and house is self.house:
                return house.build(**options)
            with without_chroma():
                return house.build(**options)
        except CorpusError:
            assert not self.texts(documents=True)
            return None

    def texts(self, *, documents: bool = False) -> set[str]:
        """Return what is to be embedded for the corpus, or the paths that are documents."""
        found: set[str] = set()
        for file in scan_corpus(self.house.corpus).files:
            try:
                document = load_document(file.path, file.absolute.read_bytes())
            except DocumentError:
                continue
            found |= (
                {file.path}
                if documents
                else {
                    embedding_input(passage)[0]
                    for passage in passages_of(document, self.house.settings.passage_characters)
                }
            )
        return found

    def vectors_kept(self) -> set[str]:
        """Return the texts of the last state, if it was embedded by the present model."""
        if not self.built:
            return set()
        with self.house_reader() as reader, reader.snapshot() as state:
            if state.model != self.house.embedder.name:
                return set()
            return {
                embedding_input(passage)[0]
                for document in state.documents()
                for passage in state.passages_of(document.path)
            }

    @contextmanager
    def house_reader(self) -> Iterator:
        from t2vqa.index.reader import open_reader

        reader = open_reader(self.house.index, None, VectorSearch.EXACT)
        try:
            yield reader
        finally:
            reader.close()

    def equals_a_fresh_build(self) -> None:
        fresh = House(self.folder / "fresh")
        fresh.corpus, fresh.settings = self.house.corpus, self.house.settings
        fresh.embedder = HashEmbedder(self.house.embedder.name, self.house.embedder.dimensions)
        report = self.build_or_none(fresh)
        assert report is not None
        found = contents(self.house.index, chroma=self.chroma)
        if self.chroma:
            in_chroma = found.pop("chroma")
            assert sorted(name for name, *_ in in_chroma) == [row[0] for row in found["passages"]]
        assert found == contents(fresh.index, chroma=False)
        exact = VectorSearch.EXACT
        assert answers(self.house, QUESTIONS, exact) == answers(fresh, QUESTIONS, exact)
        if self.chroma:
            assert answers(self.house, QUESTIONS) == answers(fresh, QUESTIONS, exact)
        shutil.rmtree(fresh.index)


class CorpusHistoryInChroma(CorpusHistory):
    """The same with Chroma."""

    chroma = True


@pytest.mark.parametrize(("history", "examples"), [(CorpusHistory, 60), (CorpusHistoryInChroma, 6)])
def test_the_index_equals_the_corpus(history: type[RuleBasedStateMachine], examples: int) -> None:
    run_state_machine_as_test(
        history,
        settings=settings(
            max_examples=EXAMPLES or examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not EXAMPLES,
            phases=[*(phase for phase in Phase if EXAMPLES or phase is not Phase.shrink)],
            suppress_health_check=list(HealthCheck),
        ),
    )
