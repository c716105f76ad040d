"""The house keeps its floors: a module imports from lower floors only, says what it is for, and stays small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import texgrad

ROOT = Path(texgrad.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
# every module or package at the top of texgrad, lowest floor first; those of one floor do not know each other
FLOORS = (
    {"immutable", "effort", "remembered"},
    {"source", "shapes", "problem", "majority", "options", "terminal", "patterns"},
    {"algebra"},
    {"operators", "choices", "wanted", "alike", "arguments"},
    {"notation", "tidy"},
    {"engine"},
    {"check", "reader", "writer"},
    {"solution", "formats"},
    {"document", "notebook", "solving"},
    {"scan"},
    {"ask"},
    {"jobs"},
    {"service", "verify", "weave"},
    {"project", "changes"},
    {"review"},
    {"pandoc", "watch"},
    {"cli"},
    {"__init__", "__main__"},
)
FLOOR = {name: k for k, names in enumerate(FLOORS) for name in names}
LIMIT = 450
# the document side never computes, and what is read and written is never evaluated
NOT_LOADED = {
    "reader": {"numpy", "sympy"}, "writer": {"numpy", "sympy"}, "operators": {"numpy", "sympy"},
    "algebra": {"numpy", "sympy"}, "scan": {"numpy", "sympy", "pylatexenc"},
    "notebook": {"numpy", "sympy", "pylatexenc"}, "weave": {"numpy", "sympy", "pylatexenc"},
}  # fmt: skip


def home(path: Path) -> str:
    """The module or package at the top that a file belongs to."""
    return together(path.relative_to(ROOT).parts[0].removesuffix(".py"))


def together(name: str) -> str:
    """What a module belongs to: `pandoc_tree` and its like to `pandoc`."""
    return name if name.startswith("_") else name.split("_")[0]


def imported(path: Path) -> Iterator[str]:
    """The dotted names of everything that a file imports, inside functions too."""
    for part in ast.walk(TREES[path]):
        if isinstance(part, ast.ImportFrom):
            assert not part.level, f"{path}: a relative import"
            names = [f"texgrad.{a.name}" for a in part.names if a.name != "__version__"]
            yield from names if part.module == "texgrad" else [part.module or ""]
        elif isinstance(part, ast.Import):
            yield from (a.name for a in part.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_from_lower_floors_only(path: Path) -> None:
    own = home(path)
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "texgrad" and together(rest[0]) != own:
            assert FLOOR[together(rest[0])] < FLOOR[own], f"{own} imports {name}"
        assert top not in NOT_LOADED.get(own, ()), f"{own} imports {name}"


def module(path: Path) -> str:
    """The dotted name of a file of texgrad."""
    return ".".join(("texgrad", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {module(path) for path in MODULES}
    below = {module(path): set(imported(path)) & names for path in MODULES}
    while free := [name for name, needed in below.items() if not needed & below.keys()]:
        for name in free:
            del below[name]
    assert not below


def test_every_module_has_a_floor() -> None:
    assert {home(p) for p in MODULES} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(TREES[path])
    assert len(text.splitlines()) <= LIMIT
