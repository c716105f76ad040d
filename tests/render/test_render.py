"""Generated displays go through KaTeX, MathJax and LaTeX without an error.

Where a renderer is missing the tests skip, unless TEXGRAD_RENDER=required. TEXGRAD_NODE_MODULES is the folder in which
the packages of package.json are installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.render.formulas import Display, displays

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
MODULES = Path(os.environ.get("TEXGRAD_NODE_MODULES") or CACHE / "texgrad-ci" / "node" / "node_modules")
PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage[paperwidth=60cm,paperheight=30cm,margin=1cm]{geometry}
\begin{document}
"""


def missing(what: str) -> None:
    """Skip, or fail where rendering is required."""
    if os.environ.get("TEXGRAD_RENDER") == "required":
        pytest.fail(f"{what} is missing, and TEXGRAD_RENDER is `required`")
    pytest.skip(f"{what} is not installed")


@cache
def picked(renderer: str) -> tuple[Display, ...]:
    """The displays whose environment the renderer has."""
    return tuple(display for display in displays() if display.suits(renderer))


def node(renderer: str, formulas: Sequence[Display]) -> list[str]:
    """What each formula fails with in a renderer that runs in Node, or an empty word."""
    if not shutil.which("node"):
        missing("node")
    if not (MODULES / renderer).is_dir():
        missing(f"the npm package {renderer}")
    data = json.dumps([{"macros": f.macros, "latex": f.latex} for f in formulas])
    command = ["node", str(HERE / "render.cjs"), str(MODULES), renderer]
    run = subprocess.run(command, input=data, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    errors: list[str] = json.loads(run.stdout)
    return errors


def pdflatex(formulas: Sequence[Display], folder: Path) -> list[str]:
    """What each formula fails with in LaTeX, all of them set in one document."""
    if not shutil.which("pdflatex"):
        missing("pdflatex")
    page = [PREAMBLE]
    for number, formula in enumerate(formulas):
        own = formula.latex.startswith((r"\begin{align*}", r"\begin{eqnarray*}"))
        body = formula.latex if own else f"\\[\n{formula.latex}\n\\]"
        page.append(f"\\typeout{{display {number}}}\\begingroup\n{formula.macros}\n{body}\n\\endgroup\n\\clearpage\n")
    source = folder / "displays.tex"
    source.write_text("".join([*page, "\\typeout{display end}\n\\end{document}\n"]), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", source.name]
    run = subprocess.run(command, cwd=folder, capture_output=True, encoding="latin-1", timeout=300, check=False)
    parts = re.split(r"^display (?:\d+|end)\s*$", run.stdout, flags=re.MULTILINE)
    assert len(parts) == len(formulas) + 2, run.stdout[-2000:]
    return ["\n".join(re.findall(r"^(?:!|Overfull \\hbox).*", part, flags=re.MULTILINE)) for part in parts[1:-1]]


def faults(formulas: Sequence[Display], errors: Sequence[str]) -> dict[str, str]:
    """The names of the formulas that failed, with their errors."""
    return {f.name: error for f, error in zip(formulas, errors, strict=True) if error}


@pytest.mark.parametrize("renderer", ["katex", "mathjax3", "mathjax4"])
def test_every_display_renders_on_a_page(renderer: str) -> None:
    formulas = picked(renderer)
    assert len(formulas) >= 50
    assert faults(formulas, node(renderer, formulas)) == {}


def test_every_display_is_set_by_latex(tmp_path: Path) -> None:
    formulas = picked("pdflatex")
    assert len(formulas) >= 50
    assert faults(formulas, pdflatex(formulas, tmp_path)) == {}


BROKEN = (
    Display("good", r"\def\o{1}", r"\begin{aligned} a &= \o \end{aligned}"),
    Display("macro of another page", "", r"\begin{aligned} a &= \o{} \unknown \end{aligned}"),
    Display("brace", "", r"\begin{aligned} a &= \frac{1}{2 \end{aligned}"),
    Display("good again", "", r"\begin{aligned} a &= b \end{aligned}"),
)


@pytest.mark.parametrize("renderer", ["katex", "mathjax3", "mathjax4"])
def test_a_broken_display_is_seen_on_a_page(renderer: str) -> None:
    assert set(faults(BROKEN, node(renderer, BROKEN))) == {"macro of another page", "brace"}


def test_a_broken_display_is_seen_by_latex(tmp_path: Path) -> None:
    found = faults(BROKEN[:2], pdflatex(BROKEN[:2], tmp_path))
    assert set(found) == {"macro of another page"} and "Undefined control sequence" in found["macro of another page"]
