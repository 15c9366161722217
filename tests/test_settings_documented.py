"""docs/settings.md names every setting with its variable, default and description."""

import re
from pathlib import Path

import pytest

from t2vqa.config import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
ROWS = {row[0]: row[1:] for row in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_every_setting_and_no_other_is_documented() -> None:
    assert list(ROWS) == list(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_row_agrees_with_the_code(name: str) -> None:
    field = Settings.model_fields[name]
    variable, default, description = ROWS[name]
    assert variable == f"T2VQA_{name.upper()}"
    assert description == field.description
    if field.default_factory is None:
        assert default == f"`{field.default}`"
