"""t2vqa's embedder and retriever as LangChain knows them, and its Chroma collection.

Import this module only where LangChain is wanted: it takes a second or more.

Example:
    >>> from t2vqa import ResearchQA
    >>> from t2vqa.langchain import T2VQARetriever
    >>> retriever = T2VQARetriever(service=ResearchQA.open())  # doctest: +SKIP
    >>> retriever.invoke("有哪些主要风险？")  # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chromadb.api.models.Collection import Collection
from langchain_chroma import Chroma
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from t2vqa.config import load_settings
from t2vqa.index.embedding.base import Embedder
from t2vqa.index.embedding.loading import load_embedder
from t2vqa.index.reader import IndexReader, open_reader
from t2vqa.index.vectors import chroma_place, open_client
from t2vqa.serialise import section_path
from t2vqa.service import ResearchQA
from t2vqa.types import Filters, Passage, ScoredPassage


class T2VQAEmbeddings(Embeddings):
    """The embedding model of t2vqa as LangChain's ``Embeddings``."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        """Wrap a model; it puts its own prefixes before passages and queries.

        Args:
            embedder: The model; None loads the one that the settings name.

        Raises:
            ModelError: The model cannot be prepared or loaded.
        """
        self._embedder = embedder or load_embedder(load_settings())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one vector of unit length for each text, in the same order."""
        vectors: list[list[float]] = self._embedder.embed_passages(texts).vectors.tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question as a vector of unit length."""
        vector: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return vector


def open_chroma(index: Path, embeddings: Embeddings) -> Chroma:
    """Open an index's Chroma collection as LangChain's vector store, for reading.

    The collection holds vectors; texts and metadata are read from the index as they are found, so
    that a filter by metadata (``where``) finds nothing. A state is read whole: open the store anew
    after the documents have changed.

    What is added or deleted through it is lost to t2vqa: change the documents and run
    ``t2vqa index`` instead.

    Args:
        index: Folder of the index.
        embeddings: The model that the index was built with.

    Raises:
        IndexStoreError: There is no index, or none that can be read.
    """
    place = chroma_place(index)
    store = Chroma(
        collection_name=place.collection,
        client=open_client(index, place),
        embedding_function=embeddings,
        create_collection_if_not_exists=False,
    )
    with_texts: Any = _WithTexts(store._collection, open_reader(index, None))
    store._chroma_collection = with_texts  # LangChain asks it for all it needs
    return store


class _WithTexts:
    """A Chroma collection whose results carry the texts and metadata the index keeps."""

    def __init__(self, collection: Collection, reader: IndexReader) -> None:
        """Wrap a collection."""
        self._plain: Any = collection
        self._reader = reader

    def __getattr__(self, name: str) -> object:
        """Give what is not changed here."""
        found: object = getattr(self._plain, name)
        return found

    def query(self, *args: object, **options: object) -> dict[str, Any]:
        """Search as Chroma does."""
        found: dict[str, Any] = dict(self._plain.query(*args, **options))
        known = [self._known(ids) for ids in found["ids"]]
        found["documents"] = [[text for text, _ in row] for row in known]
        found["metadatas"] = [[metadata for _, metadata in row] for row in known]
        return found

    def get(self, *args: object, **options: object) -> dict[str, Any]:
        """Look up as Chroma does."""
        found: dict[str, Any] = dict(self._plain.get(*args, **options))
        known = self._known(found["ids"])
        found["documents"] = [text for text, _ in known]
        found["metadatas"] = [metadata for _, metadata in known]
        return found

    def _known(self, ids: list[str]) -> list[tuple[str, dict[str, Any]]]:
        with self._reader.snapshot() as snapshot:
            return [
                (passage.text, _citation_metadata(passage)) for passage in snapshot.passages(ids)
            ]


class T2VQARetriever(BaseRetriever):
    """The hybrid search of t2vqa as LangChain's ``BaseRetriever``.

    Each document it returns carries what a citation needs: ``document``, ``title``, ``section``,
    ``start``, ``end``, ``date`` (where there is one) and ``score``. The text of the passage is the
    document's text from ``start`` to ``end``.

    Attributes:
        service: The open service that searches.
        limit: How many passages a question gets at most.
        filters: What may be found; by default all.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    service: ResearchQA
    limit: int = Field(default=10, ge=1)
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  # LangChain's signature
    ) -> list[Document]:
        found = self.service.search(query, self.limit, self.filters)
        return [_as_document(scored) for scored in found]


def _as_document(scored: ScoredPassage) -> Document:
    passage = scored.passage
    metadata = {**_citation_metadata(passage), "score": scored.score}
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)


def _citation_metadata(passage: Passage) -> dict[str, str | int | float]:
    metadata: dict[str, str | int | float] = {
        "document": passage.document,
        "title": passage.title,
        "section": section_path(passage.section),
        "start": passage.span.start,
        "end": passage.span.end,
    }
    if passage.date is not None:
        metadata["date"] = passage.date
    return metadata
