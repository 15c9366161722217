"""From a question to the parts that are looked for.

A question about two companies is two searches: each part keeps the question's attribute, one name
and the period that belongs to it. A question about one subject, or none, is a single part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from t2vqa.retrieval.names import NameBook, NameMatch, without
from t2vqa.retrieval.question import AnswerShape, QuestionForm, question_form
from t2vqa.retrieval.terms import content_words
from t2vqa.text.dates import DateExpression, find_dates
from t2vqa.types import Span

_MOST_PARTS = 6

# Words that say how parts are to be treated, not what is asked about them.
_FRAMING = re.compile(
    r"^(?:请问|请|帮我|根据|结合|比较(?:一下)?|对比(?:一下)?|试)|分别|各自的?|两家公司|两者|二者|之间的?|"
    r"(?:，|,)\s*(?:哪(?:一)?(?:家|个|款|只|者)|谁)[^，,。？?]*更[^，,。？?]*[?？]?$"
)
# Words that ask to be told of something: no text about it need hold them.
_TELLING = re.compile(
    r"^\W*(?:总结|概括|概述|综述|简述|归纳|梳理|介绍)(?:一下|下)?|"
    r"(?:^|的)\s*(?:基本|主要|总体|整体|有关|相关)?(?:情况|概况|要点)[。.？?！!\s]*$|"
    r"^\W*(?:please )?(?:summari[sz]e|describe|outline|tell me about|what is said about|"
    r"(?:give|provide)(?: me)? an? (?:overview|summary) of)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:比较|对比)(?:一下)?|哪(?:一)?(?:家|个|款|只|者)(?:公司|企业)?|谁(?:的)?|分别|各自的?"
)


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One thing to look for.

    Attributes:
        text: The part as a question of its own, with its name and period.
        attribute: The same without names and framing words: what is asked about the subject.
        names: The names it is about; none where the question names nothing the corpus knows.
        dates: The periods it is about.
    """

    text: str
    attribute: str
    names: tuple[NameMatch, ...] = ()
    dates: tuple[DateExpression, ...] = ()

    @property
    def documents(self) -> frozenset[str]:
        """Documents that are about this part's subjects as a whole."""
        return frozenset().union(*(name.documents for name in self.names))


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question, its form and its parts (at least one)."""

    question: str
    form: QuestionForm
    parts: tuple[QuestionPart, ...]


def plan_question(question: str, book: NameBook) -> QuestionPlan:
    """Split ``question`` by the corpus names in it, pairing names with periods."""
    form = question_form(question)
    matches = book.find(question)
    dates = tuple(find_dates(question))
    groups = _by_subject(matches)
    if not 2 <= len(groups) <= _MOST_PARTS or not _asks_each(question, form, groups):
        part = _part(question, matches, dates, matches, dates)
        return QuestionPlan(question, form, (part,))
    periods = _pair(groups, dates, question)
    parts = tuple(
        _part(question, group, period, matches, dates)
        for group, period in zip(groups, periods, strict=True)
    )
    return QuestionPlan(question, form, parts)


def _by_subject(matches: tuple[NameMatch, ...]) -> list[tuple[NameMatch, ...]]:
    """Group the matches that stand for the same subject, in order of first mention."""
    groups: list[list[NameMatch]] = []
    for match in matches:
        for group in groups:
            if any(match.subjects & other.subjects for other in group):
                group.append(match)
                break
        else:
            groups.append([match])
    return [tuple(group) for group in groups]


def _asks_each(question: str, form: QuestionForm, groups: list[tuple[NameMatch, ...]]) -> bool:
    """Tell whether the names stand side by side (``甲和乙…``), not one as the other's attribute."""
    if form.shape is AnswerShape.COMPARISON or "分别" in question or "各自" in question:
        return True
    between = question[groups[0][-1].span.end : groups[1][0].span.start]
    return len(between) <= 12 and bool(
        re.search(r"和|与|及|跟|同|、|以及|\band\b|\bor\b|&|还是", between)
    )


def _pair(
    groups: list[tuple[NameMatch, ...]], dates: tuple[DateExpression, ...], question: str
) -> list[tuple[DateExpression, ...]]:
    """Give each group its period: the one directly before it, else the one in the same order."""
    if not dates:
        return [()] * len(groups)
    adjacent: list[tuple[DateExpression, ...]] = []
    for group in groups:
        before = [
            date
            for date in dates
            if 0 <= group[0].span.start - date.span.end <= 2
            and not re.search(r"[和与、,，]", question[date.span.end : group[0].span.start])
        ]
        adjacent.append(tuple(before))
    if all(adjacent):
        return adjacent
    if len(dates) == len(groups):
        return [(date,) for date in dates]
    return [dates] * len(groups)


def _part(
    question: str,
    own: tuple[NameMatch, ...],
    dates: tuple[DateExpression, ...],
    everyone: tuple[NameMatch, ...],
    all_dates: tuple[DateExpression, ...],
) -> QuestionPart:
    kept = {match.span for match in own}
    others = [match for match in everyone if match.span not in kept]
    bare = _unframed(without(_without_dates(question, all_dates), everyone), bool(others))
    attribute = " ".join(_TELLING.sub(" ", bare).split()).strip(" ，,、的")
    text = question
    if others:
        period = "".join(date.span.of(question) for date in dates)
        text = " ".join(filter(None, (own[0].text, period, attribute)))
    if not content_words(attribute):  # the subject itself is asked about
        attribute = question
    return QuestionPart(text=text, attribute=attribute, names=own, dates=dates)


def _without_dates(question: str, dates: tuple[DateExpression, ...]) -> str:
    """Blank the periods, keeping every offset."""
    rest = question
    for date in dates:
        rest = _blank(rest, date.span)
    return rest


def _blank(text: str, span: Span) -> str:
    return text[: span.start] + " " * (span.end - span.start) + text[span.end :]


def _unframed(text: str, several: bool) -> str:
    """Take the framing words out, and what joined the names once they are gone."""
    rest = text
    for _ in range(2):
        rest = _FRAMING.sub(" ", rest.strip())
    if not content_words(rest):  # what is compared was said in the framing clause alone
        rest = _WHICH.sub(" ", text)
    if several:
        rest = re.sub(r"^[\s和与及跟同、在的以,，]+|(?:(?<=\s)|^)[和与及跟、在](?=\s)", " ", rest)
    return " ".join(rest.split()).strip(" ，,、的")
