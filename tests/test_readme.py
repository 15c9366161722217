"""What the README shows works: its commands exist, and the two long ones are those that CI uses."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import langchain.chat_models
import pytest
import typer.main
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableLambda

from t2vqa.cli.application import application

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_LINES = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
PYTHON_BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
START_COMMAND, TEST_COMMAND = (line for line in SHELL_LINES if line.startswith("python3 -m venv"))


@pytest.mark.parametrize("line", [line for line in SHELL_LINES if line.startswith("t2vqa ")])
def test_command_exists_with_its_options(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    program = typer.main.get_command(application())
    command = program.commands[words[1]]  # type: ignore[attr-defined]  # it is a group
    command = getattr(command, "commands", {words[2]: command})[words[2]] if words[2:] else command
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_ci_runs_the_readmes_test_command() -> None:
    steps = [
        line
        for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert steps == ["set -eu", 'cd "$(dirname "$0")/.."', TEST_COMMAND]


@pytest.mark.parametrize("command", [START_COMMAND, TEST_COMMAND])
def test_command_names_files_that_are_there(command: str) -> None:
    named = re.findall(r"(?<= )(?:\.ci/\w+|\w+\.py)\b", command)
    assert named
    for name in named:
        assert (ROOT / name).is_file()


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
    ],
)
def test_links_to_files_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not target.startswith("https://"):
            assert ((ROOT / page).parent / target).is_file(), target


def test_documents_that_commands_show_are_in_the_corpus() -> None:
    shown = [shlex.split(line)[2] for line in SHELL_LINES if line.startswith("t2vqa show ")]
    assert shown
    for document in shown:
        assert (ROOT / "corpus" / document).is_file()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working directory is a folder with the shipped corpus, as a clone would be."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.mark.usefixtures("clone")
def test_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    block = next(block for block in PYTHON_BLOCKS if "qa.ask(" in block)
    exec(block, {})  # noqa: S102  # our own README
    out = capsys.readouterr().out
    assert "3亿元" in out
    assert "[1] " in out
    assert "可灵" in out


@pytest.mark.usefixtures("clone")
def test_chain_example_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def reply(prompt: object) -> AIMessage:
        seen.append(str(prompt))
        return AIMessage("超过3亿元 [1]")

    def init_chat_model(name: str) -> Runnable[object, AIMessage]:
        assert name.startswith("ollama:")
        return RunnableLambda(reply)

    monkeypatch.setattr(langchain.chat_models, "init_chat_model", init_chat_model)
    block = next(block for block in PYTHON_BLOCKS if "chain.invoke" in block)
    exec(block, {})  # noqa: S102  # our own README
    assert capsys.readouterr().out == "超过3亿元 [1]\n"
    (prompt,) = seen
    assert "可灵三季度的营收是多少？" in prompt
    assert "[5] 文生视频/" in prompt
    assert "3亿元" in prompt


@pytest.mark.usefixtures("clone")
def test_vector_store_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    block = next(block for block in PYTHON_BLOCKS if "open_chroma(" in block)
    exec(block, {})  # noqa: S102  # our own README
    assert capsys.readouterr().out.count("page_content=") == 3
