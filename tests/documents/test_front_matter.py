import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.documents.front_matter import FrontMatter, split_front_matter


def test_known_entries_and_others() -> None:
    text = "---\ntitle: 研究\ndate: 2024-01-05\nsource: 某社\nauthor: 甲\ntags: [a, b]\n---\n正文\n"
    front_matter, body = split_front_matter(text)
    assert front_matter == FrontMatter(
        title="研究",
        date="2024-01-05",
        source="某社",
        metadata={"author": "甲", "tags": "a, b"},
        lines=7,
    )
    assert body == "正文\n"


def test_chinese_names() -> None:
    front_matter, _ = split_front_matter("---\n标题: 甲\n日期: 2024年1月\n来源: 乙\n---\n")
    assert (front_matter.title, front_matter.date, front_matter.source) == ("甲", "2024年1月", "乙")


def test_values_stay_as_written() -> None:
    front_matter, _ = split_front_matter("---\ndate: 2024-01-05\ncode: 000001\nyes: no\n---\n")
    assert front_matter.date == "2024-01-05"
    assert front_matter.metadata == {"code": "000001", "yes": "no"}


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: [broken\n---\n正文",
        "---\n只是一行字\n---\n正文",
        "---\ntitle: 甲\n正文没有结束",
        "正文\n---\ntitle: 甲\n---\n",
        "---\n---\n正文",
        "---\n- a\n- b\n---\n",
        "---\n? [a]\n: b\n---\n",
        "---\na: &a [*a]\nb: !!python/object:os.system x\n---\n",
        "---\n" + "[" * 5000 + "\n---\n",
    ],
)
def test_what_is_no_mapping_stays_in_the_text(text: str) -> None:
    assert split_front_matter(text) == (FrontMatter(), text)


@given(st.text(st.sampled_from("abc:&*![]{}\"'|>-# \n题\t?,%@")))
def test_nothing_raises_and_nothing_is_lost(entries: str) -> None:
    text = f"---\n{entries}\n---\n正文\n"
    front_matter, body = split_front_matter(text)
    assert text.endswith(body)
    assert text.count("\n") - body.count("\n") == front_matter.lines
