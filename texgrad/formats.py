"""How comments, math, code and headings are spelt in each format and dialect of a document: one row each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
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
_DIRECTIVES = re.compile(
    r"[ \t]*\{(?:note|tip|hint|warning|important|caution|attention|danger|error|seealso|admonition|dropdown|margin"
    r"|sidebar|theorem|prf:[a-z]+|proof|proposition|lemma|definition|corollary|remark|example|exercise|solution|exercise-start"
    r"|solution-start|topic|epigraph|grid|grid-item|grid-item-card|card|tab-set|tab-item|list-table|table|div|aside)\}"
)


_COMMON = "environment macro escape dollars dollar code ticks comment tag html link"
_SPECIAL, _INLINE = markdown(_COMMON.split())
# the row of which the other dialects of Markdown are variations
_MARKDOWN = Format(
    name="commonmark",
    family="markdown",
    endings=(),
    comment=("<!-- ", " -->"),
    environment="aligned",
    display="dollars",
    line=markdown_line(),
    special=_SPECIAL,
    inline=_INLINE,
    maths=_MATHS,
    levels={"#" * n: n for n in range(1, 7)} | {"=": 1, "-": 2},
    front=True,
    code_indent=4,
    underline=_UNDERLINE,
    eats={},
    pipes=True,
)


def _dialect(name: str, kinds: str, base: Format = _MARKDOWN) -> Format:
    """`base` with other constructs; of two that begin alike the first wins."""
    special, inline = markdown(kinds.split(), base.comment[0].strip())
    return replace(base, name=name, special=special, inline=inline)


def _eaten(escapes: Escapes, kinds: str) -> Mapping[str, Escapes]:
    """The kinds of math in which a Markdown takes backslashes out."""
    return dict.fromkeys(kinds.split(), escapes)


_DOUBLED = _eaten(COMMONMARK, "brackets parens")
_TERMS = markdown_line(terms=True)
_DIVS = markdown_line(html=False, terms=True, more=r"(?P<div>:{3,})")
_RAW_TEX = re.compile(r"[ \t]*\{=(?:la)?tex\}")

FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        _dialect(  # which one, nothing tells: all that one of them reads as math is math
            "markdown", f"brackets parens environment bracket paren ticked role liquid shortcode {_PLAIN}",
            replace(
                _MARKDOWN, endings=(".md", ".markdown", ".mdown", ".mkd"), line=markdown_line(more=r"(?P<div>:{3,})"),
                math=re.compile(r"[ \t]*(?:math|katex|\{math\})(?![\w-])[^\n]*"), text=_DIRECTIVES, eats=_DOUBLED,
                guesses=True, pipes=False,
            ),
        ),
        _MARKDOWN,
        _dialect(
            "github", f"ticked {_PLAIN}",
            replace(
                _MARKDOWN, math=re.compile(r"[ \t]*math[ \t]*\Z"), display="fence",
                eats=_eaten(GITHUB, "dollars dollar spaced"),
            ),
        ),
        _dialect(
            "jekyll", f"brackets parens environment liquid {_PLAIN}",
            replace(
                _MARKDOWN, line=_TERMS, eats=_eaten(KRAMDOWN, "brackets parens environment dollar spaced"),
                templates=re.compile(r"\{(?=[{%])"), airy=True,
            ),
        ),
        _dialect(
            "hugo", f"brackets parens environment bracket paren shortcode {_PLAIN}",
            replace(
                _MARKDOWN, line=_TERMS, math=re.compile(r"[ \t]*(?:math|katex)\b[^\n]*"),
                eats={**_DOUBLED, **_eaten(COMMONMARK, "environment")}, guesses=True,
                templates=re.compile(r"\{(?=\{[<%])"), flat=True,
            ),
        ),
        _dialect(
            "hexo", f"brackets parens environment liquid {_PLAIN}",
            replace(_MARKDOWN, eats=_DOUBLED, guesses=True, templates=re.compile(r"\{(?=[{%#])")),
        ),
        _dialect("pandoc", _COMMON, replace(_MARKDOWN, line=_DIVS, text=_RAW_TEX, pipes=False)),
        _dialect(
            "quarto", _COMMON, replace(_MARKDOWN, endings=(".qmd", ".rmd"), line=_DIVS, text=_RAW_TEX, pipes=False)
        ),
        _dialect(
            "myst", f"role environment {_PLAIN}",
            replace(
                _MARKDOWN, line=markdown_line(terms=True, more=r"(?P<div>:{3,})"),
                math=re.compile(r"[ \t]*\{math\}[^\n]*"), text=_DIRECTIVES,
            ),
        ),
        _dialect("obsidian", "hidden macro escape dollars dollar code ticks comment tag html link"),
        _dialect(
            "mdx", "jsx macro escape dollars dollar code ticks expression tag html link",
            replace(
                _MARKDOWN, endings=(".mdx",), comment=("{/* ", " */}"), code_indent=None,
                line=markdown_line(html=False, more=r"(?P<lone>(?:import|export)[ \t{][^\n]*)|(?P<jsx>(?=\{/\*))"),
                math=re.compile(r"[ \t]*math\b[^\n]*"),
            ),
        ),
        _dialect(
            "mkdocs", f"environment bracket paren {_PLAIN}",
            replace(_MARKDOWN, line=_TERMS, math=re.compile(r"[ \t]*math\b[^\n]*"), airy=True, step=4),
        ),
        _dialect(
            "jupyter", f"brackets parens environment {_PLAIN}",
            replace(_MARKDOWN, endings=(".ipynb",), front=False, cells=True, pipes=False),
        ),
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


