"""The passages' vectors in Chroma: one collection, ids are passage ids, distance is cosine.

Chroma lies in the index's folder, or is a server that several processes share. It keeps ids and
vectors only: what a passage says is in the index's SQLite file, which is the truth. (Texts would
take Chroma five times their size, and metadata as much again.)
"""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from t2vqa.errors import ChromaServerError, IndexStoreError
from t2vqa.index.codec import Floats
from t2vqa.index.schema import connect_reader, read_meta
from t2vqa.index.seal import is_sealed
from t2vqa.types import Passage

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

CHROMA_FOLDER = "chroma"
"""Name of Chroma's folder in the index folder, unless a damaged one had to be left behind."""

COLLECTION = "passages"
"""Name of the first collection; one made anew bears a number after it."""

_ADD_BATCH = 1000
_WRITE_OUT_AFTER = 64
"""Chroma writes its graph out, whole, after so many changes. Until then it replays them, a
millisecond or more each, whenever the collection is opened."""

_WRITE_OUT_AFTER_IN_BULK = 2000
_ID_BATCH = 5000
_SPELLING_BITS = 24
_FAMILY_BYTES = 8
_SAME = 0.01
"""A vector's cosine distance to itself, as found, is below this."""


@dataclass(frozen=True, slots=True)
class ChromaPlace:
    """Which collection of which folder below the index folder, or of which server.

    ``folder`` is the address of a server where it begins with ``http``.
    """

    folder: str = CHROMA_FOLDER
    collection: str = COLLECTION

    @property
    def is_server(self) -> bool:
        """Whether the collection is a server's."""
        return is_address(self.folder)

    def is_at(self, server: str | None) -> bool:
        """Tell whether this is a place on that server; None for in a folder."""
        return self.folder == server if server is not None else not self.is_server

    def exists(self, index: Path) -> bool:
        """Tell, without loading Chroma, whether there is a folder; a server is not asked."""
        return self.is_server or (index / self.folder / "chroma.sqlite3").is_file()


class ChromaStore:
    """An open Chroma folder, or a server's collection.

    That of a folder does not see what another one writes, be it of this process or another: open
    it anew after a commit.
    """

    def __init__(
        self, index: Path, place: ChromaPlace, client: ClientAPI, collection: Collection
    ) -> None:
        """Wrap an open client; see :meth:`open` and :meth:`create`."""
        self._index = index
        self._place = place
        self._client = client
        self._collection = collection

    @classmethod
    def open(cls, index: Path, place: ChromaPlace) -> Self:
        """Open an existing collection.

        Raises:
            ChromaServerError: The server does not answer.
            IndexStoreError: The folder or the collection is missing or damaged.
        """
        if not place.exists(index):
            raise IndexStoreError(f"The vector index {index / place.folder} is missing.")
        if not (place.is_server or is_sealed(index / place.folder)):
            raise IndexStoreError(f"{_called(index, place)} is damaged: its files were changed")
        client = open_client(index, place)
        try:
            collection = client.get_collection(place.collection, embedding_function=None)
        except Exception as error:  # Chroma raises errors of many kinds for damaged files
            _close(client)
            if place.is_server and not _is_not_found(error):
                raise _silent(place, error) from error
            raise IndexStoreError(f"{_called(index, place)} is damaged: {error}") from error
        return cls(index, place, client, collection)

    @classmethod
    def create(cls, index: Path, place: ChromaPlace) -> Self:
        """Make an empty collection in place of any that was left there.

        Raises:
            IndexStoreError: The folder cannot be opened or written to, or the server does not
                answer.
        """
        client = open_client(index, place)
        try:
            with suppress(Exception):  # there is none, which is as it should be
                client.delete_collection(place.collection)
            collection = client.create_collection(
                place.collection,
                embedding_function=None,
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_construction": 128,
                        "ef_search": 512,
                        "sync_threshold": _WRITE_OUT_AFTER,
                        "batch_size": _WRITE_OUT_AFTER,
                    }
                },
            )
        except Exception as error:  # Chroma raises errors of many kinds
            _close(client)
            raise IndexStoreError(f"{_called(index, place)} cannot be made: {error}") from error
        return cls(index, place, client, collection)

    @property
    def changes_under_us(self) -> bool:
        """Whether others' changes are seen at once."""
        return self._place.is_server

    @property
    def collection(self) -> Collection:
        """The Chroma collection itself."""
        return self._collection

    def count(self) -> int:
        """Return how many passages the collection holds."""
        return self._collection.count()

    def add(self, passages: Sequence[Passage], vectors: Floats) -> None:
        """Add passages with their vectors; ids that are there already are left as they are."""
        for first in range(0, len(passages), _ADD_BATCH):
            batch = passages[first : first + _ADD_BATCH]
            self._collection.add(
                ids=[passage.id for passage in batch],
                embeddings=vectors[first : first + len(batch)],
            )

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Write the graph out rarely while much is added, and once at the end."""
        if self._place.is_server:  # a matter of its own settings
            yield
            return
        self._write_out_after(_WRITE_OUT_AFTER_IN_BULK)
        yield
        self._write_out_after(_WRITE_OUT_AFTER)
        last = self._collection.get(limit=1, include=["embeddings"])
        if last["ids"]:  # any change makes Chroma look at the threshold
            self._collection.update(ids=last["ids"], embeddings=last["embeddings"])

    def _write_out_after(self, changes: int) -> None:
        """Set the threshold, and open the folder anew: what is open keeps to the old one."""
        self._collection.modify(
            configuration={"hnsw": {"sync_threshold": changes, "batch_size": _WRITE_OUT_AFTER}}
        )
        name = self._collection.name
        self.close()
        self._client = open_client(self._index, self._place)
        self._collection = self._client.get_collection(name, embedding_function=None)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete passages; ids that are not there are passed over."""
        for first in range(0, len(ids), _ID_BATCH):
            self._collection.delete(ids=list(ids[first : first + _ID_BATCH]))

    def search(self, vector: Floats, limit: int) -> list[tuple[str, float]]:
        """Return the passages nearest to a vector and their cosine, best first."""
        found = self._collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
        )
        distances = found["distances"] or [[]]
        return [
            (name, 1.0 - float(distance))
            for name, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def is_sound(self, count: int, sample: Sequence[tuple[str, Floats]]) -> bool:
        """Tell whether the collection holds ``count`` passages and finds the sample's vectors."""
        try:
            if self.count() != count:
                return False
            return all(self._finds(name, vector) for name, vector in sample)
        except Exception as error:  # Chroma raises errors of many kinds for damaged files
            log.debug("Chroma failed its check: %s", error)
            return False

    def drop_others(self) -> None:
        """Delete this index's other collections: left by a build that came to nothing."""
        ours = family(self._place.collection) if self._place.is_server else ""
        for other in self._client.list_collections():
            if other.name != self._collection.name and other.name.startswith(ours):
                self._client.delete_collection(other.name)

    def close(self) -> None:
        """Let go of the folder."""
        _close(self._client)

    def _finds(self, name: str, vector: Floats) -> bool:
        nearest = self.search(vector, 5)
        return bool(nearest) and (
            name in (found for found, _ in nearest) or nearest[-1][1] > 1 - _SAME
        )


def open_collection(index: Path) -> Collection:
    """Open the index's Chroma collection, for use beside t2vqa.

    Example:
        >>> collection = open_collection(Path("index"))  # doctest: +SKIP
        >>> collection.count()  # doctest: +SKIP

    Raises:
        IndexStoreError: There is no index or its vectors are missing or damaged.
    """
    return ChromaStore.open(index, chroma_place(index)).collection


def chroma_place(index: Path) -> ChromaPlace:
    """Return which Chroma collection the committed state of an index uses.

    Raises:
        IndexStoreError: There is no index, or none that can be read.
    """
    with closing(connect_reader(index)) as connection:
        return place_in(read_meta(connection))


def place_in(meta: Mapping[str, str]) -> ChromaPlace:
    """Return the place an index's meta table names."""
    return ChromaPlace(
        meta.get("chroma_folder", CHROMA_FOLDER), meta.get("chroma_collection", COLLECTION)
    )


def remove_other_folders(index: Path, place: ChromaPlace) -> None:
    """Delete Chroma folders that the index has left behind."""
    for folder in _folders(index):
        if folder.name != place.folder:
            shutil.rmtree(folder, ignore_errors=True)


def _folders(index: Path) -> Iterator[Path]:
    yield from (path for path in index.glob(f"{CHROMA_FOLDER}*") if path.is_dir())


def is_address(folder: str) -> bool:
    """Tell whether a place's folder is the address of a server."""
    return folder.startswith(("http://", "https://"))


def new_family() -> str:
    """Return the beginning of the names of all collections an index ever has on a server."""
    return f"t2vqa-{secrets.token_hex(_FAMILY_BYTES)}"


def family(collection: str) -> str:
    """Return the beginning that a collection on a server shares with the index's other ones."""
    return "-".join(collection.split("-")[:2])


def _silent(place: ChromaPlace, error: Exception) -> ChromaServerError:
    return ChromaServerError(
        f"The Chroma server {place.folder} does not answer ({error}). Start it (`chroma run`), or "
        "see that T2VQA_CHROMA_URL is right."
    )


def _is_not_found(error: Exception) -> bool:
    from chromadb.errors import NotFoundError

    return isinstance(error, NotFoundError)


def _called(index: Path, place: ChromaPlace) -> str:
    if place.is_server:
        return f"The collection {place.collection} of the Chroma server {place.folder}"
    return f"The vector index {index / place.folder}"


def open_client(index: Path, place: ChromaPlace) -> ClientAPI:
    """Open Chroma where an index has it.

    Raises:
        ChromaServerError: The server does not answer.
        IndexStoreError: The folder is damaged.
    """
    import chromadb  # takes more than a second
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    try:
        if place.is_server:
            address = urlsplit(place.folder)
            return chromadb.HttpClient(
                address.hostname or "localhost",
                address.port or (443 if address.scheme == "https" else 80),
                ssl=address.scheme == "https",
                settings=settings,
            )
        return chromadb.PersistentClient(_spelt_anew(index / place.folder), settings=settings)
    except Exception as error:  # Chroma raises errors of many kinds for damaged files
        if place.is_server:
            raise _silent(place, error) from error
        raise IndexStoreError(f"{_called(index, place)} cannot be opened: {error}") from error


def _spelt_anew(folder: Path) -> str:
    """Return the folder's path in a spelling of its own.

    Within a process Chroma hands out one inner state for one spelling. That state keeps showing
    what it showed when it was opened, whatever other processes have written since, and a writer
    that went on from there would lose it.
    """
    bits = secrets.randbits(_SPELLING_BITS)
    tail = "".join("/." if bits >> place & 1 else "/" for place in range(_SPELLING_BITS))
    return f"{folder.resolve()}{tail}"


def _close(client: ClientAPI) -> None:
    with suppress(Exception):  # closing is best effort: a damaged folder may fail here again
        client.close()  # type: ignore[attr-defined]  # of Client, missing from its interface
