"""What the login page says above Gradio's own form, whose labels follow the browser's language."""

from __future__ import annotations

_SAID = {
    "zh": "投研问答 · 请登录。连续输错几次密码后，需稍等片刻再试。",
    "en": "Research desk: please log in. After several wrong passwords, wait a minute.",
}


def login_message(language: str) -> str:
    """Return the login page's words: in this language first, since nobody has chosen one yet."""
    order = sorted(_SAID, key=lambda name: name != language)
    return "<br>".join(f'<span lang="{name}">{_SAID[name]}</span>' for name in order)
