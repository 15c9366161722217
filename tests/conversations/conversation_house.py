"""Plain answers for the tests of kept conversations."""

from __future__ import annotations

from t2vqa.types import Answer, AnswerMode, Citation, Statement, Timings


def citation(number: int, quote: str, document: str = "研究/云帆.md", start: int = 0) -> Citation:
    """Cite ``quote`` of a document."""
    return Citation(
        number,
        document,
        "云帆科技研究",
        ("业务概况",),
        start,
        start + len(quote),
        quote,
        page=2,
        line=12,
        date="2031-03-01",
    )


def answer(
    question: str, text: str, *citations: Citation, refused: bool = False, understood: str = ""
) -> Answer:
    """Answer ``question`` with ``text``."""
    return Answer(
        question=question,
        text=text,
        refused=refused,
        mode=AnswerMode.REFUSAL if refused else AnswerMode.EXTRACTIVE,
        statements=(Statement(text, tuple(one.number for one in citations)),),
        citations=citations,
        passages=(),
        timings=Timings(1.0, 2.0),
        understood=understood or None,
        reason=text if refused else "",
    )
