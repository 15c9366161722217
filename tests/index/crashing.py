"""Kills builds for real, at any step, and holds what is left against the states before and after.

A step is either a call that changes a file of the index, made by Python, SQLite or Chroma (a small
library loaded before the C library counts them; it needs a C compiler), or a line of t2vqa's index
modules. A process that has everything imported makes a child for each build, which kills itself
with SIGKILL at the step it is told, tears the write of that step, or finds the disk full from there
on.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import IO, Any

SHIM_SOURCE = Path(__file__).with_name("dying.c")


class Way(IntEnum):
    """What happens at a step; the numbers are those of ``dying.c``."""

    DIE = 0
    TEAR = 1
    FULL = 2
    DIE_AT_LINE = 3


@dataclass(frozen=True)
class Task:
    """A build to be made in a child.

    ``step`` 0 lets it come to its end.
    """

    corpus: str
    index: str
    way: Way = Way.DIE
    step: int = 0
    rebuild: bool = False
    repair: bool = False
    model: str = "hash"
    characters: int = 120


@dataclass(frozen=True)
class Outcome:
    """How a build ended: killed or not, after how many steps, with which error."""

    killed: bool
    steps: int
    error: str
    message: str


def compile_shim(folder: Path) -> Path | None:
    """Compile the library that counts calls; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = folder / "dying.so"
    subprocess.run(
        [compiler, "-O1", "-shared", "-fPIC", "-o", library, SHIM_SOURCE, "-ldl"],
        check=True,
        capture_output=True,
    )
    return library


class Builds:
    """The process that makes the children."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, task: Task) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(task)) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))


@contextmanager
def builds(shim: Path | None) -> Iterator[Builds]:
    """Start the process that makes the children, with the library if there is one."""
    environment = dict(os.environ)
    if shim is not None:
        environment["LD_PRELOAD"] = str(shim)
        environment["T2VQA_SHIM"] = str(shim)
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield Builds(process)
    finally:
        process.communicate()


def _serve(tasks: IO[str], results: IO[str]) -> None:
    import chromadb  # noqa: F401  # so that children need not

    import t2vqa.index.builder  # noqa: F401
    from t2vqa.text.segmentation import search_terms

    logging.disable(logging.WARNING)
    search_terms("预先装载词典")
    shim = os.environ.get("T2VQA_SHIM")
    library = ctypes.CDLL(shim) if shim else None
    for line in tasks:
        fields = json.loads(line)
        task = Task(**{**fields, "way": Way(fields["way"])})
        results.write(json.dumps(asdict(_in_a_child(task, library))) + "\n")
        results.flush()


def _in_a_child(task: Task, library: ctypes.CDLL | None) -> Outcome:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        found = _build(task, library)
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return Outcome(True, task.step, "", "")
    steps, error, message = json.loads(said)
    return Outcome(False, steps, error, message)


def _build(task: Task, library: ctypes.CDLL | None) -> tuple[int, str, str]:
    from index_house import HashEmbedder

    from t2vqa.config import Settings
    from t2vqa.index.builder import build_index
    from t2vqa.index.chroma_sync import repair_vectors

    lines = _Lines(task.step)
    if task.way is Way.DIE_AT_LINE:
        sys.settrace(lines.trace)
    elif library is not None:
        library.dying_arm(task.index.encode(), ctypes.c_long(task.step), int(task.way))
    error = message = ""
    try:
        if task.repair:
            repair_vectors(Path(task.index))
        else:
            build_index(
                Path(task.corpus),
                Path(task.index),
                Settings(passage_characters=task.characters),
                HashEmbedder(task.model),
                rebuild=task.rebuild,
            )
    except Exception as caught:
        error, message = type(caught).__name__, str(caught)
    sys.settrace(None)
    calls = library.dying_calls() if library is not None else 0
    return (lines.count if task.way is Way.DIE_AT_LINE else calls), error, message


class _Lines:
    """Counts lines of the index's modules, and dies at one of them."""

    def __init__(self, fatal: int) -> None:
        self.count = 0
        self._fatal = fatal

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401
        if "/t2vqa/index/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.count += 1
            if self.count == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
