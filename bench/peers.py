"""The plain pipelines of other libraries, as their documentation shows them, on our weights.

Each pipeline reads a folder of documents and ranks passages for a question; nothing else of it is
used. All of them get the same embedding model, our bundled one, with its prefixes.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read when haystack is imported

import rjieba
from haystack import Document as HaystackDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import RecursiveCharacterTextSplitter
from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever as LlamaRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import MetadataMode
from pydantic import PrivateAttr

from t2vqa.evaluation.metrics import Retrieved


class RememberedEmbeddings(Embeddings):
    """Embeddings that embed no text twice, since several pipelines cut the same passages."""

    def __init__(self, inner: Embeddings) -> None:
        self._inner = inner
        self._passages: dict[str, list[float]] = {}
        self._queries: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector a passage."""
        new = list(dict.fromkeys(text for text in texts if text not in self._passages))
        if new:
            self._passages.update(zip(new, self._inner.embed_documents(new), strict=True))
        return [self._passages[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        if text not in self._queries:
            self._queries[text] = self._inner.embed_query(text)
        return self._queries[text]


class Pipeline(ABC):
    """Ranks the passages of a folder of documents."""

    name: str
    """What the table calls it."""

    def __init__(self, embeddings: Embeddings, depth: int) -> None:
        self.embeddings = embeddings
        self.depth = depth

    @abstractmethod
    def read(self, corpus: Path) -> int:
        """Index the documents below ``corpus`` and return the number of passages."""

    @abstractmethod
    def rank(self, question: str) -> list[Retrieved]:
        """Return the best ``depth`` passages, best first."""


def texts_below(corpus: Path) -> dict[str, str]:
    """Return the documents of a folder by their path below it."""
    return {
        path.relative_to(corpus).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(corpus.rglob("*"))
        if path.is_file()
    }


def split_at_blanks(text: str) -> list[str]:
    """Return the words of ``text`` as LangChain's BM25Retriever finds them by default."""
    return text.split()


def chinese_words(text: str) -> list[str]:
    """Return the words of ``text`` by rjieba, the longer ones with their parts."""
    return [word for word in rjieba.cut_for_search(text.lower()) if word.strip()]


class LangChain(Pipeline):
    """RecursiveCharacterTextSplitter and Chroma, with BM25 through EnsembleRetriever or without.

    Args:
        embeddings: The model.
        depth: How many passages are ranked.
        name: What the table calls it.
        splitter: Cuts the documents.
        words: How BM25 finds words; None leaves BM25 out.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        depth: int,
        name: str,
        splitter: RecursiveCharacterTextSplitter,
        words: Callable[[str], list[str]] | None = None,
    ) -> None:
        super().__init__(embeddings, depth)
        self.name = name
        self._splitter = splitter
        self._words = words
        self._retriever: BaseRetriever | None = None

    def read(self, corpus: Path) -> int:
        """Index the documents below ``corpus`` and return the number of passages."""
        texts = texts_below(corpus)
        passages = self._splitter.create_documents(
            list(texts.values()), [{"document": path} for path in texts]
        )
        store = Chroma.from_documents(
            passages, self.embeddings, collection_name=f"bench-{id(self)}"
        )
        dense = store.as_retriever(search_kwargs={"k": self.depth})
        self._retriever = self._with_bm25(dense, passages) if self._words else dense
        return len(passages)

    def _with_bm25(
        self, dense: BaseRetriever, passages: Sequence[LangChainDocument]
    ) -> BaseRetriever:
        lexical = BM25Retriever.from_documents(passages, preprocess_func=self._words, k=self.depth)
        return EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])

    def rank(self, question: str) -> list[Retrieved]:
        """Return the best ``depth`` passages, best first."""
        found = self._retriever.invoke(question)[: self.depth]
        return [Retrieved(doc.metadata["document"], doc.page_content) for doc in found]


class _LlamaEmbedding(BaseEmbedding):
    """Our model as LlamaIndex's embedding."""

    _inner: Embeddings = PrivateAttr()

    def __init__(self, inner: Embeddings) -> None:
        super().__init__(model_name="t2vqa", embed_batch_size=256)
        self._inner = inner

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._inner.embed_query(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._inner.embed_documents([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._inner.embed_documents(texts)


class LlamaIndex(Pipeline):
    """SimpleDirectoryReader and VectorStoreIndex with what they do by default.

    By default passages have 1,024 tokens, overlap by 20, and are embedded with their file's path.
    """

    name = "LlamaIndex, defaults"

    _retriever: LlamaRetriever

    def read(self, corpus: Path) -> int:
        """Index the documents below ``corpus`` and return the number of passages."""

        def path_below(path: str) -> dict[str, str]:
            return {"file_path": Path(path).relative_to(corpus.resolve()).as_posix()}

        documents = SimpleDirectoryReader(
            str(corpus.resolve()), recursive=True, file_metadata=path_below
        ).load_data()
        index = VectorStoreIndex.from_documents(
            documents, embed_model=_LlamaEmbedding(self.embeddings)
        )
        self._retriever = index.as_retriever(similarity_top_k=self.depth)
        return len(index.docstore.docs)

    def rank(self, question: str) -> list[Retrieved]:
        """Return the best ``depth`` passages, best first."""
        return [
            Retrieved(found.node.metadata["file_path"], found.node.get_content(MetadataMode.NONE))
            for found in self._retriever.retrieve(question)
        ]


class Haystack(Pipeline):
    """Haystack's hybrid retrieval: DocumentSplitter by words, BM25 and embeddings joined by RRF."""

    name = "Haystack, hybrid"

    def read(self, corpus: Path) -> int:
        """Index the documents below ``corpus`` and return the number of passages."""
        documents = [
            HaystackDocument(content=text, meta={"document": path})
            for path, text in texts_below(corpus).items()
        ]
        passages = DocumentSplitter().run(documents=documents)["documents"]
        vectors = self.embeddings.embed_documents([passage.content for passage in passages])
        for passage, vector in zip(passages, vectors, strict=True):
            passage.embedding = vector
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(passages)
        self._lexical = InMemoryBM25Retriever(store, top_k=self.depth)
        self._dense = InMemoryEmbeddingRetriever(store, top_k=self.depth)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=self.depth)
        return len(passages)

    def rank(self, question: str) -> list[Retrieved]:
        """Return the best ``depth`` passages, best first."""
        vector = self.embeddings.embed_query(question)
        lists = [
            self._lexical.run(query=question)["documents"],
            self._dense.run(query_embedding=vector)["documents"],
        ]
        joined = self._joiner.run(documents=lists)["documents"]
        return [Retrieved(doc.meta["document"], doc.content) for doc in joined]


def all_peers(embeddings: Embeddings, depth: int) -> list[Pipeline]:
    """Return the pipelines to measure, each ranking ``depth`` passages."""
    shared = RememberedEmbeddings(embeddings)
    defaults = RecursiveCharacterTextSplitter()
    windows = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=0)
    return [
        LangChain(shared, depth, "LangChain, dense, defaults", defaults),
        LangChain(shared, depth, "LangChain, ensemble, defaults", defaults, split_at_blanks),
        LangChain(shared, depth, "LangChain, dense, 500 characters", windows),
        LangChain(
            shared, depth, "LangChain, ensemble, 500 characters, rjieba", windows, chinese_words
        ),
        LlamaIndex(shared, depth),
        Haystack(shared, depth),
    ]
