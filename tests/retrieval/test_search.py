from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.retrieval.candidates import FEATURES, gather, names_present
from t2vqa.retrieval.plan import plan_question
from t2vqa.retrieval.search import PartResult, merged, prepare, search

FILES = {
    "东山科技.md": (
        "# 东山科技\n\n东山科技生产传感器。\n\n## 业绩\n\n"
        "东山科技2023年净利润为2.5亿元。东山科技2022年净利润为1.9亿元。\n\n"
        "## 团队\n\n东山科技董事长为林某。\n"
    ),
    "西河传媒.md": (
        "# 西河传媒\n\n西河传媒制作短剧。\n\n## 业绩\n\n"
        "西河传媒2023年净利润为0.8亿元。西河传媒的员工有600人。西河传媒总部在江城。\n"
    ),
    "行业.md": "# 行业\n\n算力需求增长了三倍。\n\n短剧市场规模为500亿元。\n",
}
INDEX = MemoryIndex(FILES)
EMBEDDER = TermEmbedder()


def results(question: str) -> tuple[PartResult, ...]:
    return search(INDEX, EMBEDDER, plan_question(question, INDEX.book))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("东山科技2023年净利润是多少？", "2.5亿元"),
        ("西河传媒有多少员工？", "600人"),
        ("短剧市场规模有多大？", "500亿元"),
    ],
)
def test_what_answers_comes_first(question: str, words: str) -> None:
    (result,) = results(question)
    assert words in result.ranked[0].candidate.passage.text


def test_scores_fall_and_are_shares_and_no_passage_comes_twice() -> None:
    (result,) = results("东山科技的净利润")
    scores = [found.score for found in result.ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    ids = [found.candidate.passage.id for found in result.ranked]
    assert len(ids) == len(set(ids))


def test_a_document_that_is_about_the_subject_is_owned() -> None:
    (result,) = results("东山科技的净利润")
    owned = FEATURES.index("owned")
    for found in result.ranked:
        about = found.candidate.passage.document == "东山科技.md"
        assert found.candidate.features[owned] == about


@given(st.text(alphabet="东山科技西河传媒净利润短剧2023年的和？ab ", min_size=1, max_size=30))
@settings(max_examples=40)
def test_features_stay_in_their_range(question: str) -> None:
    plan = plan_question(question, INDEX.book)
    for query in prepare(INDEX, EMBEDDER, plan.parts):
        for candidate in gather(INDEX, query):
            assert len(candidate.features) == len(FEATURES)
            assert all(-1 <= value <= 1 + 1e-6 for value in candidate.features)
            assert len(candidate.unit_vectors) == len(candidate.passage.units)


def test_an_empty_index_gives_nothing() -> None:
    empty = MemoryIndex({})
    assert search(empty, EMBEDDER, plan_question("净利润？", empty.book)) == ()
    assert merged((), 10) == ()


def test_each_part_is_searched_for_itself() -> None:
    first, second = results("东山科技和西河传媒的净利润分别是多少？")
    assert first.ranked[0].candidate.passage.document == "东山科技.md"
    assert second.ranked[0].candidate.passage.document == "西河传媒.md"


def test_parts_take_turns_where_they_are_merged() -> None:
    found = results("东山科技和西河传媒的净利润分别是多少？")
    best = merged(found, 10)
    assert {scored.passage.document for scored in best[:2]} == {"东山科技.md", "西河传媒.md"}
    ids = [scored.passage.id for scored in best]
    assert len(ids) == len(set(ids))
    assert merged(found, 3) == best[:3]


def test_a_search_gives_the_same_each_time() -> None:
    assert merged(results("净利润"), 10) == merged(results("净利润"), 10)


def test_names_count_under_any_form() -> None:
    matches = INDEX.book.find("东山科技和西河传媒")
    assert names_present(matches, "东山科技与西河传媒") == 1
    assert names_present(matches, "西河传媒") == 0.5
    assert names_present(matches, "行业") == 0
    assert names_present((), "东山科技") == 0


def test_scores_never_rise_down_a_merged_list() -> None:
    found = merged(results("东山科技和西河传媒2023年净利润分别是多少？"), 10)
    scores = [passage.score for passage in found]
    assert len(scores) > 2
    assert scores == sorted(scores, reverse=True)
