"""Find the documents below the corpus folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from t2vqa.documents.registry import supported_suffixes
from t2vqa.errors import CorpusError, DocumentError
from t2vqa.types import Skipped

ALIASES_NAME = "aliases.txt"
"""The file of further names in the corpus folder (see :mod:`t2vqa.retrieval.aliases`)."""

_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx", "__pycache__"})
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that can be loaded: its path below the corpus, where it lies, and its state.

    ``ctime_ns`` changes with every edit and every new name, also where a copied or restored file
    brings its old time; on Windows it is the time of creation.
    """

    path: str
    absolute: Path
    size: int
    mtime_ns: int
    ctime_ns: int = 0


@dataclass(frozen=True, slots=True)
class CorpusScan:
    """What a corpus folder holds, each sorted by path."""

    files: tuple[CorpusFile, ...]
    skipped: tuple[Skipped, ...]


def scan_corpus(
    folder: Path,
    *,
    max_file_megabytes: float = 20.0,
    suffixes: Collection[str] | None = None,
) -> CorpusScan:
    """Walk a corpus folder and tell which files are documents, and which are not and why.

    Hidden files and those that systems leave behind are passed over in silence. Links are never
    followed: what they point at is outside, or is found at its own place.

    Args:
        folder: The corpus.
        max_file_megabytes: Larger files (in millions of bytes) are skipped.
        suffixes: Of the files to take, in lower case; by default those that can be loaded.

    Raises:
        CorpusError: The folder is missing, no folder, or cannot be read.
    """
    root = _checked(folder)
    taken = tuple(supported_suffixes() if suffixes is None else suffixes)
    walk = _Walk(root, int(max_file_megabytes * _MEGABYTE), taken)
    found = list(walk.below(root))
    return CorpusScan(
        tuple(sorted((one for one in found if isinstance(one, CorpusFile)), key=_path)),
        tuple(sorted((one for one in found if isinstance(one, Skipped)), key=_path)),
    )


def read(file: CorpusFile) -> bytes:
    """Return a file's bytes.

    Raises:
        DocumentError: The file is gone or cannot be read.
    """
    try:
        return file.absolute.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file.path}: it cannot be read: {_why(error)}") from error


def is_passed_over(name: str) -> bool:
    """Tell whether files and folders of a name are none of the corpus, whatever they hold.

    Hidden ones, those that systems leave behind, and the copies that editors keep.
    """
    return name.startswith((".", "~$")) or name.casefold() in _JUNK or name.endswith("~")


def _path(found: CorpusFile | Skipped) -> str:
    return found.path


def _checked(folder: Path) -> Path:
    advice = "give the folder of your documents with --corpus or T2VQA_CORPUS"
    try:
        if not folder.exists():
            raise CorpusError(f"The corpus folder {folder} does not exist; create it, or {advice}.")
        if not folder.is_dir():
            raise CorpusError(f"The corpus {folder} is a file, not a folder; {advice}.")
        root = folder.resolve()
        os.scandir(root).close()
    except OSError as error:
        raise CorpusError(
            f"The corpus folder {folder} cannot be read: {_why(error)}; "
            f"change its permissions, or {advice}."
        ) from error
    return root


@dataclass(frozen=True, slots=True)
class _Walk:
    root: Path
    most_bytes: int
    suffixes: tuple[str, ...]

    def below(self, folder: Path, prefix: str = "") -> Iterator[CorpusFile | Skipped]:
        """Yield what lies below a folder; its files' names are put together with ``prefix``.

        Not by ``Path.relative_to``, which takes most of the time for ten thousand files.
        """
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(
                _readable(prefix[:-1] or "."), f"the folder cannot be read: {_why(error)}"
            )
            return
        for entry in entries:
            written = prefix + entry.name
            # The file of aliases names subjects and is no document.
            if not is_passed_over(entry.name) and written != ALIASES_NAME:
                yield from self._entry(entry, written)

    def _entry(self, entry: os.DirEntry[str], written: str) -> Iterator[CorpusFile | Skipped]:
        place = Path(entry.path)
        name = _readable(written)
        try:
            if entry.is_symlink():
                yield Skipped(name, self._about_link(place))
            elif entry.is_dir(follow_symlinks=False):
                yield from self.below(place, f"{written}/")
            else:
                yield self._file(place, name, entry.stat(follow_symlinks=False))
        except OSError as error:
            yield Skipped(name, f"it cannot be read: {_why(error)}")

    def _file(self, place: Path, name: str, state: os.stat_result) -> CorpusFile | Skipped:
        reason = self._reason(place, state)
        if reason:
            return Skipped(name, reason)
        return CorpusFile(name, place, state.st_size, state.st_mtime_ns, state.st_ctime_ns)

    def _reason(self, place: Path, state: os.stat_result) -> str:
        """Return why a file cannot be taken, or nothing."""
        if not stat.S_ISREG(state.st_mode):
            return "it is not a regular file"
        if not _is_unicode(place.name):
            return "its name is not valid Unicode; rename it"
        if place.suffix.casefold() not in self.suffixes:
            return (
                f"files of the kind '{place.suffix or 'without suffix'}' are not supported; "
                f"supported are {', '.join(self.suffixes)}"
            )
        if state.st_size > self.most_bytes:
            return (
                f"it has {state.st_size / _MEGABYTE:.1f} MB, more than the "
                f"{self.most_bytes / _MEGABYTE:g} MB allowed; raise max_file_megabytes "
                "(T2VQA_MAX_FILE_MEGABYTES) or split it"
            )
        if not os.access(place, os.R_OK):
            return "it cannot be read: permission denied"
        return ""

    def _about_link(self, place: Path) -> str:
        try:
            target = place.resolve(strict=True)
        except (OSError, RuntimeError):
            return "it is a link that leads nowhere"
        if target.is_relative_to(self.root):
            return "it is a link to another place in the corpus, which is read there"
        return "it links out of the corpus; copy the file into the corpus instead"


def _readable(name: str) -> str:
    return name if _is_unicode(name) else name.encode("utf-8", "replace").decode("utf-8")


def _is_unicode(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
