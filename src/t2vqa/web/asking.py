"""Questions under way, which can be stopped at once.

Gradio can cancel a running event, but it lets a generator finish the piece it is working on, may
leave the chat covered by an error, and tells the generator nothing. So a question is answered in a
thread of its own, and the page's handler waits for either a piece of the answer or a stop.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue

from t2vqa.types import Answer


class _End:
    """Stands in the queue behind the last piece."""


class Asking:
    """One question under way. Iterate over it once for the pieces of its answer.

    Raises:
        Exception: While iterating, whatever the service raised.
    """

    def __init__(self, pieces: Iterator[Answer]) -> None:
        self._pieces = pieces
        self._arrived: SimpleQueue[Answer | Exception | _End] = SimpleQueue()
        self._over = threading.Event()
        self.stopped = False
        self.forgotten = False

    def __iter__(self) -> Iterator[Answer]:
        """Yield the pieces as they come, until the last one or a stop."""
        threading.Thread(target=self._fetch, name="asking", daemon=True).start()
        while not self.stopped:
            arrived = self._arrived.get()
            if isinstance(arrived, _End) or self.stopped:
                return
            if isinstance(arrived, Exception):
                raise arrived
            yield arrived

    def stop(self) -> None:
        """Let no further piece come; the one waiting for it goes on at once."""
        self.stopped = True
        self._arrived.put(_End())

    def settle(self) -> None:
        """Note that the handler has shown all it will show."""
        self._over.set()

    def wait(self, seconds: float) -> None:
        """Wait until the handler has shown all it will show."""
        self._over.wait(seconds)

    def _fetch(self) -> None:
        try:
            for piece in self._pieces:
                if self.stopped:
                    return
                self._arrived.put(piece)
            self._arrived.put(_End())
        except Exception as error:  # handed to the one who iterates
            self._arrived.put(error)


class Askings:
    """The question under way of every session."""

    def __init__(self) -> None:
        self._of: dict[str | None, Asking] = {}
        self._lock = threading.Lock()

    def begin(self, session: str | None, asking: Asking) -> None:
        """Note that a session's question is under way."""
        with self._lock:
            self._of[session] = asking

    def end(self, session: str | None, asking: Asking) -> None:
        """Note that it is no longer."""
        asking.settle()
        with self._lock:
            if self._of.get(session) is asking:
                del self._of[session]

    def is_asking(self, session: str | None) -> bool:
        """Tell whether a session's question is under way."""
        return session in self._of

    def stop(self, session: str | None) -> None:
        """Stop a session's question, if one is under way."""
        asking = self._of.get(session)
        if asking is not None:
            asking.stop()

    def forget(self, session: str | None, patience: float = 5.0) -> None:
        """Stop a session's question so that nothing more of it is shown, and wait for that."""
        asking = self._of.get(session)
        if asking is not None:
            asking.forgotten = True
            asking.stop()
            asking.wait(patience)
