import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.evaluation.metrics import (
    Retrieved,
    all_documents_cited,
    answer_contained,
    citation_precision,
    citation_recall,
    evidence_recall,
    hit_at,
    hit_ranks,
    is_hit,
    mean,
    missed_items,
    ndcg_at,
    overlaps,
    percentile,
    reciprocal_rank,
    score_ranking,
    score_refusals,
)
from t2vqa.evaluation.questions import Evidence

LONG = "甲公司二零二五年全年营业收入达到三十六亿元同比增长百分之十二点四净利润五亿元"
ITEM = Evidence("甲.md", "二零二五年全年营业收入达到三十六亿元")
ranks_of = st.sets(st.integers(1, 40))
words = st.text(alphabet="甲乙丙丁戊己庚辛收入增长12%ab ", max_size=30)
passages = st.lists(st.builds(Retrieved, st.sampled_from(["x", "y"]), words), max_size=8)
evidences = st.lists(st.builds(Evidence, st.sampled_from(["x", "y"]), words), max_size=4)


class TestHit:
    def test_a_passage_that_holds_the_sentence_hits(self) -> None:
        assert is_hit(Retrieved("甲.md", LONG), ITEM)

    def test_the_same_words_in_another_document_do_not(self) -> None:
        assert not is_hit(Retrieved("乙.md", LONG), ITEM)

    def test_seven_of_ten_grams_hit_and_six_do_not(self) -> None:
        item = Evidence("x", "一二三四五六七八九十百")
        assert is_hit(Retrieved("x", "一二三四五六七八以及许多别的话在后面"), item)
        assert not is_hit(Retrieved("x", "一二三四五六七以及许多别的话在后面呢"), item)

    def test_a_piece_of_long_evidence_hits(self) -> None:
        assert is_hit(Retrieved("x", LONG[:25]), Evidence("x", LONG * 2 + "其余文字"))

    def test_a_short_piece_of_long_evidence_does_not(self) -> None:
        assert not is_hit(Retrieved("x", LONG[:15]), Evidence("x", LONG))

    def test_evidence_of_one_word_hits_where_it_stands(self) -> None:
        assert is_hit(Retrieved("x", "增长了 35% 以上"), Evidence("x", "35%"))
        assert not is_hit(Retrieved("x", "增长了许多"), Evidence("x", "35%"))

    def test_english_needs_the_words_and_not_only_the_letters(self) -> None:
        text = "The committee elected a new chairman in the autumn of that year after long debate."
        item = Evidence("x", "Revenue in the reported quarter rose to three billion dollars.")
        assert not is_hit(Retrieved("x", text * 3), item)

    def test_ranks_count_from_one(self) -> None:
        ranking = [Retrieved("乙.md", LONG), Retrieved("甲.md", LONG), Retrieved("甲.md", LONG)]
        assert hit_ranks(ranking, [ITEM]) == (2, 3)
        assert missed_items(ranking, [ITEM, Evidence("丙.md", "没有")]) == 1


class TestRankMeasures:
    def test_by_hand(self) -> None:
        assert hit_at({3}, 1) == 0.0
        assert hit_at({3}, 3) == 1.0
        assert reciprocal_rank({3, 7}) == pytest.approx(1 / 3)
        # Hits at 2 and 3, one item missed: three could have led.
        gain = 1 / math.log2(3) + 1 / math.log2(4)
        ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
        assert ndcg_at({2, 3}, 1, 10) == pytest.approx(gain / ideal)

    def test_nothing_found_is_zero(self) -> None:
        scores = score_ranking((), [ITEM])
        assert scores.hit_ranks == ()
        assert (scores.hit_at_10, scores.ndcg_at_10, scores.evidence_recall) == (0, 0, 0)

    @given(ranks_of, st.integers(1, 40))
    def test_hits_grow_with_k(self, ranks: set[int], k: int) -> None:
        assert hit_at(ranks, k) <= hit_at(ranks, k + 1)

    @given(st.integers(1, 20), st.integers(1, 20))
    def test_a_perfect_ranking_is_one(self, hits: int, k: int) -> None:
        ranks = range(1, hits + 1)
        assert ndcg_at(ranks, 0, k) == pytest.approx(1.0)
        assert reciprocal_rank(ranks) == 1.0

    @given(ranks_of, st.integers(0, 5), st.integers(1, 20))
    def test_gain_lies_between_nothing_and_all(self, ranks: set[int], missed: int, k: int) -> None:
        assert 0.0 <= ndcg_at(ranks, missed, k) <= 1.0 + 1e-9
        assert 0.0 <= reciprocal_rank(ranks) <= 1.0

    @given(st.sets(st.integers(2, 40), min_size=1), st.integers(1, 20))
    def test_a_better_rank_never_gains_less(self, ranks: set[int], k: int) -> None:
        better = {min(ranks) - 1, *(ranks - {min(ranks)})}
        assert ndcg_at(better, 0, k) >= ndcg_at(ranks, 0, k)


class TestEvidenceRecall:
    def test_an_item_spread_over_two_passages_is_covered(self) -> None:
        ranking = [Retrieved("甲.md", ITEM.text[:9]), Retrieved("甲.md", ITEM.text[8:])]
        assert evidence_recall(ranking, [ITEM]) == 1.0
        assert evidence_recall(ranking[:1], [ITEM]) == 0.0

    def test_the_passage_beyond_the_budget_is_cut(self) -> None:
        ranking = [Retrieved("乙.md", "无" * 90), Retrieved("甲.md", ITEM.text)]
        assert evidence_recall(ranking, [ITEM], budget=90 + len(ITEM.text)) == 1.0
        assert evidence_recall(ranking, [ITEM], budget=95) == 0.0

    def test_text_of_another_document_covers_nothing(self) -> None:
        assert evidence_recall([Retrieved("乙.md", LONG)], [ITEM]) == 0.0

    def test_half_of_two_items(self) -> None:
        other = Evidence("乙.md", "完全不同的另外一句话")
        assert evidence_recall([Retrieved("甲.md", LONG)], [ITEM, other]) == 0.5

    @given(passages, evidences, st.integers(1, 200), st.integers(0, 200))
    def test_more_text_never_covers_less(
        self, ranking: list[Retrieved], evidence: list[Evidence], budget: int, more: int
    ) -> None:
        less = evidence_recall(ranking, evidence, budget)
        assert 0.0 <= less <= evidence_recall(ranking, evidence, budget + more) <= 1.0

    @given(evidences.filter(lambda items: any(item.text.strip(" %") for item in items)))
    def test_evidence_itself_as_ranking_is_perfect(self, evidence: list[Evidence]) -> None:
        told = [item for item in evidence if item.text.strip(" %")]
        ranking = [Retrieved(item.document, item.text) for item in told]
        assert evidence_recall(ranking, told) == 1.0
        assert score_ranking(ranking, told).ndcg_at_10 == pytest.approx(1.0)


class TestAnswers:
    def test_every_group_needs_one_of_its_alternatives(self) -> None:
        groups = [["3亿元", "300 million"], ["2025"]]
        assert answer_contained("2025 年收入 3 亿元", groups)
        assert answer_contained("300 million in 2025", groups)
        assert not answer_contained("2025 年收入 13 亿元", groups)
        assert not answer_contained("收入 3 亿元", groups)


class TestCitations:
    QUOTE = Retrieved("甲.md", LONG)
    OTHER = Retrieved("甲.md", "董事会还讨论了其他与此毫无关系的事项")

    def test_a_quote_overlaps_the_evidence_it_holds_or_is_part_of(self) -> None:
        assert overlaps(self.QUOTE, ITEM)
        assert overlaps(Retrieved("甲.md", ITEM.text[:8]), ITEM)
        assert not overlaps(Retrieved("乙.md", LONG), ITEM)
        assert not overlaps(self.OTHER, ITEM)

    def test_half_of_the_shorter_is_enough(self) -> None:
        item = Evidence("x", "一二三四五六七")
        assert overlaps(Retrieved("x", "一二三四别的字也在这"), item)
        assert not overlaps(Retrieved("x", "一二三别的字也在这里"), item)

    def test_a_quote_of_one_figure_overlaps_where_it_stands(self) -> None:
        assert overlaps(Retrieved("x", "35%"), Evidence("x", "增长 35% 以上"))
        assert not overlaps(Retrieved("x", "。"), Evidence("x", "增长。"))

    def test_precision_and_recall_by_hand(self) -> None:
        missing = Evidence("乙.md", "没有人引用的一句话")
        assert citation_precision([self.QUOTE, self.OTHER], [ITEM, missing]) == 0.5
        assert citation_recall([self.QUOTE, self.OTHER], [ITEM, missing]) == 0.5
        assert citation_precision([], [ITEM]) is None
        assert citation_recall([self.QUOTE], []) is None

    def test_all_documents_are_cited_where_each_has_an_item_cited(self) -> None:
        second = Evidence("乙.md", "乙公司全年营业收入二十亿元")
        third = Evidence("乙.md", "没有人引用的一句话在这里")
        both = [self.QUOTE, Retrieved("乙.md", second.text)]
        assert all_documents_cited(both, [ITEM, second, third]) is True
        assert all_documents_cited(both[:1], [ITEM, second]) is False
        assert all_documents_cited(both, [second, third]) is None


class TestRefusals:
    def test_by_hand(self) -> None:
        # Four answerable, one of them refused; three unanswerable, two of them refused.
        pairs = [(True, True), *[(True, False)] * 3, *[(False, True)] * 2, (False, False)]
        scores = score_refusals(pairs)
        assert scores.precision == pytest.approx(2 / 3)
        assert scores.recall == pytest.approx(2 / 3)
        assert scores.f1 == pytest.approx(2 / 3)
        assert scores.false_refusals == 0.25

    def test_without_unanswerable_questions_only_false_refusals_are_measured(self) -> None:
        scores = score_refusals([(True, True), (True, False)])
        assert (scores.precision, scores.recall, scores.f1) == (None, None, None)
        assert scores.false_refusals == 0.5

    @given(st.lists(st.tuples(st.booleans(), st.booleans())))
    def test_f1_is_the_harmonic_mean(self, pairs: list[tuple[bool, bool]]) -> None:
        scores = score_refusals(pairs)
        if scores.precision and scores.recall:
            harmonic = 2 / (1 / scores.precision + 1 / scores.recall)
            assert scores.f1 == pytest.approx(harmonic)
        else:
            assert not scores.f1


def test_means_and_percentiles_leave_out_what_does_not_apply() -> None:
    assert mean([1.0, None, 0.0]) == 0.5
    assert mean([None]) is None
    assert percentile([30, 10, 20], 0.5) == 20
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([7], 0.95) == 7
    assert percentile([], 0.5) is None
