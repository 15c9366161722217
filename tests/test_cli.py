"""The command line as scripts and people use it, over the real model and the real index."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from t2vqa.cli import main
from t2vqa.cli import show as show_command

NOTE = """# 云帆科技研究

## 业务概况

云帆科技的主要产品是远航视频平台，2031年三季度营收为4.2亿元。公司股票代码为 998877。

## 风险

- 算力成本上升
- 监管政策变化

## 同业

| 公司 | 代码 | 市场份额 |
|---|---|---|
| 云帆科技 | 998877 | 31% |
| 长风影业 | 998866 | 12% |
"""

ENGLISH = """# Harbour Films

Harbour Films licenses its archive of 40,000 hours of footage to model makers.
Its chief risk is that licences end in 2033.
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: object, home: Path | None = None) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments], home=home)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        code = leaving.value.code
        assert code is None or isinstance(code, int)
        return Outcome(code or 0, out, err)

    return run_it


def write_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "研究 笔记").mkdir()
    (folder / "研究 笔记" / "云帆 科技.md").write_text(NOTE, encoding="utf-8")
    (folder / "harbour.txt").write_text(ENGLISH, encoding="utf-16")
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``corpus`` and a built ``index``, which no test changes."""
    home = tmp_path_factory.mktemp("place")
    write_corpus(home / "corpus")
    subprocess.run(
        [sys.executable, "-m", "t2vqa", "index"], cwd=home, check=True, capture_output=True
    )
    return home


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory is the place with the corpus and its index."""
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory is a new folder with a corpus and no index."""
    write_corpus(tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    return tmp_path


DOCUMENT = "研究 笔记/云帆 科技.md"


# index


def test_index_follows_the_corpus_and_says_how(run: Run, fresh: Path) -> None:
    first = run("index", "--json").json
    assert first["added"] == ["harbour.txt", DOCUMENT]
    assert first["unchanged"] == 0

    (fresh / "corpus" / "harbour.txt").unlink()
    (fresh / "corpus" / "new.md").write_text("# New\n\nA new fact.\n", encoding="utf-8")
    note = fresh / "corpus" / DOCUMENT
    note.write_text(NOTE.replace("4.2亿元", "5.6亿元"), encoding="utf-8")
    second = run("index", "--json").json
    assert (second["added"], second["edited"], second["removed"], second["unchanged"]) == (
        ["new.md"],
        [DOCUMENT],
        ["harbour.txt"],
        0,
    )
    assert "5.6亿元" in run("ask", "云帆科技三季度营收是多少？").out


@pytest.mark.usefixtures("fresh")
def test_index_again_has_nothing_to_do_unless_told_to_rebuild(run: Run) -> None:
    assert run("index").code == 0
    again = run("index", "--json").json
    assert (again["added"], again["unchanged"], again["embedded"]) == ([], 2, 0)
    rebuilt = run("index", "--rebuild", "--json")
    assert rebuilt.code == 0


def test_index_names_each_skipped_file_with_its_reason(run: Run, fresh: Path) -> None:
    (fresh / "corpus" / "binary.md").write_bytes(bytes(range(256)) * 64)
    done = run("index")
    assert done.code == 0
    assert "1 skipped" in done.out
    assert "skipped: binary.md: " in done.out


def test_index_names_other_folders(run: Run, fresh: Path) -> None:
    write_corpus(fresh / "elsewhere")
    done = run("index", "--corpus", fresh / "elsewhere", "--index", fresh / "there", "--json")
    assert done.json["added"] == ["harbour.txt", DOCUMENT]
    assert not (fresh / "index").exists()


def test_home_gives_the_folders_that_nobody_named(
    run: Run, fresh: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    os.chdir(tmp_path_factory.mktemp("elsewhere"))  # undone by the monkeypatch of `fresh`
    assert run("index", "--json", home=fresh).json["added"] == ["harbour.txt", DOCUMENT]
    assert run("status", "--json", home=fresh).json["index"] == str(fresh / "index")
    named = run("index", "--json", "--corpus", fresh / "corpus" / "研究 笔记", home=fresh).json
    assert named["removed"] == ["harbour.txt", DOCUMENT]


def test_missing_and_empty_corpus_are_told_apart(run: Run, fresh: Path) -> None:
    missing = run("index", "--corpus", "nowhere")
    assert missing.code == 1
    assert "nowhere" in missing.err
    (fresh / "hollow").mkdir()
    empty = run("index", "--corpus", "hollow")
    assert empty.code == 1
    assert "hollow" in empty.err
    assert empty.err.replace("hollow", "nowhere") != missing.err


# ask


@pytest.mark.usefixtures("here")
def test_ask_json_has_the_documented_form_and_exact_citations(run: Run) -> None:
    answer = run("ask", "云帆科技三季度营收是多少？", "--json").json
    assert list(answer) == [
        "id",
        "question",
        "answer",
        "refused",
        "mode",
        "statements",
        "citations",
        "passages",
        "timings",
        "understood",
        "reason",
        "filters",
    ]
    assert answer["refused"] is False
    assert "4.2亿元" in str(answer["answer"])
    citations = answer["citations"]
    assert isinstance(citations, list)
    assert citations
    for citation in citations:
        shown = run(
            "show", citation["document"], "--start", citation["start"], "--end", citation["end"]
        )
        assert shown.out == citation["quote"]


@pytest.mark.usefixtures("here")
def test_ask_prints_the_answer_and_its_sources(run: Run) -> None:
    done = run("ask", "云帆科技三季度营收是多少？")
    assert done.code == 0
    assert "[1]" in done.out.splitlines()[0]
    source = next(line for line in done.out.splitlines() if line.startswith("[1] "))
    assert f"{DOCUMENT} · " in source
    assert "业务概况" in source
    assert "4.2亿元" in source
    assert done.err == ""


@pytest.mark.usefixtures("here")
def test_a_refusal_is_no_failure_and_shows_the_nearest_passages(run: Run) -> None:
    done = run("ask", "云帆科技的市盈率是多少？")
    assert done.code == 0
    assert run("ask", "云帆科技的市盈率是多少？", "--json").json["refused"] is True
    assert any(line.startswith(f"- {DOCUMENT} · ") for line in done.out.splitlines())


@pytest.mark.usefixtures("here")
def test_ask_takes_the_history_into_account(run: Run) -> None:
    alone = run("ask", "那它的股票代码呢？", "--json").json
    after = run(
        "ask", "那它的股票代码呢？", "--history", "云帆科技的主要产品是什么？", "--json"
    ).json
    assert "998877" in str(after["answer"])
    assert "云帆科技" in str(after["understood"])
    assert alone["understood"] != after["understood"]


def test_ask_builds_a_missing_index(run: Run, fresh: Path) -> None:
    assert "998877" in run("ask", "云帆科技的股票代码是多少？").out
    assert (fresh / "index").is_dir()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("question", ["", " \n ", "问" * 10_000])
def test_ask_turns_a_bad_question_away(run: Run, question: str) -> None:
    done = run("ask", question, "--json")
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("t2vqa: ")
    assert len(done.err) < 500


# ask --batch


@pytest.mark.usefixtures("here")
def test_batch_answers_line_by_line_in_order(run: Run, tmp_path: Path) -> None:
    lines: list[object] = [
        {"id": "一", "question": "云帆科技的股票代码是多少？"},
        {"id": 2, "question": "那它的营收呢？", "history": ["云帆科技的股票代码是多少？"]},
        {"question": "What does Harbour Films license?"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text(
        "\ufeff" + "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        encoding="utf-8",
    )
    done = run("ask", "--batch", file, "--json")
    assert done.code == 0
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["一", 2, None]
    assert "998877" in answers[0]["answer"]
    assert "4.2亿元" in answers[1]["answer"]
    assert "footage" in answers[2]["answer"]


@pytest.mark.usefixtures("here")
def test_filters_and_length_hold_for_one_question_and_for_a_line(run: Run, tmp_path: Path) -> None:
    question, note = "云帆科技的股票代码是多少？", "研究 笔记"
    inside = json.loads(run("ask", question, "--folder", note, "--length", "brief", "--json").out)
    assert "998877" in inside["answer"]
    assert inside["filters"]["folders"] == [note]
    outside = json.loads(run("ask", question, "--document", "harbour.txt", "--json").out)
    assert {one["document"] for one in outside["passages"]} == {"harbour.txt"}
    assert all(one["document"] == "harbour.txt" for one in outside["citations"])
    about = json.loads(run("ask", question, "--company", "云帆科技", "--json").out)
    assert "998877" in about["answer"]
    dated = json.loads(run("ask", question, "--from", "1990", "--to", "1991", "--json").out)
    assert dated["refused"]
    assert dated["passages"] == []
    lines = [
        {"id": 1, "question": question, "filters": {"folders": [note]}, "length": "full"},
        {"id": 2, "question": question, "filters": {"folders": ["nowhere"]}},
        {"id": 3, "question": question, "filters": {"colour": "blue"}},
        {"id": 4, "question": question, "length": "endless"},
    ]
    file = tmp_path / "filtered.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = run("ask", "--batch", file, "--json")
    assert done.code == 1
    first, *others = [json.loads(line) for line in done.out.splitlines()]
    assert "998877" in first["answer"]
    for result, told in zip(others, ("nowhere", "colour", "length"), strict=True):
        assert told in result["error"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--folder", "nowhere"), "nowhere"),
        (("--from", "2025", "--to", "2024"), "2025"),
        (("--from", "yesterday"), "yesterday"),
    ],
)
def test_filters_that_cannot_be_meant_are_told(
    run: Run, options: tuple[str, ...], told: str
) -> None:
    done = run("ask", "What does Harbour Films license?", *options)
    assert done.code == 1
    assert told in done.err


@pytest.mark.usefixtures("here")
def test_batch_goes_on_after_a_bad_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "{not json",
        "",
        "[1, 2]",
        '{"id": 4}',
        '{"id": 5, "question": ""}',
        json.dumps({"id": 6, "question": "问" * 10_000}),
        '{"id": 7, "question": "云帆科技的股票代码是多少？", "history": "no list"}',
        '{"id": 8, "question": "云帆科技的股票代码是多少？"}',
    ]
    stdin = io.TextIOWrapper(io.BytesIO("\n".join(lines).encode()), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", stdin)
    done = run("ask", "--batch", "-", "--json")
    assert done.code == 1
    results = [json.loads(line) for line in done.out.splitlines()]
    assert [result["id"] for result in results] == [None, None, None, 4, 5, 6, 7, 8]
    for number, result in enumerate(results[:-1], start=1):
        assert set(result) == {"id", "error"}
        assert result["error"].startswith(f"Line {number}: ")
    assert "998877" in results[-1]["answer"]
    assert "7 lines" in done.err


# show


@pytest.mark.usefixtures("here")
def test_show_prints_the_text_and_nothing_else(run: Run) -> None:
    whole = run("show", DOCUMENT).out
    assert "云帆科技的主要产品是远航视频平台" in whole
    assert run("show", DOCUMENT, "--start", 3, "--end", 9).out == whole[3:9]
    assert run("show", DOCUMENT, "--start", 5).out == whole[5:]
    assert run("show", DOCUMENT, "--end", len(whole)).out == whole
    assert run("show", DOCUMENT, "--start", len(whole)).out == ""


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("stretch", [("--end", "99999"), ("--start", "99999")])
def test_show_beyond_the_end_says_how_long_the_document_is(
    run: Run, stretch: tuple[str, str]
) -> None:
    whole = run("show", DOCUMENT).out
    done = run("show", DOCUMENT, *stretch)
    assert done.code == 2
    assert str(len(whole)) in done.err


@pytest.mark.usefixtures("here")
def test_show_of_an_unknown_document_suggests_others(run: Run) -> None:
    done = run("show", "harbor.txt")
    assert done.code == 1
    assert "harbour.txt" in done.err


# status


@pytest.mark.usefixtures("here")
def test_status_counts_what_is_indexed(run: Run) -> None:
    state = run("status", "--json").json
    assert state["documents"] == 2
    assert state["stale"] == []
    assert state["built_at"]
    assert "Documents:  2" in run("status").out


def test_status_names_what_has_changed_since(run: Run, fresh: Path) -> None:
    run("index")
    (fresh / "corpus" / "new.md").write_text("# New\n", encoding="utf-8")
    done = run("status")
    assert "new.md" in done.out
    assert "t2vqa index" in done.out


@pytest.mark.usefixtures("fresh")
def test_status_without_an_index_says_how_to_build_it(run: Run) -> None:
    done = run("status")
    assert done.code in (0, 1)
    assert "t2vqa index" in done.out + done.err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("arguments", [("status",), ("show", DOCUMENT)])
def test_looking_needs_no_model(
    run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T2VQA_CACHE", str(tmp_path / "cache"))
    assert run(*arguments).code == 0
    assert not (tmp_path / "cache").exists()


# usage and failures


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("frobnicate",),
        ("ask",),
        ("ask", "a question", "--batch", __file__, "--json"),
        ("ask", "--batch", __file__),
        ("ask", "--batch", __file__, "--history", "a question", "--json"),
        ("ask", "--batch", __file__, "--folder", "a", "--json"),
        ("ask", "--batch", "/nowhere/questions.jsonl", "--json"),
        ("show",),
        ("show", "a.md", "--start", "-1"),
        ("show", "a.md", "--start", "two"),
        ("chat", "--port", "0"),
        ("eval", ".", "--half", "c"),
        ("eval", ".", "--limit", "0"),
    ],
    ids=" ".join,
)
def test_wrong_usage_leaves_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "Usage: t2vqa" in done.out + done.err


@pytest.mark.usefixtures("here")
def test_show_of_a_stretch_that_ends_before_it_begins_is_wrong_usage(run: Run) -> None:
    assert run("show", DOCUMENT, "--start", 5, "--end", 3).code == 2


def test_a_setting_that_cannot_be_used_is_named(
    run: Run, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T2VQA_PORT", "many")
    by_variable = run("status")
    assert by_variable.code == 1
    assert "port" in by_variable.err
    monkeypatch.delenv("T2VQA_PORT")
    (fresh / "t2vqa.toml").write_text("colour = 'blue'\n")
    by_file = run("status")
    assert by_file.code == 1
    assert "colour" in by_file.err
    (fresh / "t2vqa.toml").write_text("not toml at all")
    assert run("status").code == 1


def test_a_question_set_that_is_none_is_told(run: Run, tmp_path: Path) -> None:
    done = run("eval", tmp_path)
    assert done.code == 1
    assert "question set" in done.err


def test_an_unforeseen_error_is_one_line_unless_debugging(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nothing to divide by")

    monkeypatch.setattr(show_command, "settings_for", fail)
    done = run("show", "a.md")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "ZeroDivisionError: nothing to divide by" in done.err
    assert "--debug" in done.err
    with pytest.raises(SystemExit):
        main(["--debug", "show", "a.md"])
    assert "Traceback" in capsys.readouterr().err


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("t2vqa 0.")


# the process


def start(place: Path, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "t2vqa", *arguments],
        cwd=place,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_output_is_utf8_whatever_the_locale(place: Path, locale: str) -> None:
    process = start(
        place, "show", "研究 笔记/云帆 科技.md", LC_ALL=locale, PYTHONIOENCODING="ascii"
    )
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert "云帆科技" in out.decode("utf-8")


def test_a_reader_who_leaves_early_is_no_error(place: Path) -> None:
    process = start(place, "show", DOCUMENT)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_ctrl_c_stops_with_a_word(place: Path) -> None:
    process = start(place, "ask", "--batch", "-", "--json")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"question": "云帆科技的股票代码是多少？"}\n'.encode())
    process.stdin.flush()
    assert process.stdout.readline()  # the program now waits for the next question
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert err == b"t2vqa: stopped.\n"
