"""What the README shows works: its commands exist, and the two long ones are those that CI uses."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from t2vqa.cli.application import application

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_LINES = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
START_COMMAND, TEST_COMMAND = (line for line in SHELL_LINES if line.startswith("python3 -m venv"))


@pytest.mark.parametrize("line", [line for line in SHELL_LINES if line.startswith("t2vqa ")])
def test_command_exists_with_its_options(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    program = typer.main.get_command(application())
    command = program.commands[words[1]]  # type: ignore[attr-defined]  # it is a group
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
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/settings.md"]
)
def test_links_to_files_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not target.startswith("https://"):
            assert ((ROOT / page).parent / target).is_file(), target
