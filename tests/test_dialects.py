"""Dialects: what is math in each, which is chosen, how answers are written there; notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.posts import FOUND, POSTS
from texgrad import build_text
from texgrad.formats import FORMATS, named
from texgrad.formats_escapes import COMMONMARK, GITHUB, KRAMDOWN, Escapes
from texgrad.formats_sites import chosen, of_site
from texgrad.project import Settings, process
from texgrad.project_tree import posts
from texgrad.scan import scan
from texgrad.source import TexgradError

ASK = r"$$\frac{\partial}{\partial x} x^\top A x = ?$$"


@pytest.mark.parametrize("dialect", sorted(POSTS))
def test_math_is_what_the_page_shows(dialect: str) -> None:
    document = scan(POSTS[dialect], named(dialect))
    assert tuple("".join(formula.latex.split()) for formula in document.formulas) == FOUND[dialect]
    for formula in document.formulas:
        assert len(formula.latex) == formula.span.end - formula.span.start


def test_every_dialect_has_a_post() -> None:
    assert set(POSTS) == set(FORMATS) - {"markdown", "jupyter"}


@pytest.mark.parametrize(
    ("names", "dialect"),
    [
        (("_config.yml", "_posts"), "jekyll"), (("_config.yml", "source", "themes"), "hexo"), (("hugo.toml",), "hugo"),
        (("_config.yml", "_toc.yml"), "myst"), (("_quarto.yml", "index.qmd"), "quarto"), (("mkdocs.yml",), "mkdocs"),
        (("config.toml", "content"), "hugo"), (("config.toml",), ""), (("conf.py", "index.md"), "myst"), ((), ""),
    ],
)  # fmt: skip
def test_the_dialect_of_a_site(names: tuple[str, ...], dialect: str) -> None:
    assert of_site(names) == dialect


def test_the_dialect_of_a_file() -> None:
    def name(path: str, **known: str) -> str:
        found = chosen(path, **known)
        return found.name if found else ""

    assert name("a.md") == "markdown" and name("a.txt") == "" and name("a.ipynb") == "jupyter"
    assert name("a.md", site="jekyll") == "jekyll" and name("a.md", site="jekyll", dialect="myst") == "myst"
    assert name("a.tex", site="jekyll", dialect="myst") == "latex" and name("a.qmd", dialect="jekyll") == "quarto"
    assert name("a.md", text="---\njupytext:\n  x: 1\n---\n") == "myst"
    assert name("a.md", text="---\ntitle: x\n---\njupytext:\n") == "markdown"
    assert name("a.md", text="\ufeff---\r\nbibliography: x\r\n---\r\n", site="hugo") == "hugo"
    with pytest.raises(TexgradError):
        chosen("a.md", dialect="word")


def test_the_site_above_a_post_tells(tmp_path: Path) -> None:
    folder = tmp_path / "site" / "_posts" / "2020"
    folder.mkdir(parents=True)
    (tmp_path / "site" / "_config.yml").write_text("")
    (folder / "a.md").write_text("\\[ x = \\\\text{?} \\]\n$\\|x\\|\\_2^2$ and $\\nabla_x \\|A x\\|\\_2^2 = ?$\n")
    (post,) = posts([folder])
    row = post.format(b"")
    assert row is not None and row.name == "jekyll"
    assert process(post, Settings()).counts.answered == 1


EATEN = {
    r"x\_i": ("x _i", "x _i"),
    r"\|K\|": (" |K |", " |K |"),
    r"a \\\ b": (r"a  \\ b", r"a  \\ b"),
    r"a \\\\ b": (r"a   \\ b", r"a   \\ b"),
    r"\\{x\\}": (r" \{x \}", r" \{x \}"),
    r"\\\_": (r"  \_", r"  \_"),
    r"\alpha\,b": (r"\alpha\,b", r"\alpha ,b"),
}


@pytest.mark.parametrize("latex", EATEN)
def test_what_markdown_takes_out(latex: str) -> None:
    assert (KRAMDOWN.shown(latex), COMMONMARK.shown(latex)) == EATEN[latex]


@pytest.mark.parametrize("escapes", [KRAMDOWN, COMMONMARK, GITHUB])
@pytest.mark.parametrize("latex", [r"\|x_i\|_2^2 \\ &= \{a*b\}", r"a \\", r"\left\{\,x\;\right\}", r"\frac{a}{b} x'"])
def test_what_is_written_is_shown_as_it_is_meant(escapes: Escapes, latex: str) -> None:
    assert "".join(escapes.shown(escapes.written(latex)).split()) == "".join(latex.split())


def test_a_page_without_escapes_keeps_its_backslashes() -> None:
    for dialect in ("pandoc", "myst", "mdx", "obsidian", "mkdocs"):
        (formula,) = scan(r"$\|x\| \, \{a\} \\ b$", named(dialect)).formulas
        assert formula.latex == r"\|x\| \, \{a\} \\ b" and not formula.eaten


def test_bars_in_a_bare_environment_of_jekyll_are_a_determinant() -> None:
    text = "$$\\|x\\|^2$$ is a norm.\n\n\\begin{align} \\nabla_K \\log \\|K\\| = ? \\end{align}\n"
    built, diagnostics = build_text(text, format="jekyll")
    assert not diagnostics and r"K^{-\top}" in built.replace("{-T}", r"{-\top}")


def test_a_formula_with_escapes_is_read_without_a_site() -> None:
    text = "$$\n\\begin{aligned} f &= \\\\|X\\\\|\\_F^2 \\\\\\\\ \\nabla\\_X f &= ? \\end{aligned}\n$$\n"
    built, diagnostics = build_text(text)
    assert not diagnostics and "texgrad:begin" in built
    answer = built.split("texgrad:begin")[1]
    assert r"\\\\" in answer and r"\_" not in answer.replace(r"\_F", "").replace(r"\_X", "")


@pytest.mark.parametrize(
    ("dialect", "text", "opening"),
    [
        ("github", f"{ASK}\n", "$$"), ("github", "Find $`\\nabla_x x^Tx = ?`$\n", "```math"),
        ("github", "```math\n\\nabla_x x^Tx = ?\n```\n", "```math"), ("hugo", "\\[\\nabla_x x^Tx = ?\\]\n", r"\["),
        ("markdown", "With \\\\(\\nabla_x x^Tx = ?\\\\)\n", r"\\["), ("myst", f"{ASK}\n", "$$"),
        ("myst", "```{math}\n:label: a\n\\nabla_x x^Tx = ?\n```\n", "```{math}"), ("mdx", f"{ASK}\n", "$$"),
    ],
)  # fmt: skip
def test_answers_stand_in_the_delimiters_of_the_post(dialect: str, text: str, opening: str) -> None:
    built, diagnostics = build_text(text, format=dialect)
    assert not diagnostics
    lines = built.split("\n")
    begin = next(k for k, line in enumerate(lines) if "texgrad:begin" in line)
    assert lines[begin + 1] == opening
    assert build_text(built, format=dialect) == (built, ())
    found = scan(built, named(dialect))
    assert len(found.blocks) == 1 and lines[begin].startswith(named(dialect).comment[0])


@pytest.mark.parametrize(
    ("dialect", "opening", "closing"),
    [("markdown", r"\[", r"\]"), ("github", "```math", "```"), ("myst", "```{math}", "```"), ("jekyll", "$$", "$$")],
)
def test_each_of_several_answers_has_its_delimiters(dialect: str, opening: str, closing: str) -> None:
    ask = r"f(x) = x^T x, \qquad g(y) = y^T A y, \qquad \nabla_x f(x) = ?, \qquad \nabla_y g(y) = ?"
    built, diagnostics = build_text(f"- An item\n\n  {opening}\n  {ask}\n  {closing}\n", format=dialect)
    assert not diagnostics
    lines = built.split("texgrad:begin")[1].split("\n")
    assert lines.count(f"  {opening}") == (4 if opening == closing else 2)
    assert lines.count(f"  {closing}") == (4 if opening == closing else 2)
    assert all(line == line.rstrip() for line in lines)
    assert build_text(built, format=dialect) == (built, ())


@pytest.mark.parametrize(
    ("text", "prefix", "dialect"),
    [
        (f"- > {ASK}\n  > more\n", "  > ", "commonmark"), (f"> - > {ASK}\n", ">   > ", "commonmark"),
        (f"[^1]: Note {ASK}\n", "    ", "markdown"), (f"!!! note\n    {ASK}\n", "    ", "mkdocs"),
        (f"> [!tip]\n> {ASK}\n", "> ", "obsidian"), (f"Term\n:   {ASK}\n", "    ", "pandoc"),
        (f"| a | b |\n|---|---|\n| {ASK} | c |\n| d | e |\n", "", "commonmark"),
        (f"- {ASK}\n", "  ", "jekyll"), (f"- {ASK}\n", "    ", "mkdocs"),
        (f"10. {ASK}\n", "    ", "mkdocs"), (f"> {ASK}\n", "> ", "hugo"),
        (f"::: note\n{ASK}\n:::\n", "", "pandoc"), (f"```{{note}}\n{ASK}\n```\n", "", "myst"),
    ],
)  # fmt: skip
def test_where_answers_stand(text: str, prefix: str, dialect: str) -> None:
    built, diagnostics = build_text(text, format=dialect)
    assert not diagnostics
    rows = built.split("\n")
    assert next(row for row in rows if "texgrad:begin" in row).startswith(f"{prefix}<!--")
    begin, end = (next(k for k, row in enumerate(rows) if word in row) for word in ("texgrad:begin", "texgrad:end"))
    before = "\n".join(rows[:begin])
    assert end - begin == 2 if dialect == "hugo" else end - begin > 5
    assert (rows[begin + 1].strip(), rows[end - 1].strip()) == ("", "") or dialect not in ("mkdocs", "jekyll")
    assert ("| d | e |" in before) == ("| d | e |" in text)
    assert ":::" not in text or rows[end + 1 :].count(":::") == 1
    assert "{note}" not in text or "```" in rows[end + 1 :]


def notebook(*cells: object, **layout: Any) -> str:
    """A notebook whose Markdown cells have these sources."""
    book = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": cell} for cell in cells], "nbformat": 4}
    return json.dumps(book, **layout)


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
def test_notebooks_keep_their_layout(indent: int | None) -> None:
    first = ["# Ünicode \"quoted\"\n", "\n", "Let $f(x) = x^\\top A x$."]
    text = notebook(first, "Find $\\nabla f(x) = ?$", ["and $\\nabla_A f(x) = ?$\n", "here"], indent=indent)
    built, diagnostics = build_text(text, format="jupyter")
    assert not diagnostics
    cells = ["".join(cell["source"]) for cell in json.loads(built)["cells"]]
    assert cells[0] == "".join(first) and all("texgrad:begin" in cell for cell in cells[1:])
    lines = json.loads(built)["cells"][2]["source"]
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines[:-1])
    assert build_text(built, format="jupyter") == (built, ())
    if indent is not None:
        assert built == json.dumps(json.loads(built), indent=indent)


def test_a_notebook_shows_where_a_request_fails() -> None:
    text = notebook(["a \\ b\n", "$\\nabla f(q) = ?$"], indent=1)
    _, (said, *_) = build_text(text, format="jupyter")
    assert said.span is not None and "nabla f(q)" in text[said.span.start - 20 : said.span.end + 20]
    for broken in ("", "[]", '{"cells": [', '{"cells": [{"cell_type": "markdown", "source": ["\\x $a=?$"]}]}'):
        built, (said, *_) = build_text(broken, format="jupyter")
        assert built == broken and said.code == "config"
