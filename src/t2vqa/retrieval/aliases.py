"""Further names of the corpus's subjects, from a file that the user keeps.

One subject a line, its names joined by equals signs, the main one first::

    # the name in the documents = what people call it = its code
    甲乙科技股份有限公司 = 甲乙 = JYKJ = 600000

Lines that begin with ``#`` and empty lines are passed over.
"""

from __future__ import annotations

from pathlib import Path

from t2vqa.errors import ConfigError
from t2vqa.text.normal import fold, normalise

_MOST_BYTES = 5_000_000

Aliases = tuple[tuple[str, ...], ...]
"""Each subject's names, the main one first."""


class AliasFile:
    """A file of aliases, read again whenever it has changed."""

    def __init__(self, path: Path, *, required: bool) -> None:
        """Name the file; where it is not ``required`` it may be missing and then holds nothing."""
        self._path = path
        self._required = required
        self._stamp: tuple[int, int] | None = None
        self._aliases: Aliases = ()

    def read(self) -> Aliases:
        """Return the names as the file has them now; the same object as long as it is unchanged.

        Raises:
            ConfigError: The file is required and missing, cannot be read, or a line of it is not
                in the form; the message names the line.
        """
        try:
            state = self._path.stat()
        except OSError as error:
            if self._required or not isinstance(error, FileNotFoundError):
                raise self._unreadable(error) from error
            self._stamp, self._aliases = None, ()
            return self._aliases
        stamp = (state.st_mtime_ns, state.st_size)
        if stamp != self._stamp:
            self._aliases = parse_aliases(self._text(state.st_size), str(self._path))
            self._stamp = stamp
        return self._aliases

    def _text(self, size: int) -> str:
        if size > _MOST_BYTES:
            raise ConfigError(
                f"{self._path} has more than {_MOST_BYTES // 1_000_000} MB: that is no file of "
                "aliases. Name another with T2VQA_ALIASES."
            )
        try:
            return self._path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise self._unreadable(error) from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{self._path} is not UTF-8 text. Save it as UTF-8.") from error

    def _unreadable(self, error: OSError) -> ConfigError:
        why = (error.strerror or str(error)).lower()
        return ConfigError(
            f"The file of aliases {self._path} cannot be read: {why}. "
            "Create it, or name another with T2VQA_ALIASES."
        )


def parse_aliases(text: str, source: str) -> Aliases:
    """Read lines like ``甲公司 = 甲 = 600000``.

    Args:
        text: The file's text.
        source: The file's name, for the messages.

    Raises:
        ConfigError: A line has no equals sign, an empty name, one without letters or digits, or a
            name that an earlier line gives another subject.
    """
    subjects: list[tuple[str, ...]] = []
    lines: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = normalise(raw).strip()
        if not line or line.startswith("#"):
            continue
        names = tuple(dict.fromkeys(name.strip() for name in line.replace("＝", "=").split("=")))
        _check(names, f"{source}, line {number}")
        for name in names:
            earlier = lines.setdefault(fold(name), number)
            if earlier != number:
                raise ConfigError(
                    f"{source}, line {number}: the name {name!r} stands in line {earlier} already. "
                    "Put all names of a subject into one line."
                )
        subjects.append(names)
    return tuple(subjects)


def _check(names: tuple[str, ...], place: str) -> None:
    if len(names) < 2:
        raise ConfigError(
            f"{place}: write at least two names joined by an equals sign, "
            "like 甲公司 = 甲 = 600000."
        )
    empty = [name for name in names if not fold(name)]
    if empty:
        raise ConfigError(
            f"{place}: there is a name without letters or digits; take the equals sign out or "
            "write the name."
        )
