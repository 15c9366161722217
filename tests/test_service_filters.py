"""Filters over the real model and index: nothing from outside them is ever cited or considered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from t2vqa import ResearchQA
from t2vqa.errors import QuestionError
from t2vqa.types import Answer, Filters, Passage

pytestmark = pytest.mark.model

FILES = {
    "公司/2023/青岚光电.md": (
        "---\ntitle: 青岚光电年报\ndate: 2023-04-28\n---\n\n# 青岚光电年报\n\n"
        "青岚光电从事激光雷达的研发，总部位于江州市。青岚光电的股票代码为300987。\n\n"
        "青岚光电2022年营业收入为10.7亿元，青岚光电2022年净利润为1.6亿元。\n"
    ),
    "公司/2024/青岚光电.md": (
        "---\ntitle: 青岚光电快报\ndate: 2024年3月\n---\n\n# 青岚光电快报\n\n"
        "青岚光电2023年营业收入为12.6亿元，同比增长18%。青岚光电预计青岚光电的订单继续增长。\n\n"
        "## 风险\n\n青岚光电的主要风险包括：\n\n- 车企价格战向上游传导\n- 芯片供应紧张\n"
    ),
    "公司/2024/禾原食品.md": (
        "---\ntitle: 禾原食品调研纪要\ndate: 2024-06-18\n---\n\n# 禾原食品调研纪要\n\n"
        "禾原食品主营冷冻烘焙，禾原食品2023年营业收入为8.4亿元。禾原食品的毛利率为31.5%。\n"
    ),
    "研报/转述.md": (
        "---\ndate: 2025\n---\n\n# 行业点评\n\n青岚光电2023年营业收入为12.4亿元，低于预期。\n\n"
        "## 冷链\n\n冷链物流市场规模预计达到6800亿元。\n"
    ),
    "研报/标的.md": (
        "# 概念股\n\n| 名称 | 代码 | 涨幅 |\n|---|---|---|\n"
        + "".join(
            f"| {name} | 30090{number} | {number}.2% |\n"
            for number, name in enumerate(
                ["澄海电机", "云杉传动", "白桦视觉", "青岚光电", "石磊材料", "远帆软件"]
            )
        )
        + "\n## 点评\n\n澄海电机的减速器产能为每年20万台。\n"
    ),
    "tallow.md": (
        "# Tallow Creek Energy\n\nTallow Creek Energy builds grid batteries in Port Alder.\n\n"
        "Tallow Creek Energy reported revenue of $412 million for 2023.\n"
    ),
}
QUESTIONS = (
    "青岚光电2023年营业收入是多少？",
    "青岚光电的主要风险有哪些？",
    "300987是哪家公司的代码？",
    "300903是哪只股票？",
    "涨幅最高的是哪只股票？",
    "代码以300开头的有哪些公司？",
    "概念股一共有几只？",
    "比较青岚光电和禾原食品2023年的营业收入，哪家更高？",
    "总结一下青岚光电的情况。",
    "What was the revenue of Tallow Creek Energy?",
    "红烧肉怎么做？",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResearchQA]:
    folder = tmp_path_factory.mktemp("filters")
    for path, text in FILES.items():
        (folder / "corpus" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / path).write_text(text, encoding="utf-8")
    with ResearchQA.open(folder / "corpus", folder / "index") as service:
        yield service


def is_allowed(passage: Passage, filters: Filters) -> bool:
    """Say it again, from the files rather than from the index."""
    folders = tuple(f"{folder}/" for folder in filters.folders)
    days = {
        "公司/2023/青岚光电.md": ("2023-04-28", "2023-04-28"),
        "公司/2024/青岚光电.md": ("2024-03-01", "2024-03-31"),
        "公司/2024/禾原食品.md": ("2024-06-18", "2024-06-18"),
        "研报/转述.md": ("2025-01-01", "2025-12-31"),
    }.get(passage.document)
    about = f"{passage.context}{passage.text}"
    return (
        (not filters.documents or passage.document in filters.documents)
        and (not folders or passage.document.startswith(folders))
        and (not filters.companies or any(name in about for name in filters.companies))
        and (not filters.since or (days is not None and days[1] >= filters.since))
        and (not filters.until or (days is not None and days[0] <= filters.until))
    )


def passages(desk: ResearchQA) -> list[Passage]:
    with desk._reader.snapshot() as state:
        return [passage for path in FILES for passage in state.passages_of(path)]


def check(desk: ResearchQA, answer: Answer, filters: Filters) -> None:
    allowed = {one.id: one for one in passages(desk) if is_allowed(one, filters)}
    assert answer.filters == filters
    assert {scored.passage.id for scored in answer.passages} == allowed.keys()
    for cited in answer.citations:
        assert desk.document(cited.document).text[cited.start : cited.end] == cited.quote
        assert any(
            one.document == cited.document
            and one.span.start <= cited.start
            and cited.end <= one.span.end
            for one in allowed.values()
        )
    assert bool(allowed) or answer.refused


some_filters = st.builds(
    Filters,
    documents=st.lists(st.sampled_from(sorted(FILES)), max_size=2, unique=True).map(tuple),
    folders=st.lists(st.sampled_from(["公司", "公司/2024", "研报"]), max_size=2, unique=True).map(
        tuple
    ),
    companies=st.lists(
        st.sampled_from(["青岚光电", "禾原食品", "澄海电机"]), max_size=2, unique=True
    ).map(tuple),
    since=st.sampled_from([None, None, "2023-05-01", "2024-03-15", "2025-06-01"]),
    until=st.sampled_from([None, None, "2025-12-31", "2025-06-30", "2026-01-01"]),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(QUESTIONS), some_filters)
def test_nothing_outside_the_filters_is_cited_or_considered(
    desk: ResearchQA, question: str, filters: Filters
) -> None:
    answer = desk.ask(question, passages=50, filters=filters)
    check(desk, answer, filters)
    found = desk.search(question, 50, filters)
    assert {one.passage.id for one in found} == {one.passage.id for one in answer.passages}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(folders=("研报",)),
        Filters(companies=("青岚光电",)),
        Filters(documents=("研报/标的.md",), companies=("澄海电机",)),
    ],
)
def test_the_law_holds_for_each_kind_of_question(
    desk: ResearchQA, question: str, filters: Filters
) -> None:
    check(desk, desk.ask(question, passages=50, filters=filters), filters)


def test_no_filters_change_nothing(desk: ResearchQA) -> None:
    everything = Filters(documents=tuple(sorted(FILES)))
    for question in QUESTIONS:
        free, filtered = desk.ask(question), desk.ask(question, filters=everything)
        assert filtered.statements == free.statements
        assert filtered.citations == free.citations


def test_a_folder_decides_between_documents_that_disagree(desk: ResearchQA) -> None:
    question = "青岚光电2023年营业收入是多少？"
    both = desk.ask(question).text
    assert "12.6" in both
    assert "12.4" in both
    companies = desk.ask(question, filters=Filters(folders=("公司",)))
    assert "12.6" in companies.text
    assert "12.4" not in companies.text
    reports = desk.ask(question, filters=Filters(folders=("研报/",)))
    assert "12.4" in reports.text
    assert "12.6" not in reports.text


def test_a_code_known_elsewhere_is_not_told(desk: ResearchQA) -> None:
    question = "300987是哪家公司的代码？"
    assert not desk.ask(question).refused
    outside = desk.ask(question, filters=Filters(documents=("公司/2024/禾原食品.md",)))
    assert "青岚" not in outside.text
    assert all(one.document == "公司/2024/禾原食品.md" for one in outside.citations)


def test_a_refusal_says_that_it_looked_within_the_filters(desk: ResearchQA) -> None:
    answer = desk.ask("禾原食品的毛利率是多少？", filters=Filters(folders=("公司/2023",)))
    assert answer.refused
    assert "筛选" in answer.text
    english = desk.ask("What is the margin of Tallow?", filters=Filters(folders=("公司/2023",)))
    assert english.refused
    assert "filters" in english.text


def test_filters_that_leave_nothing_are_refused(desk: ResearchQA) -> None:
    answer = desk.ask("青岚光电的风险？", filters=Filters(folders=("研报",), until="1999-12-31"))
    assert answer.refused
    assert not answer.passages
    assert "筛选" in answer.text


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(documents=("没有.md",)), "没有.md"),
        (Filters(folders=("没有",)), "没有"),
        (Filters(folders=("公司/20",)), "公司/20"),
        (Filters(companies=("没有这家",)), "没有这家"),
        (Filters(since="去年"), "去年"),
        (Filters(until="2024-13"), "2024-13"),
        (Filters(since="2024-02-30"), "2024-02-30"),
        (Filters(since="2025-01-01", until="2024-01-01"), "2025-01-01"),
    ],
)
def test_filters_that_cannot_be_meant_are_told(
    desk: ResearchQA, filters: Filters, told: str
) -> None:
    with pytest.raises(QuestionError, match=told):
        desk.ask("青岚光电的风险？", filters=filters)
    with pytest.raises(QuestionError, match=told):
        desk.search("What are the risks?", filters=filters)


@pytest.mark.parametrize(
    ("since", "until", "documents"),
    [
        ("2024", None, {"公司/2024/青岚光电.md", "公司/2024/禾原食品.md", "研报/转述.md"}),
        ("2024-04", "2024", {"公司/2024/禾原食品.md"}),
        (None, "2024-03", {"公司/2023/青岚光电.md", "公司/2024/青岚光电.md"}),
        ("2025-06-01", "2025-06-30", {"研报/转述.md"}),
    ],
)
def test_a_date_range_takes_the_documents_whose_date_may_lie_in_it(
    desk: ResearchQA, since: str | None, until: str | None, documents: set[str]
) -> None:
    found = desk.search("青岚光电", 50, Filters(since=since, until=until))
    assert {one.passage.document for one in found} == documents


def test_a_company_of_a_list_does_not_bring_the_list(desk: ResearchQA) -> None:
    found = desk.search("减速器产能", 50, Filters(companies=("禾原食品",)))
    assert {one.passage.document for one in found} == {"公司/2024/禾原食品.md"}
    by_code = desk.search("营业收入", 50, Filters(companies=("300903",)))
    by_name = desk.search("营业收入", 50, Filters(companies=("青岚光电",)))
    assert {one.passage.id for one in by_code} == {one.passage.id for one in by_name}


def test_the_choices_are_what_there_is(desk: ResearchQA) -> None:
    choices = desk.filter_choices()
    assert dict(choices.documents)["公司/2024/青岚光电.md"] == "青岚光电快报"
    assert choices.folders == ("公司", "公司/2023", "公司/2024", "研报")
    assert {"青岚光电", "澄海电机", "Tallow Creek Energy"} <= set(choices.companies)
    assert not any(name.isdecimal() for name in choices.companies)
    assert (choices.earliest, choices.latest) == ("2023-04-28", "2025-12-31")
    for filters in (
        *(Filters(documents=(path,)) for path, _ in choices.documents),
        *(Filters(folders=(folder,)) for folder in choices.folders),
        *(Filters(companies=(name,)) for name in choices.companies),
    ):
        assert desk.search("青岚光电", 5, filters)


def test_filters_and_choices_follow_the_documents(tmp_path: Path) -> None:
    (tmp_path / "corpus/a").mkdir(parents=True)
    (tmp_path / "corpus/a/one.md").write_text("# 一\n\n甲乙科技的总部在江城。", encoding="utf-8")
    with ResearchQA.open(tmp_path / "corpus", tmp_path / "index") as service:
        assert service.filter_choices().folders == ("a",)
        (tmp_path / "corpus/b").mkdir()
        (tmp_path / "corpus/b/two.md").write_text("# 二\n\n总部在海城。", encoding="utf-8")
        with pytest.raises(QuestionError):
            service.search("总部", filters=Filters(folders=("b",)))
        service.rebuild()
        assert service.filter_choices().folders == ("a", "b")
        found = service.search("总部", filters=Filters(folders=("b",)))
        assert [one.passage.document for one in found] == ["b/two.md"]
