"""Follow-up questions, put into words that stand by themselves.

A question leans on the one before where it says "it" (the subject is carried over), names another
subject and nothing else (``那乙公司呢``: the earlier question is asked of the new subject), names
something that contrasts with a part of it (``国内呢``, ``and in 2022?``), an attribute and no
subject (``股票代码呢``), or nothing at all (``还有呢``, ``why?``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from t2vqa.retrieval.contrast import with_contrast
from t2vqa.retrieval.names import NameBook, NameMatch, without
from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind, question_kind
from t2vqa.retrieval.terms import content_words
from t2vqa.text.dates import find_dates
from t2vqa.text.languages import is_chinese

_PRONOUN = re.compile(
    r"它们|他们|她们|这家公司|该公司|那家公司|该企业|这家企业|该股票?|这只股票?|这个公司"
    r"|其(?!他|它|中|余|实|次)|它|他|她|"
    r"\b(?:its|it|their|they|them|this company|that company|the company|his|her|he|she)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"它们|他们|她们|\b(?:their|they|them)\b", re.IGNORECASE)
_POSSESSIVE = {"其", "its", "their", "his", "her"}
_CONNECTIVE = re.compile(
    r"^(?:那么|那|还有|以及|另外|然后|再|而|(?:and|or|but|then|so|also)\b"
    r"|what about\b|how about\b)[\s,，]*(?:what about\b|how about\b|with\b)?\s*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:呢|怎么样|又如何|又怎样|如何|吗)?[?？!！。.\s]*$")
_CONTINUING = re.compile(r"呢[?？\s]*$|也(?:请|想|要)?(?:告诉|说|讲|给|查|列|介绍|问)")
_COMPARED = re.compile(
    r"^(?:和|跟|与|同|比起?)|(?:相?比|对比|比较)(?:一下|起来)?$"
    r"|^(?:compared? (?:to|with|against)|versus|vs\.?|against)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:还有(?:别的|其他的?|更多的?)?|别的|其他的?|继续|更多|再多说(?:一?点|一些)?|除此之外|此外"
    r"|(?:what|anything|something) else|(?:tell me )?more|go on|any(?:thing)? more|others?)$",
    re.IGNORECASE,
)
_ASKING_ALONE = re.compile(
    r"^(?:为什么|为何|为啥|什么时候|何时|在哪里?|哪里|多少|怎么(?:说|会|样)?|谁|真的|具体|详细|分别"
    r"|why|when|where|who|how|how much|how many|how come|which ones?|really)$",
    re.IGNORECASE,
)
_SPECIFYING = re.compile(r"^(?:具体|详细|分别|各自?|都)(?:说|讲|是|有|指|包括|怎么|在)")
_SUBJECTLESS = re.compile(
    r"^(?:又|还|也)?(?:在哪|什么时候|何时|为什么|为何|为啥|怎么|如何|有多少|有哪些|有什么|有没有"
    r"|是多少|是谁|是什么|是不是|多少钱|多大|多久|主要(?:是|有)|能不能|可以)"
)
_DEFINITE = re.compile(
    r"^(?:what|who|when|where|how (?:much|many|large|big|high))(?:'s| is| are| was| were)"
    r" the (?:[a-z-]+ ){0,3}[a-z-]+$"
)
_ATTRIBUTE = re.compile(
    r"(?:最新的?)?[\u4e00-\u9fff]{2,8}?(?:是|有|为|在)?"
    r"(?:多少|谁|什么|几(?:个|家|人)?|哪里?|多大|何时|什么时候)"
)
_OF_NO_ONE = re.compile(
    r"哪家|哪些|哪只|公司|企业|行业|市场|最|今[天日]|which|companies", re.IGNORECASE
)
_ATTRIBUTE_KINDS = NUMERIC_KINDS | {
    AnswerKind.CODE,
    AnswerKind.DATE,
    AnswerKind.PERSON,
    AnswerKind.PLACE,
}
_TOPIC = re.compile(
    r"^(?:请问|请)?(?P<zh>[^的，,。？?]{2,16}?)(?:的|有(?:哪些|什么|多少|几)|是(?:什么|谁|哪)|在哪)"
    r"|\bof (?:the )?(?P<en>[^?,.]{3,40}?)(?: in .*)?\??$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:和|与|及|跟|、|以及|,|and|or|还是)\s*", re.IGNORECASE)
_LEANING_LENGTH = 18
_LEANING_WORDS = 8
_BARE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question with what came before it.

    Attributes:
        question: As asked.
        core: The same without words of passage at either end.
        names: The corpus's names in it.
        earlier: The questions before, each in words that stand by themselves; not empty.
        book: The corpus's names.
    """

    question: str
    core: str
    names: tuple[NameMatch, ...]
    earlier: Sequence[str]
    book: NameBook

    @property
    def chinese(self) -> bool:
        """Whether the question is in Chinese, its names apart."""
        rest = without(self.question, self.names)
        return is_chinese(rest) if content_words(rest) else is_chinese(self.earlier[-1])


def resolve_follow_up(question: str, history: Sequence[str], book: NameBook) -> str | None:
    """Return ``question`` as it is meant after ``history``, or None where it says so itself.

    Names that only the user's file gives are replaced by those of the documents.

    Args:
        question: The new question.
        history: Earlier questions, oldest first.
        book: The corpus's names, which tell subjects from attributes.
    """
    resolved = _resolved(question, history, book) or question
    understood = book.in_own_words(resolved)
    return understood if understood != question else None


def _resolved(question: str, history: Sequence[str], book: NameBook) -> str | None:
    earlier = _understood_history(history, book)
    if not earlier or not question.strip():
        return None
    core = _ENDING.sub("", _CONNECTIVE.sub("", question.strip()))
    turn = _Turn(question.strip(), core, book.find(question), earlier, book)
    for rule in (_more, _pronoun, _other_subject, _asked_alone, _contrast, _attribute):
        understood = rule(turn)
        if understood is not None:
            return understood
    return None


def _understood_history(history: Sequence[str], book: NameBook) -> list[str]:
    """Earlier questions, each already resolved against those before it."""
    understood: list[str] = []
    for question in history:
        resolved = None
        if understood:
            resolved = _resolved(question, understood[-1:], book)
        understood.append(resolved or question)
    return understood


def _more(turn: _Turn) -> str | None:
    """``还有呢？``: the earlier question, for all that there is."""
    said = turn.question.rstrip("?？!！。. ").removesuffix("呢").removesuffix("吗")
    if turn.names or not _MORE.match(said):
        return None
    last = _stripped(turn.earlier[-1])
    return f"{last}，还有哪些？" if is_chinese(last) else f"{last}: what else?"


def _pronoun(turn: _Turn) -> str | None:
    """``它的风险呢？``: the subject is carried over, unless the question itself gives one first."""
    found = _PRONOUN.search(turn.question)
    if found is None or any(name.span.start < found.start() for name in turn.names):
        return None
    subject = _subject(turn, several=bool(_SEVERAL.search(found[0])))
    if not subject:
        return None
    if found[0].casefold() in _POSSESSIVE:
        subject += "的" if found[0] == "其" else "'s"
    resolved = turn.question[: found.start()] + subject + turn.question[found.end() :]
    return _CONNECTIVE.sub("", resolved) or resolved


def _other_subject(turn: _Turn) -> str | None:
    """``那乙公司呢？``: the earlier question is asked of another subject, or of both."""
    if not turn.names:
        return None
    rest = _ENDING.sub("", without(turn.core, turn.book.find(turn.core)))
    compared = bool(_COMPARED.search(turn.core))
    if content_words(_COMPARED.sub("", rest)) or not (
        compared or _CONNECTIVE.match(turn.question) or _CONTINUING.search(turn.question)
    ):
        return None
    last = turn.earlier[-1]
    replaced = turn.book.find(last)
    if not replaced:
        return None
    new = [name.text for name in turn.names]
    end = _end_of_run(last, replaced)
    if compared:
        new = [last[replaced[0].span.start : end], *new]
    return last[: replaced[0].span.start] + _join(new, last) + last[end:]


def _end_of_run(text: str, names: Sequence[NameMatch]) -> int:
    """Return where names that stand side by side end: all of them are replaced."""
    end = names[0].span.end
    for name in names[1:]:
        if not _JOINED.fullmatch(text[end : name.span.start]):
            break
        end = name.span.end
    return end


def _asked_alone(turn: _Turn) -> str | None:
    """``为什么？``, ``具体是哪三条？``: asked of the whole earlier question."""
    if turn.names or not (_ASKING_ALONE.match(turn.core) or _SPECIFYING.match(turn.core)):
        return None
    last = _stripped(turn.earlier[-1])
    return f"{last}，{turn.core}？" if is_chinese(last) else f"{last}, {turn.core}?"


def _contrast(turn: _Turn) -> str | None:
    """``国内呢？``: the earlier question with another modifier or period."""
    if turn.names or not _leans(turn):
        return None
    return with_contrast(turn.core, turn.earlier[-1], chinese=turn.chinese)


def _attribute(turn: _Turn) -> str | None:
    """``股票代码呢？``: the subject is carried over, and the period where a figure is asked for."""
    if turn.names or not (_leans(turn) or _lacks_subject(turn)) or not content_words(turn.core):
        return None
    subject = _subject(turn, several=False)
    if not subject:
        return None
    rest = _CONNECTIVE.sub("", turn.question)
    rest = re.sub(r"呢(?=[?？\s]*$)", "", rest)
    period = _carried_period(turn)
    if turn.chinese:
        return f"{subject}{period}{'' if _SUBJECTLESS.match(rest) else '的'}{rest}"
    bare = rest.rstrip("?？. ")
    when = f" in {period}" if period else ""
    return f"{bare} of {subject}{when}?"


def _subject(turn: _Turn, *, several: bool) -> str:
    """Return the subject spoken of last: names of the corpus, else what the question was about."""
    for question in reversed(turn.earlier):
        names = turn.book.find(question)
        if names:
            kept = names if several else names[-1:]
            return _join([name.text for name in kept], turn.question)
    found = _TOPIC.search(turn.earlier[-1])
    return ((found["zh"] or found["en"]) if found else "").strip()


def _carried_period(turn: _Turn) -> str:
    """Return the earlier question's period, where both ask for a figure and this one has none."""
    if find_dates(turn.question) or question_kind(f"{turn.core}呢") not in NUMERIC_KINDS:
        return ""
    last = turn.earlier[-1]
    if question_kind(last) not in NUMERIC_KINDS or question_kind(turn.core) is AnswerKind.CODE:
        return ""
    dates = find_dates(last)
    return dates[0].span.of(last) if len(dates) == 1 else ""


def _leans(turn: _Turn) -> bool:
    """Tell whether a question is short and worded as a continuation."""
    short = (
        len(turn.question) <= _LEANING_LENGTH
        if turn.chinese
        else len(turn.question.split()) <= _LEANING_WORDS
    )
    return short and bool(_CONNECTIVE.match(turn.question) or _CONTINUING.search(turn.question))


def _lacks_subject(turn: _Turn) -> bool:
    """Tell whether a short question says what is asked and of no one: ``在哪里上市？``."""
    core = turn.question.rstrip("?？!！。. ")
    if _OF_NO_ONE.search(core):
        return False
    if not turn.chinese:
        return bool(_DEFINITE.match(core.casefold()))
    if len(core) > _BARE_LENGTH:
        return False
    if _SUBJECTLESS.match(core):
        return True
    return bool(_ATTRIBUTE.fullmatch(core)) and question_kind(core) in _ATTRIBUTE_KINDS


def _stripped(question: str) -> str:
    return question.rstrip("?？!！。. ")


def _join(names: Sequence[str], beside: str) -> str:
    return ("和" if is_chinese(beside) else " and ").join(names)
