"""Other models, and the bundled one as sentence-transformers reads it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense,
    Pooling,
    StaticEmbedding,
    Transformer,
)
from tokenizers import Tokenizer

from t2vqa.config import load_settings
from t2vqa.errors import ModelError
from t2vqa.index.embedding import Embedder, load_embedder
from t2vqa.index.embedding.onnx_embedder import OnnxEmbedder
from t2vqa.index.embedding.sentence_embedder import SentenceTransformerEmbedder, choose_prefixes
from t2vqa.types import Span

TEXTS = [
    "该公司主营工业机器人，２０２３年收入12.5亿元（同比＋18%）。主要风险是原材料涨价。",
    "Its largest customer is a car maker in Germany; orders fell by 3%.",
    "  leading and trailing spaces \n",
    "短",
    "第一，产品。第二，渠道。" * 80,
]
SPANS = [Span(0, 12), Span(20, 40), Span(100_000, 100_001)]


@pytest.fixture(scope="session")
def by_sentence_transformers(prepared_folder: Path) -> Embedder:
    return load_embedder(load_settings(model=str(prepared_folder)))


def test_both_ways_give_the_same_vectors(
    bundled: OnnxEmbedder, by_sentence_transformers: Embedder
) -> None:
    spans = [SPANS] * len(TEXTS)
    ours = bundled.embed_passages(TEXTS, spans)
    theirs = by_sentence_transformers.embed_passages(TEXTS, spans)
    assert (ours.vectors * theirs.vectors).sum(axis=1).min() >= 0.995
    for our_units, their_units in zip(ours.units, theirs.units, strict=True):
        assert (our_units * their_units).sum(axis=1).min() >= 0.99
    queries = bundled.embed_queries(TEXTS) * by_sentence_transformers.embed_queries(TEXTS)
    assert queries.sum(axis=1).min() >= 0.995


def test_the_folder_by_itself_gives_the_same_vectors(
    bundled: OnnxEmbedder, prepared_folder: Path
) -> None:
    model = SentenceTransformer(str(prepared_folder))
    assert str(next(model.parameters()).dtype) == "torch.float32"
    passages = model.encode_document(TEXTS)
    assert (bundled.embed_passages(TEXTS).vectors * passages).sum(axis=1).min() >= 0.995
    queries = model.encode_query(TEXTS)
    assert (bundled.embed_queries(TEXTS) * queries).sum(axis=1).min() >= 0.995


def test_the_folder_by_itself_gives_the_same_ids(prepared_folder: Path) -> None:
    library = Tokenizer.from_file(str(prepared_folder / "tokenizer.json"))
    tokenizer = SentenceTransformer(str(prepared_folder)).tokenizer
    for text in TEXTS[:4]:
        assert tokenizer(text)["input_ids"] == library.encode(text).ids


@pytest.fixture
def bert(tmp_path: Path) -> Transformer:
    """A tiny BERT with random weights and a tokenizer of single characters."""
    import torch
    from tokenizers import models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    pieces = ["[PAD]", "[UNK]", *"abcdefgh"]
    tokenizer = Tokenizer(models.WordLevel({p: i for i, p in enumerate(pieces)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **{"pad_token": pieces[0], "unk_token": pieces[1]},
    ).save_pretrained(tmp_path / "bert")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(tmp_path / "bert")
    return Transformer(str(tmp_path / "bert"))


def test_any_folder_of_sentence_transformers_works(bert: Transformer, tmp_path: Path) -> None:
    SentenceTransformer(modules=[bert, Pooling(8)]).save(str(tmp_path / "tiny"))
    embedder = SentenceTransformerEmbedder.load(str(tmp_path / "tiny"))
    assert embedder.dimensions == 8
    assert embedder.name.startswith("tiny@")
    done: list[int] = []
    result = embedder.embed_passages(
        ["abc", " abcdef"], [[], [Span(1, 3), Span(0, 7), Span(0, 1)]], done.append
    )
    assert done == [1, 2]
    assert result.vectors.shape == (2, 8)
    assert [units.shape for units in result.units] == [(0, 8), (3, 8)]
    # All characters together are the whole text; the space before it is no token.
    assert result.units[1][1] == pytest.approx(result.vectors[1], abs=1e-6)
    assert np.array_equal(result.units[1][2], result.vectors[1])
    assert result.units[1][0] != pytest.approx(result.vectors[1], abs=1e-3)
    assert np.array_equal(embedder.embed_queries(["abc"])[0], result.vectors[0])
    assert embedder.embed_queries([]).shape == (0, 8)
    assert np.isfinite(embedder.embed_queries(["", " \n"])).all()


def test_where_tokens_and_vectors_differ_in_kind_spans_are_embedded_as_texts(
    bert: Transformer,
) -> None:
    model = SentenceTransformer(modules=[bert, Pooling(8), Dense(8, 5)])
    embedder = SentenceTransformerEmbedder(model, "dense", ("", ""))
    result = embedder.embed_passages(["abcdef  "], [[Span(0, 3), Span(6, 8)]])
    assert result.units[0].shape == (2, 5)
    assert np.array_equal(result.units[0][0], embedder.embed_queries(["abc"])[0])
    assert np.array_equal(result.units[0][1], result.vectors[0])


def test_a_model_that_looks_words_up_in_a_table_works(bert: Transformer) -> None:
    static = StaticEmbedding(bert.tokenizer.backend_tokenizer, embedding_dim=6)
    embedder = SentenceTransformerEmbedder(SentenceTransformer(modules=[static]), "s", ("", ""))
    result = embedder.embed_passages(["abcdef"], [[Span(0, 3)]])
    assert np.array_equal(result.units[0][0], embedder.embed_queries(["abc"])[0])


def test_the_name_follows_the_weights_not_the_place(bert: Transformer, tmp_path: Path) -> None:
    first, moved, changed = (tmp_path / place / "tiny" for place in ("first", "moved", "changed"))
    SentenceTransformer(modules=[bert, Pooling(8)]).save(str(first))
    shutil.copytree(first, moved)
    shutil.copytree(first, changed)
    weights = changed / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    names = [
        SentenceTransformerEmbedder.load(str(folder)).name for folder in (first, moved, changed)
    ]
    assert names[0] == names[1] != names[2]


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(ModelError, match=r"\./nowhere, which does not exist.*T2VQA_MODEL=bundled"):
        load_embedder(load_settings(model="./nowhere"))


def test_a_model_out_of_reach_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"'nobody/no-model' that T2VQA_MODEL names cannot be"):
        load_embedder(load_settings(model="nobody/no-model"))


@pytest.mark.parametrize(
    ("model", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-base", {}, ("query: ", "passage: ")),
        ("models/e5-small-v2", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, ("", "")),
        ("BAAI/bge-small-zh-v1.5", {}, ("", "")),
        ("some/e50-model", {}, ("", "")),
        ("own/model", {"query": "Q: ", "passage": "P: "}, ("Q: ", "P: ")),
        ("own/e5-model", {"query": "Q: ", "document": "D: "}, ("Q: ", "D: ")),
        ("own/model", {"query": "Q: "}, ("Q: ", "")),
    ],
)
def test_prefixes(model: str, prompts: dict[str, str], expected: tuple[str, str]) -> None:
    assert choose_prefixes(model, prompts) == expected
