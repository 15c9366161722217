"""What the frame of the page says: its tabs, its settings and its help."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrameWording:
    """The words in one language. Braces are filled with ``str.format``.

    ``keys`` are the page's keys and what each does.
    """

    chat_tab: str
    documents_tab: str
    settings: str
    settings_close: str
    theme: str
    theme_auto: str
    theme_light: str
    theme_dark: str
    logged_in: str
    log_out: str
    help: str
    help_heading: str
    help_close: str
    keys: tuple[tuple[str, str], ...]


CHINESE = FrameWording(
    chat_tab="问答",
    documents_tab="资料",
    settings="设置",
    settings_close="关闭设置",
    theme="外观",
    theme_auto="跟随系统",
    theme_light="浅色",
    theme_dark="深色",
    logged_in="用户：{name}",
    log_out="退出登录",
    help="快捷键",
    help_heading="快捷键",
    help_close="关闭",
    keys=(
        ("/", "输入问题"),
        ("j", "下一条引用"),
        ("k", "上一条引用"),
        ("Esc", "关闭出处、设置或本页"),
        ("?", "显示快捷键"),
    ),
)
"""In Chinese."""

ENGLISH = FrameWording(
    chat_tab="Chat",
    documents_tab="Documents",
    settings="Settings",
    settings_close="Close the settings",
    theme="Appearance",
    theme_auto="As the system",
    theme_light="Light",
    theme_dark="Dark",
    logged_in="Logged in as {name}",
    log_out="Log out",
    help="Keys",
    help_heading="Keys",
    help_close="Close",
    keys=(
        ("/", "Type a question"),
        ("j", "Next citation"),
        ("k", "Previous citation"),
        ("Esc", "Close the source, the settings or this"),
        ("?", "Show the keys"),
    ),
)
"""In English."""
