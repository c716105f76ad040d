r"""Macros in files that a post inputs: read within the site, bounded, and nothing outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from texgrad.formats import FORMATS
from texgrad.project import DONE, UNANSWERED, Settings, process
from texgrad.project_inputs import MAX_FILES, inputs
from texgrad.project_tree import Post

ASKED = r"""\input{macros}
\begin{document}
Let $f = \norm{\mA\vx}^2$.
\[ \frac{\partial f}{\partial \vx} = ? \]
"""
MACROS = r"""\newcommand{\vx}{\mathbf{x}}\NewDocumentCommand\norm{m}{\lVert#1\rVert}
% \def\vx{y}
\input{more.tex}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "texgrad.toml").write_text("")
    (folder / "macros.tex").write_text(MACROS)
    (folder / "more.tex").write_text(r"\def\mA{\mathbf A}")
    (tmp_path / "outside.tex").write_text(r"\def\mA{\mathbf A}")
    return folder


def built(folder: Path, text: str = ASKED, name: str = "post.tex") -> tuple[int, str]:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return process(Post(path, path), Settings()).status, path.read_text()


def test_the_answer_is_written_with_macros_of_an_input_file(site: Path) -> None:
    status, text = built(site)
    assert status == DONE and r"2\mA^\top\mA\vx" in text
    assert built(site, text) == (DONE, text)


def test_an_input_in_a_folder_of_the_site(site: Path) -> None:
    status, text = built(site, ASKED.replace("macros", "../macros").replace("more", "../more"), "deep/post.tex")
    assert status == UNANSWERED and text == ASKED.replace("macros", "../macros")  # more.tex is sought in deep/
    (site / "deep" / "more.tex").write_text(r"\def\mA{\mathbf A}")
    assert built(site, ASKED.replace("macros", "../macros"), "deep/post.tex")[0] == DONE


def test_nothing_outside_the_site_is_read(site: Path) -> None:
    (site / "link.tex").symlink_to(site.parent / "outside.tex")
    for name in ("../outside", str(site.parent / "outside"), "link", "missing", "a/../../outside"):
        assert inputs(rf"\input{{{name}}}", site / "post.tex", FORMATS["latex"]).macros == ""


def test_what_is_commented_out_is_not_read(site: Path) -> None:
    assert inputs("% \\input{macros}\n", site / "post.tex", FORMATS["latex"]).macros == ""


def test_inputs_are_bounded(site: Path) -> None:
    (site / "macros.tex").write_text(r"\input{macros}\input macros " * 50 + r"\def\a{x}")
    assert inputs(r"\input{macros}", site / "post.tex", FORMATS["latex"]).macros == r"\def\a{x}"
    for k in range(MAX_FILES + 20):
        (site / f"m{k}.tex").write_text(rf"\input{{m{k + 1}}}\def\a{{{k}}}")
    assert inputs(r"\input{m0}", site / "post.tex", FORMATS["latex"]).macros.count(r"\def") == MAX_FILES
    (site / "macros.tex").write_bytes(b"\xff\xfe\\def\\a{x}")
    assert inputs(r"\input{macros}", site / "post.tex", FORMATS["latex"]).macros == ""
    (site / "macros.tex").write_text(r"\def\a{x}" * 100_000)
    assert inputs(r"\input{macros}", site / "post.tex", FORMATS["latex"]).macros == ""
