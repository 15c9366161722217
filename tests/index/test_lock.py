"""One writer for each index, and the second is told who it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from t2vqa.errors import IndexLockedError
from t2vqa.index.lock import OWNER, has_writer, no_writer, writing

HOLD = """
import sys
from pathlib import Path
from t2vqa.index.lock import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(index: Path, program: str = HOLD) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_another_process_is_named(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        assert has_writer(tmp_path)
        with pytest.raises(IndexLockedError, match=f"number {process.pid}"), writing(tmp_path):
            pass
        with no_writer(tmp_path) as alone:
            assert not alone
        process.communicate()
    with writing(tmp_path):
        assert has_writer(tmp_path)
    assert not has_writer(tmp_path)


def test_another_thread_is_kept_out_too(tmp_path: Path) -> None:
    with (
        writing(tmp_path),
        pytest.raises(IndexLockedError, match=f"number {os.getpid()}"),
        writing(tmp_path),
    ):
        pass


def test_a_killed_writer_keeps_nobody_out(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    assert (tmp_path / OWNER).exists()
    assert not has_writer(tmp_path)
    assert not (tmp_path / OWNER).exists()
    with writing(tmp_path):
        pass


def test_a_missing_folder_has_no_writer(tmp_path: Path) -> None:
    assert not has_writer(tmp_path / "none")


OPEN = """
import sys
from pathlib import Path
from t2vqa.index.lock import no_writer
with no_writer(Path(sys.argv[1])) as alone:
    assert alone
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_reader_that_opens_the_vectors_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holder(tmp_path, OPEN) as process:
        monkeypatch.setattr("t2vqa.index.lock._PATIENCE_SECONDS", 0.0)
        release = threading.Timer(0.3, process.communicate)
        release.start()
        with writing(tmp_path):
            assert has_writer(tmp_path)
        release.join()


def test_a_killed_writers_name_does_not_outlive_it(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    with holder(tmp_path) as successor:
        with pytest.raises(IndexLockedError, match=f"number {successor.pid}"), writing(tmp_path):
            pass
        successor.communicate()
