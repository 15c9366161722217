"""The bundled model at run time."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2vqa.config import load_settings
from t2vqa.index.embedding import Embedder, load_embedder
from t2vqa.index.embedding.e5_file import E5File
from t2vqa.index.embedding.onnx_embedder import OnnxEmbedder
from t2vqa.index.embedding.pooling import unit_length
from t2vqa.index.embedding.prepare import load_prepared, load_tokenizer
from t2vqa.index.embedding.reference import encode_in_full_precision
from t2vqa.types import Span

PARAGRAPH = (
    "该公司主营工业机器人，2023年收入12.5亿元，同比增长18%。主要风险是原材料涨价和汇率波动。"
    "Its largest customer is a car maker in Germany."
)
TEXTS = st.lists(
    st.text(st.sampled_from("公司收入增长风险一二三。，abc 12.%\n"), max_size=80), max_size=6
)


@given(TEXTS, TEXTS)
@settings(max_examples=40, deadline=None)
def test_a_vector_is_the_same_bits_whatever_is_embedded_with_it(
    bundled: OnnxEmbedder, before: list[str], after: list[str]
) -> None:
    spans = [Span(0, 20), Span(60, 90)]
    alone = bundled.embed_passages([PARAGRAPH], [spans])
    among = bundled.embed_passages(
        [*before, PARAGRAPH, *after], [*([()] * len(before)), spans, *([()] * len(after))]
    )
    place = len(before)
    assert np.array_equal(among.vectors[place], alone.vectors[0])
    assert np.array_equal(among.units[place], alone.units[0])


def test_the_number_of_threads_changes_no_bit(bundled: OnnxEmbedder, prepared_folder: Path) -> None:
    texts = [PARAGRAPH[start:] for start in range(0, 60, 7)]
    single = load_prepared(prepared_folder, threads=1)
    several = load_prepared(prepared_folder, threads=3)
    expected = single.embed_passages(texts).vectors
    assert np.array_equal(several.embed_passages(texts).vectors, expected)
    assert np.array_equal(bundled.embed_passages(texts).vectors, expected)
    assert np.array_equal(single.embed_queries(texts), several.embed_queries(texts))


@pytest.mark.parametrize("text", [PARAGRAPH, "", "。", "What are the risks?", PARAGRAPH * 2])
def test_vectors_agree_with_full_precision(
    bundled: OnnxEmbedder, prepared_folder: Path, model_file: E5File, text: str
) -> None:
    tokenizer = load_tokenizer(prepared_folder)
    for prefix, vector in (
        ("query: ", bundled.embed_queries([text])[0]),
        ("passage: ", bundled.embed_passages([text]).vectors[0]),
    ):
        ids = [0, *tokenizer.tokenize(prefix + text).ids[:510], 2]
        expected = unit_length(encode_in_full_precision(model_file, ids).mean(axis=0))
        assert float(expected @ vector) >= 0.995


def test_rows_have_unit_length_and_the_order_of_the_texts(bundled: OnnxEmbedder) -> None:
    texts = ["短", PARAGRAPH, "a somewhat longer text", ""]
    vectors = bundled.embed_passages(texts).vectors
    assert vectors.shape == (4, bundled.dimensions) == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(bundled.embed_passages([text]).vectors[0], vector)


def test_nothing_gives_nothing(bundled: OnnxEmbedder) -> None:
    assert bundled.embed_queries([]).shape == (0, 384)
    result = bundled.embed_passages([])
    assert (result.vectors.shape, result.units) == ((0, 384), ())
    assert bundled.embed_passages(["a"]).units[0].shape == (0, 384)


def test_spans_beyond_the_longest_input_and_empty_ones_get_the_texts_vector(
    bundled: OnnxEmbedder,
) -> None:
    text = PARAGRAPH * 20
    spans = [Span(0, 30), Span(len(text) - 30, len(text)), Span(9_000, 9_001)]
    result = bundled.embed_passages([text], [spans])
    assert not np.array_equal(result.units[0][0], result.vectors[0])
    assert np.array_equal(result.units[0][1:], np.stack([result.vectors[0]] * 2))
    head = bundled.embed_passages([text[:2000]]).vectors[0]
    assert np.array_equal(head, result.vectors[0])


def test_a_span_is_nearest_to_what_it_says(bundled: OnnxEmbedder) -> None:
    ends = [PARAGRAPH.index("。") + 1, PARAGRAPH.rindex("。") + 1, len(PARAGRAPH)]
    spans = [Span(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    (units,) = bundled.embed_passages([PARAGRAPH], [spans]).units
    queries = bundled.embed_queries(
        ["收入是多少？", "有什么风险？", "Who is the largest customer?"]
    )
    assert (queries @ units.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_questions_find_their_sentence_within_and_across_languages(bundled: OnnxEmbedder) -> None:
    sentences = [
        "这家公司的总部设在杭州。",
        "今年第一季度净利润下降了百分之九。",
        "新药预计明年获批上市。",
        "工厂因台风停产三天。",
        "董事长辞职，由总经理代行职务。",
    ]
    passages = bundled.embed_passages(sentences).vectors
    chinese = ["总部在哪里？", "利润怎么样？", "药品什么时候批准？", "为什么停产？", "谁辞职了？"]
    english = [
        "Where are the headquarters?",
        "How did profit develop in the first quarter?",
        "When will the new drug be approved?",
        "Why did the factory stop production?",
        "Who resigned as chairman?",
    ]
    for questions in (chinese, english):
        nearest = (bundled.embed_queries(questions) @ passages.T).argmax(axis=1)
        assert nearest.tolist() == [0, 1, 2, 3, 4]


def test_progress_counts_every_text_once(bundled: OnnxEmbedder) -> None:
    done: list[int] = []
    bundled.embed_passages(["a", "b", "c", "d"], on_done=done.append)
    assert done == [1, 2, 3, 4]


def test_a_caller_may_stop_in_the_middle(bundled: OnnxEmbedder) -> None:
    done: list[int] = []

    def stop(count: int) -> None:
        done.append(count)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bundled.embed_passages([PARAGRAPH] * 50, on_done=stop)
    assert done == [1]


def test_settings_load_it_by_default(prepared_folder: Path) -> None:
    embedder: Embedder = load_embedder(load_settings(cache=prepared_folder.parent))
    assert isinstance(embedder, OnnxEmbedder)
    assert embedder.name == f"bundled:{prepared_folder.name}"
