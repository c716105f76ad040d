"""The house is tidy: every folder of modules is a package, and every name that a module gives is used."""

from __future__ import annotations

import ast
import pydoc
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import texgrad

ROOT = Path(texgrad.__file__).parent
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}
# what is called from outside: the two commands, and what tests and measurements reset
CALLED = {("texgrad.cli", "main"), ("texgrad.pandoc", "main"), ("texgrad.solution_ways", "forget")}
HELD = {("texgrad.shapes", "_USUAL")}  # whose name does nothing but keep alive what is remembered weakly


def module(path: Path) -> str:
    return ".".join(("texgrad", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def given(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The names that a module gives, and the statements that give them."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement.name, statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                yield from ((part.id, statement) for part in ast.walk(target) if isinstance(part, ast.Name))


def imported() -> set[tuple[str, str]]:
    """The names that modules take from others."""
    parts = (part for tree in MODULES.values() for part in ast.walk(tree) if isinstance(part, ast.ImportFrom))
    return {(part.module or "", name.name) for part in parts for name in part.names}


TAKEN = imported() | CALLED | HELD


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_name_of_a_module_is_used(path: Path) -> None:
    own = module(path)
    spoken: dict[str, list[int]] = defaultdict(list)
    for part in ast.walk(MODULES[path]):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            spoken[part.id].append(part.lineno)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):  # an annotation in quotes
            spoken[part.value].append(part.lineno)
    for name, statement in given(MODULES[path]):
        inside = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        elsewhere = any(line not in inside for line in spoken[name])
        assert elsewhere or name.startswith("__") or name == "_" or (own, name) in TAKEN, f"{name} is not used"


def test_every_folder_of_modules_is_a_package() -> None:
    for folder in {path.parent for path in MODULES}:
        assert folder / "__init__.py" in MODULES, f"{folder.relative_to(ROOT)} has no __init__.py"


def test_one_module_says_how_much_is_remembered() -> None:
    own = {home for home, name in imported() if name in ("lru_cache", "cache")}
    users = [module(path) for path, tree in MODULES.items() if "lru_cache" in path.read_text(encoding="utf-8")]
    assert own == {"functools"} and users == ["texgrad.remembered"]


def test_help_shows_what_the_package_offers_though_it_is_loaded_late() -> None:
    page = pydoc.render_doc(texgrad, renderer=pydoc.plaintext)
    for name in set(texgrad.__all__) - {"__version__"}:
        assert name in dir(texgrad) and name in page
    assert "derive(expression" in page and "class Verdict" in page
