"""The trained reader, as it is shipped."""

import pytest

from t2vqa.answering.reader import SentenceReader, load_reader
from t2vqa.config import load_settings

pytestmark = pytest.mark.model

ABOVE = "甲电子2023年年报"
SENTENCES = (
    "公司2023年研发投入4.2亿元，同比增长18%。",
    "公司总部位于苏州工业园，员工3,200人。",
    "董事长王敏表示，海外订单将在下半年释放。",
    "控股股东将其持有的2,000万股质押给江南银行。",
)


@pytest.fixture(scope="module")
def reader() -> SentenceReader:
    return load_reader(load_settings())


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("甲电子在研发上花了多少钱？", 0),
        ("甲电子有多少员工？", 1),
        ("甲电子的总部在哪里？", 1),
        ("甲电子的董事长是谁？", 2),
        ("股份质押给了哪家银行？", 3),
    ],
)
def test_the_sentence_that_answers_is_judged_best(
    reader: SentenceReader, question: str, right: int
) -> None:
    odds = reader.judge(question, [(ABOVE, sentence) for sentence in SENTENCES])
    assert odds.index(max(odds)) == right


@pytest.mark.parametrize(
    "question", ["甲电子的市盈率是多少？", "甲电子的审计机构是哪一家？", "甲电子何时上市？"]
)
def test_what_no_sentence_gives_is_less_likely_than_what_one_gives(
    reader: SentenceReader, question: str
) -> None:
    sentences = [(ABOVE, sentence) for sentence in SENTENCES]
    given = max(reader.judge("甲电子2023年的研发投入是多少？", sentences))
    assert max(reader.judge(question, sentences)) < given


def test_a_judgement_does_not_depend_on_the_other_sentences(reader: SentenceReader) -> None:
    question = "甲电子有多少员工？"
    together = reader.judge(question, [(ABOVE, sentence) for sentence in SENTENCES])
    alone = [reader.judge(question, [(ABOVE, sentence)])[0] for sentence in SENTENCES]
    assert together == alone


def test_nothing_and_far_too_much_can_be_read(reader: SentenceReader) -> None:
    assert reader.judge("什么？", []) == []
    (odds,) = reader.judge("长" * 5000, [("题" * 5000, "句" * 5000)])
    assert -50 < odds < 50
    assert len(reader.judge("", [("", "")])) == 1
