from __future__ import annotations

import pytest

from t2vqa.documents.registry import load_document
from t2vqa.index.names import SubjectName, name_variants, names_of
from t2vqa.retrieval.names import NameBook, without


def book() -> NameBook:
    return NameBook(
        [
            (
                "a.md",
                SubjectName("东山科技股份有限公司", "东山科技股份有限公司", owns_document=True),
            ),
            ("b.md", SubjectName("西河传媒", "西河传媒", owns_document=True)),
            ("b.md", SubjectName("小西", "西河传媒")),
            ("c.md", SubjectName("Vega", "Vega")),
        ]
    )


def test_company_endings_are_taken_off_one_after_the_other() -> None:
    assert name_variants("东山科技股份有限公司") == ("东山科技股份有限公司", "东山科技", "东山")


def test_the_longest_form_is_found_and_its_documents_told() -> None:
    (match,) = book().find("请问东山科技的营收是多少？")
    assert (match.text, match.documents) == ("东山科技", frozenset({"a.md"}))


def test_an_alias_stands_for_its_subject() -> None:
    (match,) = book().find("小西的风险")
    assert match.subjects == frozenset({"西河传媒"})
    assert "西河传媒" in match.forms


def test_latin_names_are_not_cut_out_of_words() -> None:
    assert book().find("vegan food") == ()
    assert book().find("Vega2的定价") == ()
    assert [match.text for match in book().find("Vega2023年的营收")] == ["Vega"]
    assert [match.text for match in book().find("Vega的定价")] == ["Vega"]


def test_names_are_cut_out_of_the_question() -> None:
    question = "东山科技和西河传媒的净利润"
    assert without(question, book().find(question)) == "和 的净利润"


LABELS = """# 公司动态

- 北湖科技（小北）：发布了新模型。
- 近期催化剂（3-6个月）：定价。

| 名称 | 代码 | 标签 |
|---|---|---|
| 南岭股份 | 300999 | 多模态 |
"""


def test_names_are_read_from_labels_and_tables() -> None:
    names = {(name.name, name.subject) for name in names_of(load_document("x.md", LABELS.encode()))}
    assert {
        ("北湖科技", "北湖科技"),
        ("小北", "北湖科技"),
        ("南岭股份", "南岭股份"),
        ("300999", "南岭股份"),
    } <= names
    assert not any("催化剂" in name for name, _ in names)


@pytest.mark.parametrize("mentions", [1, 4])
def test_a_title_is_a_subject_where_the_text_repeats_it(mentions: int) -> None:
    text = "# 青禾集团\n\n" + "青禾集团发布了公告。\n" * mentions
    owned = {
        name.name for name in names_of(load_document("y.md", text.encode())) if name.owns_document
    }
    assert ("青禾集团" in owned) is (mentions > 1)


def names_in(text: str) -> set[tuple[str, str]]:
    document = load_document("z.md", text.encode())
    return {(name.name, name.subject) for name in names_of(document)}


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("我们看好云岭科技（300888.SZ）。云岭科技产能充足。", "云岭科技", "300888"),
        ("云岭科技（300888.SZ）产能充足。", "云岭科技", "300888.SZ"),
        ("云岭科技（股票代码：300888）产能充足。", "云岭科技", "300888"),
        ("Tallow Creek Energy (NYSE: TCE) builds batteries.", "Tallow Creek Energy", "TCE"),
    ],
)
def test_a_code_in_brackets_names_what_stands_before(text: str, name: str, code: str) -> None:
    assert {(name, name), (code, name)} <= names_in(text)


def test_what_cannot_be_told_from_its_sentence_is_no_name() -> None:
    assert not names_in("本报告期内我们持续看好云岭科技（300888.SZ）的业务。")


def test_a_column_of_companies_names_them() -> None:
    table = "| 公司 | 模型 |\n|---|---|\n| 云岭智能 | 流光 |\n| 北湖（小北） | 清影 |\n| 合计 | |\n"
    assert names_in(table) == {
        ("云岭智能", "云岭智能"),
        ("北湖", "北湖"),
        ("小北", "北湖"),
    }


def test_a_column_of_tickers_is_one_of_codes() -> None:
    table = "| Company | Ticker |\n|---|---|\n| Marlow Storage | MRLW |\n"
    assert ("MRLW", "Marlow Storage") in names_in(table)


def test_documents_are_found_by_the_first_digits_of_a_code() -> None:
    names = NameBook(
        [("a.md", SubjectName("300888.SZ", "甲科技")), ("b.md", SubjectName("688001", "乙"))]
    )
    assert names.documents_with_code("3008") == ("a.md",)
    assert names.documents_with_code("688001") == ("b.md",)
    assert names.documents_with_code("9") == ()
