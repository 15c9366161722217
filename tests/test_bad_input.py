"""What can go wrong does so in plain words, with nothing lost and no traceback."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

NOTE = "# 云帆科技\n\n云帆科技三季度营收为4.2亿元。\n"

# Root may read and write everything; without this it would see no folder as read-only.
AS_ANYBODY = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if hasattr(os, "geteuid") and os.geteuid() == 0
    else ()
)
needs_permissions = pytest.mark.skipif(
    os.name == "nt" or bool(AS_ANYBODY and not shutil.which("setpriv")),
    reason="permissions cannot be told to hold here",
)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "t2vqa", *arguments]


def run(
    place: Path, *arguments: str, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*before, *command(*arguments)],
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "not foreseen" not in done.stderr
    return done


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "note.md").write_text(NOTE, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("built")
    (place / "corpus").mkdir()
    (place / "corpus" / "note.md").write_text(NOTE, encoding="utf-8")
    assert run(place, "index").returncode == 0
    return place


def skipped(output: str) -> dict[str, str]:
    lines = [line.split(": ", 2) for line in output.splitlines() if line.startswith("  skipped: ")]
    return {path: reason for _, path, reason in lines}


def test_files_that_are_no_documents_are_skipped_by_name(place: Path) -> None:
    corpus = place / "corpus"
    (corpus / "binary.md").write_bytes(bytes(range(256)) * 100)
    with (corpus / "large.txt").open("wb") as large:
        large.truncate(50_000_000)
    outside = place / "secret.md"
    outside.write_text("# Secret\n\nThe password is swordfish.\n")
    (corpus / "link.md").symlink_to(outside)
    (corpus / "folder").symlink_to(place)
    done = run(place, "index")
    assert done.returncode == 0
    reasons = skipped(done.stdout)
    assert set(reasons) == {"binary.md", "large.txt", "link.md", "folder"}
    assert "binary" in reasons["binary.md"]
    assert "20 MB" in reasons["large.txt"]
    assert "out of the corpus" in reasons["link.md"]
    assert "out of the corpus" in reasons["folder"]
    assert "4.2亿元" in run(place, "ask", "云帆科技三季度营收是多少？").stdout
    assert "swordfish" not in run(place, "ask", "What is the password?", "--json").stdout


@needs_permissions
def test_an_unreadable_file_is_skipped_by_name(place: Path) -> None:
    closed = place / "corpus" / "closed.md"
    closed.write_text("# Closed\n")
    closed.chmod(0)
    done = run(place, "index", before=AS_ANYBODY)
    assert done.returncode == 0
    assert set(skipped(done.stdout)) == {"closed.md"}


def test_names_with_spaces_and_chinese_are_ordinary(place: Path) -> None:
    name = "研究 报告（终稿） v2.md"
    (place / "corpus" / name).write_text("# 长风影业\n\n长风影业的代码是998866。\n")
    assert run(place, "index").returncode == 0
    assert "长风影业的代码是998866。" in run(place, "show", name).stdout
    assert name in run(place, "ask", "长风影业的代码是多少？").stdout


def test_a_corpus_without_documents_is_told(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for arguments in (("index",), ("ask", "有什么风险？"), ("chat",)):
        done = run(tmp_path, *arguments)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "no document" in done.stderr


def test_a_corpus_emptied_later_does_not_cost_the_index(place: Path) -> None:
    assert run(place, "index").returncode == 0
    (place / "corpus" / "note.md").unlink()
    assert run(place, "index").returncode == 1
    assert "4.2亿元" in run(place, "ask", "云帆科技三季度营收是多少？").stdout


def test_markup_in_a_document_is_text(place: Path) -> None:
    markup = '<script>alert("x")</script>'
    (place / "corpus" / "page.md").write_text(f"# Page\n\nBefore {markup} after.\n")
    run(place, "index")
    assert markup in run(place, "show", "page.md").stdout


def test_a_port_in_use_is_told_before_the_slow_work(built: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(built, "chat", "--port", str(port))
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr


def test_a_second_writer_is_told_who_writes(built: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from t2vqa.index.lock import writing\n"
        "with writing(Path('index')):\n    print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=built, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        second = run(built, "index")
        reading = run(built, "ask", "云帆科技三季度营收是多少？")
        writer.communicate()
    assert second.returncode == 1
    assert str(writer.pid) in second.stderr
    assert "4.2亿元" in reading.stdout


@needs_permissions
def test_a_read_only_index_answers_but_cannot_be_brought_up_to_date(place: Path) -> None:
    assert run(place, "index").returncode == 0
    (place / "corpus" / "more.md").write_text("# More\n\nMore text.\n")
    paths = [place / "index", *(place / "index").rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        answer = run(place, "ask", "云帆科技三季度营收是多少？", before=AS_ANYBODY)
        build = run(place, "index", before=AS_ANYBODY)
    finally:
        for path in paths:
            path.chmod(0o755)
    assert "4.2亿元" in answer.stdout
    assert build.returncode == 1
    assert "cannot be written to" in build.stderr


@needs_permissions
def test_a_folder_that_takes_no_index_is_told(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o555)
    done = run(place, "index", "--index", "closed/index", before=AS_ANYBODY)
    assert done.returncode == 1
    assert "cannot be written to" in done.stderr


def limited(megabytes: int, *arguments: str) -> list[str]:
    """The command under a limit of file size, which stops writing as a full disk does."""
    code = (
        "import resource, runpy, signal, sys\n"
        f"signal.signal({int(signal.SIGXFSZ)}, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({megabytes} << 20,) * 2)\n"
        "sys.argv[0] = 't2vqa'\n"
        "runpy.run_module('t2vqa', run_name='__main__')"
    )
    return [sys.executable, "-c", code, *arguments]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_no_room_for_the_model_leaves_nothing_behind(place: Path) -> None:
    cache = place / "cache"
    done = subprocess.run(
        limited(20, "index"),
        cwd=place,
        env={**os.environ, "T2VQA_CACHE": str(cache)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "not foreseen" not in done.stderr
    assert str(cache) in done.stderr
    left = [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size > 1 << 20]
    assert left == []


def test_a_damaged_index_is_told_and_rebuilt(place: Path) -> None:
    assert run(place, "index").returncode == 0
    (place / "index" / "t2vqa.sqlite3").write_bytes(b"no database at all" * 1000)
    for name in ("t2vqa.sqlite3-wal", "t2vqa.sqlite3-shm"):
        (place / "index" / name).unlink(missing_ok=True)
    done = run(place, "ask", "云帆科技三季度营收是多少？")
    assert done.returncode == 0
    assert "damaged" in done.stderr and "anew" in done.stderr
    assert "4.2亿元" in done.stdout
    again = run(place, "ask", "云帆科技三季度营收是多少？")
    assert "damaged" not in again.stderr and "4.2亿元" in again.stdout


def test_an_index_of_another_model_says_so_and_what_to_run(built: Path, tmp_path: Path) -> None:
    missing = run(built, "ask", "云帆科技三季度营收是多少？", T2VQA_MODEL=str(tmp_path))
    assert missing.returncode == 1
    assert str(tmp_path) in missing.stderr
