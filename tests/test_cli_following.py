"""``index --verify``, ``index --watch`` and ``chat`` follow the documents, as real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from t2vqa.cli.following import change_line, failure_line
from t2vqa.errors import CorpusError
from t2vqa.types import BuildReport, Skipped

pytestmark = pytest.mark.model

PATIENCE = 120.0
LONG_AGO = (1_700_000_000, 1_700_000_000)
NOTE = "# 云帆科技\n\n云帆科技的主要产品是远航视频平台。\n"


class Program:
    """A running program, read line by line."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "t2vqa", *arguments],
            cwd=home,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.out: SimpleQueue[str] = SimpleQueue()
        self.err: SimpleQueue[str] = SimpleQueue()
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            threading.Thread(target=self._read, args=(stream, lines), daemon=True).start()

    @staticmethod
    def _read(stream: Iterator[str], lines: SimpleQueue[str]) -> None:
        for line in stream:
            lines.put(line.rstrip("\n"))

    def wait_for(self, lines: SimpleQueue[str], words: str) -> str:
        seen = []
        try:
            while True:
                seen.append(lines.get(timeout=PATIENCE))
                if words in seen[-1]:
                    return seen[-1]
        except Empty:
            raise AssertionError(f"{words!r} is not among {seen}") from None

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)

    def all_err(self) -> list[str]:
        lines = []
        while not self.err.empty():
            lines.append(self.err.get())
        return lines


@contextmanager
def program(home: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    running = Program(home, *arguments, **environment)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "云帆.md").write_text(NOTE, encoding="utf-8")
    return tmp_path


def index(home: Path, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "t2vqa", "index", "--json", *arguments],
        cwd=home,
        check=True,
        capture_output=True,
    )
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return report


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_index_watch_follows_until_it_is_told_to_stop(home: Path, number: int) -> None:
    with program(home, "index", "--watch") as watch:
        watch.wait_for(watch.out, "Indexed in")
        (home / "corpus" / "长风.md").write_text("# 长风\n\n长风影业。\n", encoding="utf-8")
        assert "1 added (长风.md)" in watch.wait_for(watch.out, "Updated in")
        (home / "corpus" / "长风.md").unlink()
        assert "1 removed (长风.md)" in watch.wait_for(watch.out, "Updated in")
        assert watch.end(number) == 0
        watch.wait_for(watch.err, "t2vqa: stopped watching.")
        assert not any("Traceback" in line for line in watch.all_err())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_index_watch_prints_json_lines_and_goes_on_after_a_failure(home: Path) -> None:
    with program(home, "index", "--watch", "--json") as watch:
        assert json.loads(watch.out.get(timeout=PATIENCE))["added"] == ["云帆.md"]
        (home / "corpus" / "云帆.md").rename(home / "aside.md")
        watch.wait_for(watch.err, "the index was not updated; it is tried again.")
        (home / "aside.md").rename(home / "corpus" / "新名.md")
        report = json.loads(watch.out.get(timeout=PATIENCE))
        assert (report["added"], report["removed"]) == (["新名.md"], ["云帆.md"])
        assert report["embedded"] == 0
        assert watch.end(signal.SIGINT) == 0


def test_index_verify_reads_what_size_and_time_would_pass_over(home: Path) -> None:
    file = home / "corpus" / "云帆.md"
    os.utime(file, LONG_AGO)
    assert index(home)["added"] == ["云帆.md"]
    state = file.stat()
    content = NOTE.replace("远航视频", "近海视频").encode()
    with file.open("r+b") as stream:
        stream.write(content)
    assert file.stat().st_size == state.st_size
    os.utime(file, LONG_AGO)
    assert index(home, "--verify")["edited"] == ["云帆.md"]
    assert index(home, "--verify")["edited"] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("watching", [True, False])
def test_chat_follows_the_documents_unless_told_not_to(home: Path, watching: bool) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    index(home)
    (home / "corpus" / "长风.md").write_text("# 长风\n\n长风影业。\n", encoding="utf-8")
    with program(home, "chat", "--port", port, T2VQA_WATCH=str(watching)) as chat:
        chat.wait_for(chat.err, "The page is at")
        if watching:
            assert "1 added (长风.md)" in chat.wait_for(chat.err, "Updated in")
        assert chat.end(signal.SIGTERM) == 0
        assert not any("Traceback" in line or "Updated" in line for line in chat.all_err())
    assert index(home)["added"] == ([] if watching else ["长风.md"])


def test_a_change_is_told_on_one_line() -> None:
    many = tuple(f"{number}.md" for number in range(9))
    skipped = (Skipped("a.xyz", "no document"),)
    line = change_line(BuildReport(many, ("b.md",), (), 0, skipped, 1, 1, 1.234))
    assert line == (
        "Updated in 1.2 s: 9 added (0.md; 1.md; 2.md; and 6 more), 1 edited (b.md), "
        "1 skipped (a.xyz: no document)"
    )
    nothing = change_line(BuildReport((), (), (), 3, (), 1, 0, 0.5))
    assert nothing == "Updated in 0.5 s: nothing has changed"
    mended = change_line(BuildReport((), (), (), 3, (), 1, 0, 0.5, notes=("It was mended.",)))
    assert mended == f"{nothing}. It was mended."


def test_a_failure_is_told_with_its_reason() -> None:
    assert failure_line(CorpusError("There is no document.")).endswith("There is no document.")
    assert "KeyError" in failure_line(KeyError("x"))
