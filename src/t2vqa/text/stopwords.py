"""Words that a question is asked with rather than about: function and question words."""

from __future__ import annotations

_CHINESE_WORDS = """
    的 了 是 在 和 与 及 或 等 对 为 以 于 从 由 到 将 被 把 让 给 向 并 且 而 但 也 都 就 还 又
    才 只 很 更 最 着 过 吗 呢 吧 啊 呀 嘛 么 之 其 此 该 这 那 哪 谁 几 何 个 些 每 各 所 则 即
    若 如 因 请 问 有 会 能 可 要 想 我 你 您 他 她 它 们 不 没 无 非 是否 能否 可否 有没有
    是不是 什么 哪些 哪个 哪家 哪种 哪里 哪儿 哪一 哪几 多少 几个 几家 如何 怎么 怎样 怎么样
    为何 为什么 何时 何地 何种 谁的 请问 告诉 告诉我 说明 介绍 一下 说说 列出 列举 想知道 知道
    了解 关于 对于 有关 相关 以及 并且 而且 但是 或者 还是 因为 所以 由于 因此 虽然 如果 那么
    其中 这些 那些 这个 那个 这家 那家 这种 那种 它们 他们 她们 我们 你们 自己 已经 正在 曾经
    几类 几种 几条 几项 几只 几位 几名 几款 几支 几大 几大类 几方面 多少家 多少个 多少只
    可以 可能 能够 应该 需要 进行 通过 根据 按照 作为 分别 具体 目前 现在 什么样 是什么 有哪些
    之一 之间 一个 一些 一种 没有 不是 就是 都是 还有 也是 的话
"""
_ENGLISH_WORDS = """
    a an the of to in on at by for from with about as into than then and or but if so not no nor
    is are was were be been being am do does did done doing have has had having can could will
    would shall should may might must it its this that these those there here he she they them
    their his her him we us our you your i me my who whom whose which what when where why how
    much many any some such also each other please tell describe list give show explain between
    per via
"""
_CHINESE = frozenset(_CHINESE_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())

STOPWORDS = _CHINESE | _ENGLISH
"""All of them, in the form that :func:`t2vqa.text.segmentation.words` gives."""


def is_stopword(term: str) -> bool:
    """Tell whether a term (lower-case, as :func:`t2vqa.text.segmentation.words` gives it) is one.

    Only general function and question words are, none of any subject.
    """
    return term in STOPWORDS
