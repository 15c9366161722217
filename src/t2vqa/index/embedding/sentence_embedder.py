"""Any sentence-transformers model, by hub name or folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from t2vqa.errors import ModelError
from t2vqa.index.embedding.base import OnDone, PassageVectors, Vectors
from t2vqa.index.embedding.pooling import pool_spans, unit_length
from t2vqa.types import Span

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_E5_FAMILY = re.compile(r"(^|[/_-])e5([-_]|$)(?!.*instruct)")
_BLANK = "."
"""Read in place of a text without words: some models cannot read nothing."""

_WEIGHTS = ("*.safetensors", "*.bin", "*.json", "*.model", "*.txt")


class SentenceTransformerEmbedder:
    """A model run by sentence-transformers, one text at a time.

    One at a time, so that a text's vector is the same whatever else is embedded with it.
    """

    def __init__(self, model: SentenceTransformer, name: str, prefixes: tuple[str, str]) -> None:
        """Wrap a loaded model; ``prefixes`` stand before queries and before passages."""
        self._model = model
        self._name = name
        self._query_prefix, self._passage_prefix = prefixes
        self._dimensions = len(self._read("", "")[0])

    @classmethod
    def load(cls, model: str, threads: int = 0) -> SentenceTransformerEmbedder:
        """Load a model by hub name or folder; ``threads`` 0 takes one a processor.

        Raises:
            ModelError: There is no such folder, or the hub cannot be reached or has no such model.
        """
        folder = Path(model).expanduser()
        is_folder = folder.is_dir()
        if not is_folder and (folder.is_absolute() or model.startswith((".", "~"))):
            raise ModelError(
                f"T2VQA_MODEL names the folder {model}, which does not exist. Correct it, or set "
                "T2VQA_MODEL=bundled for the model that comes with t2vqa."
            )
        loaded = _load_model(str(folder) if is_folder else model)
        if threads:
            import torch

            torch.set_num_threads(threads)
        name = (
            f"{folder.resolve().name}@{_fingerprint(folder)}"
            if is_folder
            else _hub_name(model, loaded)
        )
        return cls(loaded, name, choose_prefixes(model, loaded.prompts))

    @property
    def name(self) -> str:
        """Identity recorded in an index."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Embedder`."""
        vectors = [self._read(self._query_prefix, text)[0] for text in texts]
        return np.stack(vectors) if vectors else np.empty((0, self.dimensions), np.float32)

    def embed_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        on_done: OnDone | None = None,
    ) -> PassageVectors:
        """Embed passages and spans inside them; see `Embedder`.

        Where the tokenizer cannot tell which characters a token stands for, or the model's token
        states live in another space than its vectors, each span is embedded as a text.
        """
        vectors: list[Vectors] = []
        units: list[Vectors] = []
        for row, text in enumerate(texts):
            vector, states = self._read(self._passage_prefix, text)
            vectors.append(vector)
            units.append(self._pool(text, spans[row] if spans is not None else (), vector, states))
            if on_done is not None:
                on_done(row + 1)
        stacked = np.stack(vectors) if vectors else np.empty((0, self.dimensions), np.float32)
        return PassageVectors(stacked, tuple(units))

    def _read(self, prefix: str, text: str) -> tuple[Vectors, Vectors]:
        """Return the vector, shape ``(dimensions,)``, and the token states of one text.

        A model that looks words up in a table has no token states: shape ``(0, dimensions)``.
        """
        outputs: Any = self._model.encode(
            [text if (prefix + text).strip() else _BLANK],
            prompt=prefix,
            output_value=None,
            show_progress_bar=False,
        )
        (output,) = outputs
        vector: Vectors = output["sentence_embedding"].detach().float().cpu().numpy()
        if "token_embeddings" not in output:
            return unit_length(vector), np.empty((0, len(vector)), np.float32)
        return unit_length(vector), output["token_embeddings"].detach().float().cpu().numpy()

    def _pool(
        self, text: str, spans: Sequence[Span], vector: Vectors, states: Vectors
    ) -> NDArray[np.float32]:
        if not spans:
            return np.empty((0, len(vector)), np.float32)
        places = self._token_places(text)
        if places is None or states.shape != (len(places), len(vector)):
            return np.stack(
                [
                    self._read(self._passage_prefix, part)[0] if part.strip() else vector
                    for part in (span.of(text) for span in spans)
                ]
            )
        covers = places[:, 1] > places[:, 0]  # the marks of begin and end stand for no text
        starts, ends = places[covers].T
        return pool_spans(states[covers], starts, ends, spans, vector)

    def _token_places(self, text: str) -> NDArray[np.int64] | None:
        """Return start and end in ``text`` of each token of the prefixed text, if they are known.

        sentence-transformers strips texts before it cuts them into tokens.
        """
        tokenizer = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return None
        whole = self._passage_prefix + text
        encoding = tokenizer(
            whole.strip(),
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )
        places = np.asarray(encoding["offset_mapping"], np.int64).reshape(-1, 2)
        shift = len(whole) - len(whole.lstrip()) - len(self._passage_prefix)
        return np.where(places[:, 1:] > places[:, :1], places + shift, places)


def choose_prefixes(model: str, prompts: Mapping[str, str | None]) -> tuple[str, str]:
    """Return what stands before queries and before passages.

    The model's own prompts where it has any, those of the e5 family for a model of that name,
    else nothing.
    """
    query = prompts.get("query") or ""
    passage = prompts.get("passage") or prompts.get("document") or ""
    if query or passage:
        return query, passage
    if _E5_FAMILY.search(model.lower()):
        return "query: ", "passage: "
    return "", ""


def _load_model(model: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(model)
    except Exception as error:  # whatever the hub's client and the model's own code raise
        raise ModelError(
            f"The embedding model {model!r} that T2VQA_MODEL names cannot be loaded: it is neither "
            "a folder of a sentence-transformers model nor a model of a hub within reach. Correct "
            "the name, or set T2VQA_MODEL=bundled for the model that comes with t2vqa. "
            f"({type(error).__name__}: {error})"
        ) from error


def _fingerprint(folder: Path) -> str:
    """Hash what decides the vectors: every weight, setting and vocabulary below ``folder``."""
    digest = hashlib.sha256()
    files = {path for pattern in _WEIGHTS for path in folder.rglob(pattern) if path.is_file()}
    for path in sorted(files):
        with path.open("rb") as file:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _hub_name(model: str, loaded: SentenceTransformer) -> str:
    """Add the hub's revision, so that a model that was updated counts as another one."""
    config = getattr(getattr(loaded[0], "auto_model", None), "config", None)
    revision = getattr(config, "_commit_hash", None)
    return f"{model}@{revision[:12]}" if revision else model
