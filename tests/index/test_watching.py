"""The watcher brings a real index up to date, whatever happens to the corpus or the index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from index_house import CORPUS, House

from t2vqa.errors import CorpusError, IndexLockedError, IndexStoreError
from t2vqa.index import watching
from t2vqa.index.lock import writing
from t2vqa.index.watching import Pace, Watcher
from t2vqa.types import BuildReport, Progress

QUICK = Pace(settle=0.1, poll=0.2, retry=0.2, recheck=0.5)
NOTICES_ONLY = Pace(settle=0.1, poll=0.5, retry=0.5, recheck=3600)
PATIENCE = 60.0
A_WHILE = 1.0

News = BuildReport | Exception


class Watched:
    """A house whose index is kept up to date by a watcher."""

    def __init__(self, house: House, **options: object) -> None:
        self.house = house
        self._told: SimpleQueue[News] = SimpleQueue()
        self.updates = 0
        self.watcher = Watcher(house.corpus, self._update, self._told.put, **options)

    def _update(self, progress: Callable[[Progress], None]) -> BuildReport:
        self.updates += 1
        return self.house.build(progress=progress)

    def told(self) -> News:
        return self._told.get(timeout=PATIENCE)

    def report(self) -> BuildReport:
        told = self.told()
        assert isinstance(told, BuildReport), told
        return told

    def nothing_told(self) -> None:
        with pytest.raises(Empty):
            print(self._told.get(timeout=A_WHILE))


Watch = Callable[..., Watched]


@pytest.fixture
def watch(house: House) -> Iterator[Watch]:
    """Watch the house, once the first update is done."""
    with ExitStack() as stack:

        def start(**options: object) -> Watched:
            watched = Watched(house, **{"pace": QUICK, **options})
            running: AbstractContextManager[None] = watched.watcher.running()
            stack.enter_context(running)
            return watched

        yield start


def first(watched: Watched) -> Watched:
    assert watched.report().added == tuple(sorted(CORPUS))
    return watched


@pytest.mark.parametrize(
    "how", [{"pace": NOTICES_ONLY}, {"polling": True}], ids=["notices", "polling"]
)
def test_each_change_is_followed_and_told(
    watch: Watch, house: House, how: dict[str, object]
) -> None:
    watched = first(watch(**how))
    house.write({"新/文件.md": "# 新\n\n一句话。\n"})
    assert watched.report().added == ("新/文件.md",)
    house.write({"新/文件.md": "# 新\n\n另一句话。\n"})
    assert watched.report().edited == ("新/文件.md",)
    (house.corpus / "新/文件.md").rename(house.corpus / "旧.md")
    report = watched.report()
    assert (report.added, report.removed, report.embedded) == (("旧.md",), ("新/文件.md",), 0)
    (house.corpus / "旧.md").unlink()
    assert watched.report().removed == ("旧.md",)
    with house.reader().snapshot() as state:
        assert [found.path for found in state.documents()] == sorted(CORPUS)


def test_what_was_changed_while_nobody_watched_is_found_at_the_start(
    watch: Watch, house: House
) -> None:
    house.build()
    (house.corpus / "notes/b.txt").unlink()
    assert watch().report().removed == ("notes/b.txt",)


def test_an_edit_of_equal_size_in_the_same_moment_is_seen(watch: Watch, house: House) -> None:
    watched = first(watch(polling=True))
    file = house.corpus / "notes/b.txt"
    now = time.time_ns()
    file.write_text(file.read_text(encoding="utf-8").replace("3.5%", "4.5%"), encoding="utf-8")
    os.utime(file, ns=(now, now))
    assert watched.report().edited == ("notes/b.txt",)
    file.write_text(file.read_text(encoding="utf-8").replace("4.5%", "5.5%"), encoding="utf-8")
    os.utime(file, ns=(now, now))
    assert watched.report().edited == ("notes/b.txt",)


def test_what_is_no_document_is_left_alone_or_named_with_the_reason(
    watch: Watch, house: House
) -> None:
    watched = first(watch(pace=NOTICES_ONLY))
    seen = watched.updates
    house.write({".hidden.md": "x", "~$open.md": "x", "notes/.git/c.md": "x", "d.md~": "x"})
    watched.nothing_told()
    assert watched.updates == seen
    house.write({"table.xyz": "x"})
    (skipped,) = watched.report().skipped
    assert skipped.path == "table.xyz"
    assert ".xyz" in skipped.reason
    house.write({"new.md": "# New\n\nA fact.\n"})
    report = watched.report()
    assert (report.added, report.skipped) == (("new.md",), ()), "it was named before"


def test_writing_is_let_settle(watch: Watch, house: House) -> None:
    watched = first(watch(pace=Pace(settle=0.5, poll=0.2, retry=0.2, recheck=0.5)))
    seen = watched.updates
    with (house.corpus / "long.md").open("w", encoding="utf-8") as file:
        for number in range(15):
            file.write(f"第{number}句话。\n\n")
            file.flush()
            time.sleep(0.1)
    assert watched.report().added == ("long.md",)
    with house.reader().snapshot() as state:
        assert "第14句话" in state.document("long.md").text
    assert watched.updates - seen <= 2


def test_a_file_written_to_without_end_does_not_stop_the_rest(watch: Watch, house: House) -> None:
    watched = first(watch(pace=Pace(settle=0.3, longest_settle=1.0, poll=0.2, recheck=0.2)))
    ended = threading.Event()

    def write_on() -> None:
        with (house.corpus / "log.txt").open("w", encoding="utf-8") as file:
            while not ended.wait(0.05):
                file.write("One more line.\n\n")
                file.flush()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert watched.report().added == ("log.txt",)
    finally:
        ended.set()
        writer.join()


def test_an_emptied_corpus_is_told_once_and_the_watching_goes_on(
    watch: Watch, house: House
) -> None:
    watched = first(watch())
    aside = house.corpus.with_name("aside")
    aside.mkdir()
    for file in list(house.corpus.iterdir()):
        shutil.move(file, aside)
    assert isinstance(watched.told(), CorpusError)
    watched.nothing_told()
    with house.reader().snapshot() as state:
        assert state.document_count == len(CORPUS), "the old state is still answered from"
    for file in list(aside.iterdir()):
        shutil.move(file, house.corpus)
    assert watched.report().unchanged == len(CORPUS)


@pytest.mark.parametrize("polling", [False, True])
def test_a_corpus_that_is_replaced_is_watched_again(
    watch: Watch, house: House, polling: bool
) -> None:
    watched = first(watch(polling=polling))
    house.corpus.rename(house.corpus.with_name("gone"))
    assert isinstance(watched.told(), CorpusError)
    house.write({"only.md": "# Only\n\nA fact.\n"})
    report = watched.report()
    assert (report.added, report.removed) == (("only.md",), tuple(sorted(CORPUS)))
    house.write({"second.md": "# Second\n\nAnother fact.\n"})
    assert watched.report().added == ("second.md",)


def test_a_corpus_behind_a_link_is_watched(watch: Watch, house: House) -> None:
    real = house.corpus.with_name("real")
    house.corpus.rename(real)
    house.corpus.symlink_to(real, target_is_directory=True)
    watched = first(watch(pace=NOTICES_ONLY))
    (real / "new.md").write_text("# New\n\nA fact.\n", encoding="utf-8")
    assert watched.report().added == ("new.md",)


def test_a_locked_index_is_told_in_the_end_and_tried_until_it_is_free(
    watch: Watch, house: House
) -> None:
    watched = first(watch())
    with writing(house.index):
        house.write({"new.md": "# New\n\nA fact.\n"})
        assert isinstance(watched.told(), IndexLockedError)
        watched.nothing_told()
    assert watched.report().added == ("new.md",)


def test_a_failing_update_is_told_and_tried_again(house: House) -> None:
    full = threading.Event()
    told: SimpleQueue[News] = SimpleQueue()

    def update(progress: Callable[[Progress], None]) -> BuildReport:
        if full.is_set():
            raise IndexStoreError("The disk is full.")
        return house.build(progress=progress)

    with Watcher(house.corpus, update, told.put, pace=QUICK).running():
        assert isinstance(told.get(timeout=PATIENCE), BuildReport)
        full.set()
        house.write({"new.md": "# New\n\nA fact.\n"})
        assert "disk is full" in str(told.get(timeout=PATIENCE))
        full.clear()
        report = told.get(timeout=PATIENCE)
    assert isinstance(report, BuildReport)
    assert report.added == ("new.md",)


def test_stopping_breaks_off_an_update_and_the_old_state_stays(watch: Watch, house: House) -> None:
    watched = first(watch())
    begun = threading.Event()
    stopped = threading.Event()

    def embedding() -> None:
        begun.set()
        assert stopped.wait(PATIENCE)

    house.embedder.before_batch = embedding
    house.write({f"{number}.md": f"# {number}\n\nFact {number}.\n" for number in range(3)})
    assert begun.wait(PATIENCE)
    watched.watcher.stop()
    stopped.set()
    watched.nothing_told()
    with house.reader().snapshot() as state:
        assert state.document_count == len(CORPUS)
    house.embedder.before_batch = lambda: None
    assert len(house.build().added) == 3


def test_where_the_system_tells_of_nothing_the_corpus_is_looked_at(
    watch: Watch, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> Iterator[object]:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr("watchfiles.watch", refused)
    watched = first(watch(pace=Pace(settle=0.1, poll=0.2, recheck=3600)))
    house.write({"new.md": "# New\n\nA fact.\n"})
    assert watched.report().added == ("new.md",)


def test_a_network_folder_is_polled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "is_on_network", lambda _: True)
    monkeypatch.setattr("watchfiles.watch", lambda *_, **__: pytest.fail("asked the system"))
    watched = Watched(house, pace=QUICK)
    with watched.watcher.running():
        first(watched)
        house.write({"new.md": "# New\n\nA fact.\n"})
        assert watched.report().added == ("new.md",)


def test_importing_the_watcher_loads_no_library_for_it() -> None:
    code = "import sys, t2vqa.index.watching; assert 'watchfiles' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_corpus_is_never_written_to(watch: Watch, house: House) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(house.corpus.rglob("*"))}
    first(watch())
    assert {path: path.stat().st_mtime_ns for path in sorted(house.corpus.rglob("*"))} == before


def test_stopping_ends_the_thread_soon_also_while_nothing_happens(watch: Watch) -> None:
    watched = first(watch(pace=Pace(settle=0.1)))
    watched.watcher.stop()
    until = time.monotonic() + 5
    while any(thread.name == "watch-corpus" for thread in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_paths_are_told_below_the_corpus(watch: Watch, tmp_path: Path) -> None:
    assert str(tmp_path) not in str(watch().report())
