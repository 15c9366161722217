"""The sentences t2vqa says in its own voice, in the language of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from t2vqa.text.markdown import escape


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentence patterns of one language."""

    no_answer: str
    no_answer_about: str
    not_mentioned: str
    empty_index: str
    nothing_allowed: str
    only_allowed: str
    part_missing: str
    more: str
    less: str
    earlier: str
    later: str
    equal: str
    count: str
    highest: str
    lowest: str
    earliest: str
    latest: str
    ranked: str
    others: str
    next_others: str
    total: str
    of_rows: str
    differing: str
    dated: str
    joint: str
    quote: str
    colon: str

    def refusal(self, subjects: Sequence[str], missing: Sequence[str]) -> tuple[str, str]:
        """Return the refusal and, apart, its reason."""
        reason = self.not_mentioned.format(words=self.quoted(missing)) if missing else ""
        if subjects:
            said = self.no_answer_about.format(subjects=self.quoted(subjects))
        else:
            said = self.no_answer
        return " ".join(filter(None, (said, reason))), reason or said

    def quoted(self, words: Sequence[str]) -> str:
        """Return ``words`` in quotation marks, joined, as Markdown."""
        return self.joint.join(self.quote.format(word=escape(word)) for word in words)


CHINESE = Wording(
    no_answer="资料里没有找到能回答这个问题的内容。",
    no_answer_about="资料提到了{subjects}，但没有给出所问的内容。",
    not_mentioned="最接近的段落没有提到{words}。",
    empty_index="资料库里还没有文档。",
    nothing_allowed="筛选范围内没有任何内容。请放宽或清除筛选条件。",
    only_allowed="（只在筛选范围内查找。）",
    part_missing="关于{subject}，资料没有给出所问的内容。",
    more="**{winner}**更高：{first}对{second}。",
    less="**{winner}**更低：{first}对{second}。",
    earlier="**{winner}**更早：{first}对{second}。",
    later="**{winner}**更晚：{first}对{second}。",
    equal="两者相同：{first}与{second}。",
    count="共 **{count}** 项：",
    highest="**{name}**的{column}最高：**{figure}**。",
    lowest="**{name}**的{column}最低：**{figure}**。",
    earliest="**{name}**的{column}最早：**{figure}**。",
    latest="**{name}**的{column}最晚：**{figure}**。",
    ranked="**{name}**：{column} **{figure}**。",
    others="其余 {count} 项：{figures}。",
    next_others="其余 {count} 项中最接近的：{figures}。",
    total="{column}合计 **{total}**{working}。",
    of_rows="（{count} 项之和）",
    differing="资料的说法不一致：",
    dated="{title}（{date}）",
    joint="、",
    quote="“{word}”",
    colon="：",
)

ENGLISH = Wording(
    no_answer="The documents hold no answer to this question.",
    no_answer_about="The documents mention {subjects} but do not say what was asked.",
    not_mentioned="The nearest passages do not mention {words}.",
    empty_index="There are no documents yet.",
    nothing_allowed="The filters leave nothing to look in. Widen them or clear them.",
    only_allowed="(Only what the filters allow was looked at.)",
    part_missing="For {subject}, the documents do not say what was asked.",
    more="**{winner}** is higher: {first} against {second}.",
    less="**{winner}** is lower: {first} against {second}.",
    earlier="**{winner}** is earlier: {first} against {second}.",
    later="**{winner}** is later: {first} against {second}.",
    equal="They are equal: {first} and {second}.",
    count="**{count}** in all:",
    highest="**{name}** has the highest {column}: **{figure}**.",
    lowest="**{name}** has the lowest {column}: **{figure}**.",
    earliest="**{name}** has the earliest {column}: **{figure}**.",
    latest="**{name}** has the latest {column}: **{figure}**.",
    ranked="**{name}**: {column} **{figure}**.",
    others="The other {count}: {figures}.",
    next_others="Next of the other {count}: {figures}.",
    total="{column} in all: **{total}**{working}.",
    of_rows=" (the sum of {count})",
    differing="The documents do not agree:",
    dated="{title} ({date})",
    joint=", ",
    quote='"{word}"',
    colon=": ",
)


def wording(chinese: bool) -> Wording:
    """Return the sentences of the question's language."""
    return CHINESE if chinese else ENGLISH
