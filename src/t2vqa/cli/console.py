"""What the commands write, and where: results to stdout, all else to stderr."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from t2vqa.serialise import json_line
from t2vqa.types import Progress

if TYPE_CHECKING:
    from tqdm import tqdm

ReportProgress = Callable[[Progress], None]
"""Told how far a long task is."""


def use_utf8() -> None:
    r"""Read and write UTF-8 with Unix line ends, whatever the locale says.

    Scripts count characters of what is printed, so nothing may be replaced or translated on the
    way. Half a surrogate pair (an undecodable file name) comes out as ``\udcxx``, which is also
    how JSON spells it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")


def write(text: str) -> None:
    """Write text to stdout exactly as it is, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def write_line(text: str = "") -> None:
    """Write a line to stdout, at once."""
    write(f"{text}\n")


def write_json(value: Mapping[str, object]) -> None:
    """Write an object to stdout as one line of JSON, at once."""
    write_line(json_line(value))


def complain(message: str) -> None:
    """Write a message for the person, under the program's name, to stderr."""
    sys.stderr.write(f"t2vqa: {message}\n")
    sys.stderr.flush()


@contextmanager
def progress_bar() -> Iterator[ReportProgress]:
    """Show how far long tasks are, a bar for each stage, on stderr where that is a terminal.

    Yields:
        What to call with each step. It does nothing where nobody watches.
    """
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return
    bars = _Bars()
    try:
        yield bars.show
    finally:
        bars.close()


@contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """Let a SIGTERM end the block as Ctrl-C does, so that it is cleared up behind it."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Bars:
    """One bar at a time: a new stage closes the one before."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._stage: str | None = None

    def show(self, progress: Progress) -> None:
        """Move the bar of the stage to where it is."""
        bar = self._bar
        if bar is None or progress.stage != self._stage:
            bar = self._begin(progress.stage)
        bar.total = progress.total
        bar.update(progress.done - bar.n)

    def _begin(self, stage: str) -> tqdm[NoReturn]:
        self.close()
        # Imported here: most commands never show a bar, and tqdm takes a tenth of a second.
        from tqdm import tqdm

        self._stage = stage
        self._bar = tqdm(desc=stage, file=sys.stderr)
        return self._bar

    def close(self) -> None:
        """Leave the last bar standing and end its line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
