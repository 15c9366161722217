"""The import law: data flows one way through the package, and so do imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "t2vqa"

# Each stage imports only from stages before it and from itself.
STAGES = (
    "types",
    "errors",
    "config",
    "serialise",
    "accounts",
    "text",
    "documents",
    "index",
    "retrieval",
    "answering",
    "service",
    "conversations",
    "library",
    "evaluation",
    "langchain",
    "web",
    "cli",
)

# Each takes a good part of a second or more to import; the command line must not wait for them.
HEAVY = {
    "chromadb",
    "gradio",
    "langchain",
    "langchain_chroma",
    "langchain_core",
    "onnx",
    "onnxruntime",
    "sentence_transformers",
    "torch",
    "transformers",
}

# Loaded only by who wants LangChain or the page: the first subclasses LangChain's classes, the
# modules of the page are Gradio through and through. `t2vqa.web` itself, which `t2vqa chat` loads,
# is none of them.
LOADED_ON_DEMAND = ("t2vqa.langchain", "t2vqa.web.")


def module_name(path: Path) -> str:
    parts = ("t2vqa", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imported_names(node: ast.AST) -> list[str]:
    """The modules an import statement names; `from a import b` names a.b where that is a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide what is imported"
        assert node.module is not None
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in MODULES else node.module for name in names]
    return []


def all_imports(name: str) -> set[str]:
    return {found for node in ast.walk(TREES[name]) for found in imported_names(node)}


def is_for_type_checkers(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def imports_when_loaded(statements: list[ast.stmt]) -> Iterator[str]:
    """The modules that loading a module loads: not those inside functions or for type checkers."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield from imported_names(statement)
        if is_for_type_checkers(statement):
            assert isinstance(statement, ast.If)
            yield from imports_when_loaded(statement.orelse)
            continue
        children = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]
        handlers = [
            node.body
            for node in ast.iter_child_nodes(statement)
            if isinstance(node, ast.ExceptHandler)
        ]
        yield from imports_when_loaded(children)
        for body in handlers:
            yield from imports_when_loaded(body)


def stage_of(name: str) -> str | None:
    """The stage of a module; None for the package itself and ``__main__``, which hand things on."""
    parts = name.split(".")
    return None if name in ("t2vqa", "t2vqa.__main__") else parts[1]


def test_every_module_belongs_to_a_stage() -> None:
    assert {stage_of(name) for name in MODULES} - {None} <= set(STAGES)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_to_earlier_stages(name: str) -> None:
    stage = stage_of(name)
    if stage is None:
        return
    for imported in sorted(all_imports(name)):
        if imported.split(".")[0] != "t2vqa":
            continue
        target = stage_of(imported)
        assert target is not None, f"{name} imports {imported}, which only hands names on"
        assert STAGES.index(target) <= STAGES.index(stage), f"{name} imports {imported}"


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: sorted(all_imports(name) & MODULES.keys() - {name}) for name in MODULES}
    finished: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name not in finished:
            for imported in graph[name]:
                visit(imported, (*path, name))
            finished.add(name)

    for name in MODULES:
        visit(name, ())


def loaded_with(name: str, seen: set[str]) -> set[str]:
    """All that loading a module of ours loads, through the others and their packages."""
    for imported in [*imports_when_loaded(TREES[name].body), name.rpartition(".")[0]]:
        if imported and imported not in seen:
            seen.add(imported)
            if imported in MODULES:
                loaded_with(imported, seen)
    return seen


@pytest.mark.parametrize(
    "name", [name for name in MODULES if not name.startswith(LOADED_ON_DEMAND)]
)
def test_loading_a_module_loads_nothing_heavy(name: str) -> None:
    loaded = {imported.split(".")[0] for imported in loaded_with(name, set())}
    assert not loaded & HEAVY


def test_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, t2vqa, t2vqa.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert not loaded & (HEAVY | {"pydantic", "numpy"})


def test_the_reading_of_imports_sees_through_blocks() -> None:
    source = (
        "try:\n    import a\nexcept ImportError:\n    import b\n"
        "if TYPE_CHECKING:\n    import c\nelse:\n    import d\n"
        "class Some:\n    import e\n    def method(self):\n        import f\n"
    )
    assert set(imports_when_loaded(ast.parse(source).body)) == {"a", "b", "d", "e"}
