"""How comments, math, code and headings are spelt in each format and dialect of a document: one row each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from texgrad.formats_escapes import COMMONMARK, GITHUB, KRAMDOWN, Escapes
from texgrad.formats_patterns import LATEX, LATEX_LINE, REST, REST_LINE, markdown, markdown_line
from texgrad.immutable import immutable
from texgrad.source import fail


@immutable
class Math:
    """How many characters open and close one kind of math, and whether it is set as a display."""

    open: int
    close: int
    display: bool


@immutable
class Format:
    """One format: `line` reads the start of a line, `inline` whole constructs that begin with a `special` character.

    The group that matched names the construct: a key of `maths`, or escape, comment, macro, code, tag, verbatim, stop.
    Every pattern that may fail to find its end stops at its own opening: a scan takes linear time. `code_indent`
    columns after a blank line are code; `underline` makes a heading of the line above; `levels` ranks the headings.
    `display` is the kind of math in which an answer stands where the document has no display of its own. A fence is
    code, unless the words after it match `math` or `text`. `eats` tells, by the kind of math, which backslashes the
    page's math does not get; `guesses` that this is not known, and to be seen from the math itself. `templates` are
    braces that may not stand in what is written. `cells` says that the text is a notebook, with Markdown in its cells;
    `pipes` that a table takes the backslash of `\\|` out. In a quote, a display must stand on one line if `flat`. Blank
    lines part markers from the math if `airy`. What goes on with an item is indented by a multiple of `step` columns.
    `family` names the delimiters that the writer knows. Where blocks are `indented`, they end with their indentation,
    and what is within a display is indented by that much.
    """

    name: str
    family: str
    endings: tuple[str, ...]
    comment: tuple[str, str]
    environment: str
    display: str
    line: re.Pattern[str]
    special: re.Pattern[str]
    inline: re.Pattern[str]
    maths: Mapping[str, Math]
    levels: Mapping[str, int]
    front: bool = False
    code_indent: int | None = None
    underline: re.Pattern[str] | None = None
    math: re.Pattern[str] | None = None
    text: re.Pattern[str] | None = None
    eats: Mapping[str, Escapes] | None = None
    guesses: bool = False
    templates: re.Pattern[str] | None = None
    cells: bool = False
    pipes: bool = False
    flat: bool = False
    airy: bool = False
    step: int = 1
    indented: str = ""

    def marker(self, word: str) -> str:
        """The comment `texgrad:word`, which begins or ends a generated block."""
        return f"{self.comment[0]}texgrad:{word}{self.comment[1]}"


_MATHS: Mapping[str, Math] = {
    "environment": Math(0, 0, True), "bracket": Math(2, 2, True), "paren": Math(2, 2, False),
    "brackets": Math(3, 3, True), "parens": Math(3, 3, False), "dollars": Math(2, 2, True),
    "dollar": Math(1, 1, False), "spaced": Math(1, 1, False), "ticked": Math(2, 2, False), "role": Math(7, 1, False),
    "fence": Math(0, 0, True), "suffixed": Math(1, 7, False), "indented": Math(0, 0, True),
}  # fmt: skip
# kind of math -> what opens and closes a display of it
DISPLAYS: Mapping[str, tuple[str, str]] = {
    "dollars": ("$$", "$$"), "bracket": (r"\[", r"\]"), "brackets": (r"\\[", r"\\]"),
    "fence": ("```math", "```"), "directive": ("```{math}", "```"), "indented": (".. math::\n", ""),
}  # fmt: skip
# inline math that a display of the same make goes with
COMPANIONS: Mapping[str, str] = {"paren": "bracket", "parens": "brackets"}
_UNDERLINE = re.compile(r" {0,3}(?P<level>=|-)(?P=level)*[ \t]*(?:\n|\Z)")
_PLAIN = "macro escape dollars dollar spaced code ticks comment tag html link"
_DIRECTIVES = (
    r"[ \t]*\{(?:note|tip|hint|warning|important|caution|attention|danger|error|seealso|admonition|dropdown|margin"
    r"|sidebar|theorem|prf:[a-z]+|proof|proposition|lemma|definition|corollary|remark|example|exercise|solution|exercise-start"
    r"|solution-start|topic|epigraph|grid|grid-item|grid-item-card|card|tab-set|tab-item|list-table|table|div|aside)\}"
)
_HTML = ("<!-- ", " -->")


def _dialect(
    name: str,
    kinds: str,
    endings: tuple[str, ...] = (),
    comment: tuple[str, str] = _HTML,
    display: str = "dollars",
    line: re.Pattern[str] | None = None,
    code_indent: int | None = 4,
    math: str | None = None,
    text: str | None = None,
    eats: Mapping[str, Escapes] | None = None,
    guesses: bool = False,
    templates: str | None = None,
    cells: bool = False,
    pipes: bool = True,
    flat: bool = False,
    airy: bool = False,
    step: int = 1,
) -> Format:
    """A row for a dialect of Markdown; `kinds` names its constructs, the first of two that begin alike wins."""
    special, inline = markdown(kinds.split(), comment[0].strip())
    return Format(
        name=name,
        family="markdown",
        endings=endings,
        comment=comment,
        environment="aligned",
        display=display,
        line=line or markdown_line(),
        special=special,
        inline=inline,
        maths=_MATHS,
        levels={"#" * n: n for n in range(1, 7)} | {"=": 1, "-": 2},
        front=not cells,
        code_indent=code_indent,
        underline=_UNDERLINE,
        math=re.compile(math) if math else None,
        text=re.compile(text) if text else None,
        eats=eats or {},
        guesses=guesses,
        templates=re.compile(templates) if templates else None,
        cells=cells,
        pipes=pipes,
        flat=flat,
        airy=airy,
        step=step,
    )


def _eaten(escapes: Escapes, kinds: str) -> Mapping[str, Escapes]:
    """The kinds of math in which a Markdown takes backslashes out."""
    return dict.fromkeys(kinds.split(), escapes)


_DOUBLED = _eaten(COMMONMARK, "brackets parens")

FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        _dialect(  # which one, nothing tells: all that one of them reads as math is math
            "markdown", f"brackets parens environment bracket paren ticked role liquid shortcode {_PLAIN}",
            (".md", ".markdown", ".mdown", ".mkd"), math=r"[ \t]*(?:math|katex|\{math\})(?![\w-])[^\n]*",
            line=markdown_line(more=r"(?P<div>:{3,})"), text=_DIRECTIVES, eats=_DOUBLED, guesses=True, pipes=False,
        ),
        _dialect("commonmark", "environment macro escape dollars dollar code ticks comment tag html link"),
        _dialect(
            "github", f"ticked {_PLAIN}", math=r"[ \t]*math[ \t]*\Z", display="fence",
            eats=_eaten(GITHUB, "dollars dollar spaced"),
        ),
        _dialect(
            "jekyll", f"brackets parens environment liquid {_PLAIN}", line=markdown_line(terms=True),
            eats=_eaten(KRAMDOWN, "brackets parens environment dollar spaced"), templates=r"\{(?=[{%])", airy=True,
        ),
        _dialect(
            "hugo", f"brackets parens environment bracket paren shortcode {_PLAIN}", line=markdown_line(terms=True),
            math=r"[ \t]*(?:math|katex)\b[^\n]*", eats={**_DOUBLED, **_eaten(COMMONMARK, "environment")}, guesses=True,
            templates=r"\{(?=\{[<%])", flat=True,
        ),
        _dialect(
            "hexo", f"brackets parens environment liquid {_PLAIN}", eats=_DOUBLED, guesses=True,
            templates=r"\{(?=[{%#])",
        ),
        _dialect(
            "pandoc", "environment macro escape dollars dollar code ticks comment tag html link",
            line=markdown_line(html=False, terms=True, more=r"(?P<div>:{3,})"), text=r"[ \t]*\{=(?:la)?tex\}",
            pipes=False,
        ),
        _dialect(
            "quarto", "environment macro escape dollars dollar code ticks comment tag html link", (".qmd", ".rmd"),
            line=markdown_line(html=False, terms=True, more=r"(?P<div>:{3,})"), text=r"[ \t]*\{=(?:la)?tex\}",
            pipes=False,
        ),
        _dialect(
            "myst", f"role environment {_PLAIN}", line=markdown_line(terms=True, more=r"(?P<div>:{3,})"),
            math=r"[ \t]*\{math\}[^\n]*", text=_DIRECTIVES,
        ),
        _dialect("obsidian", "hidden macro escape dollars dollar code ticks comment tag html link"),
        _dialect(
            "mdx", "jsx macro escape dollars dollar code ticks expression tag html link", (".mdx",), ("{/* ", " */}"),
            line=markdown_line(html=False, more=r"(?P<lone>(?:import|export)[ \t{][^\n]*)|(?P<jsx>(?=\{/\*))"),
            code_indent=None, math=r"[ \t]*math\b[^\n]*",
        ),
        _dialect(
            "mkdocs", f"environment bracket paren {_PLAIN}", line=markdown_line(terms=True),
            math=r"[ \t]*math\b[^\n]*", airy=True, step=4,
        ),
        _dialect("jupyter", f"brackets parens environment {_PLAIN}", (".ipynb",), cells=True, pipes=False),
        Format(
            name="latex",
            family="latex",
            endings=(".tex", ".latex", ".ltx"),
            comment=("% ", ""),
            environment="align*",
            display="environment",
            line=LATEX_LINE,
            special=re.compile(r"[\\$%]"),
            inline=LATEX,
            maths=_MATHS,
            levels={
                name: level
                for level, name in enumerate(
                    ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
                )
            },
        ),
        Format(
            name="rst",
            family="markdown",
            endings=(".rst", ".rest"),
            comment=(".. ", ""),
            environment="aligned",
            display="indented",
            line=REST_LINE,
            special=re.compile(r"[\\:`]"),
            inline=REST,
            maths=_MATHS,
            levels={},
            underline=re.compile(r"(?P<level>[!-/:-@\[-`{-~])(?P=level)*[ \t]*(?:\n|\Z)"),
            airy=True,
            indented="   ",
        ),
    )
}  # fmt: skip


def named(name: str) -> Format:
    """The row of a format name; raises `config` for a name without a row."""
    if name not in FORMATS:
        raise fail("config", f"there is no format `{name}`", help=f"one of: {', '.join(FORMATS)}")
    return FORMATS[name]


def of_path(path: PurePath | str) -> Format | None:
    """The row that a file's ending names, if any."""
    suffix = PurePath(path).suffix.lower()
    return _ENDINGS.get(suffix)


_ENDINGS: Mapping[str, Format] = {ending: row for row in FORMATS.values() for ending in row.endings}


# files and folders beside or above a post, all of which must be there -> the dialect of its `.md` files; the first wins
SITES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((".obsidian",), "obsidian"),
    (("_quarto.yml",), "quarto"),
    (("_quarto.yaml",), "quarto"),
    (("_bookdown.yml",), "pandoc"),
    (("myst.yml",), "myst"),
    (("_toc.yml",), "myst"),
    (("conf.py", "index.md"), "myst"),
    (("conf.py", "index.rst"), "myst"),
    (("mkdocs.yml",), "mkdocs"),
    (("mkdocs.yaml",), "mkdocs"),
    (("_config.yml", "scaffolds"), "hexo"),
    (("_config.yml", "source"), "hexo"),
    (("_config.yml",), "jekyll"),
    (("_config.yaml",), "jekyll"),
    (("hugo.toml",), "hugo"),
    (("hugo.yaml",), "hugo"),
    (("hugo.json",), "hugo"),
    (("config.toml", "content"), "hugo"),
    (("config.yaml", "content"), "hugo"),
    (("config", "content", "archetypes"), "hugo"),
    (("docusaurus.config.js",), "mdx"),
    (("docusaurus.config.ts",), "mdx"),
)
# a line of front matter that one kind of site alone reads -> its dialect
_FRONT = (
    (re.compile(r"\n(?:jupytext|kernelspec):"), "myst"),
    (re.compile(r"\n(?:execute|quarto|crossref|filters):"), "quarto"),
    (re.compile(r"\n(?:header-includes|bibliography|csl|documentclass):"), "pandoc"),
)
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?:(?!---|\.\.\.)[^\n]*\n)*")


def of_site(names: Iterable[str]) -> str:
    """The dialect of the site whose folder holds files and folders of these names, or nothing."""
    there = frozenset(names)
    return next((dialect for needed, dialect in SITES if there.issuperset(needed)), "")


def chosen(path: PurePath | str, dialect: str = "", site: str = "", text: str = "") -> Format | None:
    """The row for a file, if it is of any: by its ending, and for plain Markdown by what its user, its site or the
    front matter of its text says, in this order.

    dialect: the option of this name. site: what `of_site` found in the nearest folder that tells. Raises `config` for
    a dialect without a row.
    """
    row = of_path(path)
    if row is None or row.name != "markdown":
        return row
    front = _FRONT_MATTER.match(text)
    found = (name for pattern, name in _FRONT if front and pattern.search(front[0]))
    told = dialect or site or next(found, "")
    return named(told) if told else row
