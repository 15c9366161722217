import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from library_room import NAMES

from t2vqa.documents import is_passed_over
from t2vqa.errors import UploadError
from t2vqa.library.names import MOST_BYTES, numbered_names, safe_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("纪要 2024.md", "纪要 2024.md"),
        ("../../etc/passwd.md", "passwd.md"),
        (r"C:\Users\me\notes.txt", "notes.txt"),
        ("/etc/cron.d/x.md/", "x.md"),
        ("a.md/..", "a.md"),
        (".hidden.md", "hidden.md"),
        ("~$locked.md", "locked.md"),
        ("$ACME.md", "$ACME.md"),
        ("copy.md~", "copy.md"),
        ("a\0b\x1b\n.md", "ab .md"),
        ("report\u202edm.exe.md", "reportdm.exe.md"),
        ("e\u0301tude.md", "étude.md"),
        ("e\u200b\u0301tude.md", "étude.md"),
        ('a<b>:"|?*.md', "a_b______.md"),
        ("con.md", "_con.md"),
        ("LPT1.x.txt", "_LPT1.x.txt"),
        ("console.md", "console.md"),
        ("\ud800a.md", "a.md"),
    ],
)
def test_names_become_safe(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@pytest.mark.parametrize("name", ["", " ", "..", "/", "../..", "\\", "\u202e\u200b", "~$", ". ."])
def test_a_name_of_which_nothing_is_left_is_refused(name: str) -> None:
    with pytest.raises(UploadError, match="rename it"):
        safe_name(name)


def test_a_long_name_keeps_its_suffix_and_whole_characters() -> None:
    kept = safe_name("催化" * 100 + ".markdown")
    assert kept == "催化" * 41 + ".markdown"
    assert len(kept.encode()) == 6 * 41 + 9 <= MOST_BYTES
    names = list(islice(numbered_names(kept), 3))
    assert names[0] == kept
    assert names[1] == "催化" * 39 + "催 (2).markdown"
    assert all(len(name.encode()) <= MOST_BYTES for name in names)


@given(NAMES)
def test_laws_of_safe_names(name: str) -> None:
    try:
        kept = safe_name(name)
    except UploadError:
        return
    assert safe_name(kept) == kept
    for one in islice(numbered_names(kept), 12):
        assert len(one.encode()) <= MOST_BYTES
        assert not set(one) & set('/\\<>:"|?*\0')
        assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in one)
        assert unicodedata.is_normalized("NFC", one)
        assert one == one.strip(" .")
        assert not is_passed_over(one) or one.casefold() in ("thumbs.db", "desktop.ini")


@given(NAMES)
def test_numbered_names_are_all_different(name: str) -> None:
    try:
        names = list(islice(numbered_names(safe_name(name)), 50))
    except UploadError:
        return
    assert len(set(names)) == 50
