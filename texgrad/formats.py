"""How comments, math, code and headings are spelt in each format of a document: one row a format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from texgrad.source import fail


@dataclass(frozen=True)
class Math:
    """How many characters open and close one kind of math, and whether it is set as a display."""

    open: int
    close: int
    display: bool


@dataclass(frozen=True)
class Format:
    """One format: `line` reads the start of a line, `inline` whole constructs that begin with a `special` character.

    The group that matched names the construct: a key of `maths`, or escape, comment, macro, code, tag, verbatim, stop.
    Every pattern that may fail to find its end stops at its own opening: a scan takes linear time. `code_indent`
    columns after a blank line are code; `underline` makes a heading of the line above; `levels` ranks the headings.
    """

    name: str
    endings: tuple[str, ...]
    comment: tuple[str, str]
    environment: str
    display: tuple[str, ...]
    line: re.Pattern[str]
    special: re.Pattern[str]
    inline: re.Pattern[str]
    maths: Mapping[str, Math]
    levels: Mapping[str, int]
    front: bool = False
    code_indent: int | None = None
    underline: re.Pattern[str] | None = None

    def marker(self, word: str) -> str:
        """The comment `texgrad:word`, which begins or ends a generated block."""
        return f"{self.comment[0]}texgrad:{word}{self.comment[1]}"


_ENVIRONMENTS = "|".join(
    ("align", "alignat", "displaymath", "eqnarray", "equation", "flalign", "gather", "math", "multline")
)
_BLANK = r"\n(?=[ \t>]*(?:\n|\Z))"
_WORDS = r"\\(?:text[a-z]*|mbox|hbox|intertext)\s*\{(?:[^{}]++|\{[^{}]*+\})*+\}"
_GROUP = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*+\})*+\})*+\})*+\}"
_NAME = r"(?:\\[a-zA-Z@]+|\\[^a-zA-Z\n])"
MACRO = (
    rf"\\(?:re|provide)?newcommand\*?\s*(?:\{{\s*{_NAME}\s*\}}|{_NAME})\s*(?:\[[^\]\n]*\]\s*)*{_GROUP}"
    rf"|\\DeclareMathOperator\*?\s*(?:\{{\s*{_NAME}\s*\}}|{_NAME})\s*{_GROUP}"
    rf"|\\[gex]?def\s*{_NAME}[^\n{{}}]*{_GROUP}"
    rf"|\\let\s*{_NAME}\s*=?\s*(?:{_NAME}|[^\s\\])"
)


def _maths(plain: str) -> tuple[str, ...]:
    """The patterns of environments and LaTeX delimiters, which the formats share.

    `plain` matches what may stand inside besides control sequences: not what hides an end or begins a generated block.
    """
    within = (
        r"(?P<environment>\\begin\{{(?P<name>(?:{0})\*?)\}}"
        r"(?:{1}|\\(?!(?:begin|end)\{{(?P=name)\}}))*+\\end\{{(?P=name)\}})"
    )
    between = r"(?P<{0}>\\{1}(?:{3}|\\(?!{1}|{2})[\s\S])*+\\{2})"
    return (
        within.format(_ENVIRONMENTS, plain),
        between.format("bracket", r"\[", r"\]", plain),
        between.format("paren", r"\(", r"\)", plain),
    )


_MARKDOWN = re.compile(
    "|".join(
        (
            r"(?P<brackets>\\\\\[(?:[^\\<]++|<(?!!-- texgrad:)|\\(?!\\[\[\]]))*+\\\\\])",
            r"(?P<parens>\\\\\((?:[^\\<\n]++|<(?!!-- texgrad:)|\\(?!\\[()]))*+\\\\\))",
            *_maths(r"[^\\<]++|<(?!!-- texgrad:)"),
            rf"(?P<macro>{MACRO})",
            r"(?P<escape>\\[^\n])",
            r"(?P<dollars>\$\$(?:[^\\$<]++|\\[\s\S]|\$(?!\$)|<(?!!-- texgrad:))*+\$\$)",
            rf"(?P<dollar>\$(?=[^\s$])(?:[^\\$`\n]++|{_WORDS}|\\[^\n]?+|(?!{_BLANK})\n)*+(?<![ \t\n])\$(?![\d$]))",
            r"(?P<spaced>(?<!\$)\$(?=[ \t]+(?:\S[ \t]+\$|[^$`\n]*[\\^_=]))"
            rf"(?:[^\\$`\n]++|{_WORDS}|\\[^\n])*+(?<=[ \t])\$(?!\$))",
            rf"(?P<code>(?P<tick>`++)(?:[^`\n]++|(?!(?P=tick)(?!`))`++|(?!{_BLANK})\n)*+(?P=tick)(?!`))",
            r"(?P<escape2>`++)",
            r"(?P<comment><!--(?:[^-<]++|-(?!->)|<(?!!--))*+-->)",
            r"(?P<tag><(?P<element>pre|code|script|style)\b[^>\n]*>)",
        )
    )
)

_LATEX = re.compile(
    "|".join(
        (
            *_maths(r"[^\\%]++|%(?! texgrad:begin)[^\n]*"),
            r"(?P<verbatim>\\begin\{(?P<element>verbatim\*?|Verbatim\*?|lstlisting|minted|comment|alltt)\})",
            r"(?P<code>\\(?:verb|lstinline|mintinline\{\w+\})\*?(?:\[[^\]\n]*\])?(?P<bar>[^\sa-zA-Z*{\[\\])[^\n]*?(?P=bar)"
            r"|\\(?:lstinline|mintinline\{\w+\})(?:\[[^\]\n]*\])?\{[^{}\n]*\})",
            r"(?P<stop>\\end\{document\})",
            rf"(?P<macro>{MACRO})",
            r"(?P<escape>\\[^\n])",
            r"(?P<dollars>\$\$(?:[^\\$%]++|\\[\s\S]|\$(?!\$)|%(?! texgrad:begin)[^\n]*)*+\$\$)",
            rf"(?P<dollar>\$(?!\$)(?:[^\\$%\n]++|{_WORDS}|\\[^\n]?+|%[^\n]*|(?!{_BLANK})\n)*+\$)",
            r"(?P<comment>%[^\n]*)",
        )
    )
)

_SHARED = {
    "environment": Math(0, 0, True),
    "bracket": Math(2, 2, True),
    "paren": Math(2, 2, False),
    "dollars": Math(2, 2, True),
    "dollar": Math(1, 1, False),
}

FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format(
            name="markdown",
            endings=(".md", ".markdown", ".mdown", ".mkd"),
            comment=("<!-- ", " -->"),
            environment="aligned",
            display=("$$", "$$"),
            line=re.compile(
                r"(?P<prefix>(?:[ \t]*+>)*+[ \t]*+)(?:(?P<blank>\n|\Z)|"
                r"(?P<item>(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]++|(?=\n)))++)?+"
                r"(?:(?P<fence>~{3,}|`{3,}(?![^\n]*`))|(?P<heading>\#{1,6})(?=[ \t\n]|\Z)"
                r"|(?P<nest>\[\^[^\]\n]+\]:|!!!|\?\?\?)|(?P<edge>(?=<!--)))?)"
            ),
            special=re.compile(r"[\\$`<]"),
            inline=_MARKDOWN,
            maths={
                **_SHARED,
                "brackets": Math(3, 3, True),
                "parens": Math(3, 3, False),
                "spaced": Math(1, 1, False),
            },
            levels={"#" * n: n for n in range(1, 7)} | {"=": 1, "-": 2},
            front=True,
            code_indent=4,
            underline=re.compile(r" {0,3}(?P<level>=|-)(?P=level)*[ \t]*(?:\n|\Z)"),
        ),
        Format(
            name="latex",
            endings=(".tex", ".latex", ".ltx"),
            comment=("% ", ""),
            environment="align*",
            display=(),
            line=re.compile(
                r"(?P<prefix>[ \t]*+)(?:(?P<blank>\n|\Z)|(?P<item>(?=\\item(?![a-zA-Z])))|"
                r"\\(?P<heading>part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?(?=[\[{])|"
                rf"(?P<edge>(?=\\(?:begin|end)\{{(?!(?:{_ENVIRONMENTS})\*?\}}))))?"
            ),
            special=re.compile(r"[\\$%]"),
            inline=_LATEX,
            maths=_SHARED,
            levels={
                name: level
                for level, name in enumerate(
                    ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
                )
            },
        ),
    )
}


def named(name: str) -> Format:
    """The row of a format name; raises `config` for a name without a row."""
    if name not in FORMATS:
        raise fail("config", f"there is no format `{name}`", help=f"one of: {', '.join(FORMATS)}")
    return FORMATS[name]


def of_path(path: PurePath | str) -> Format | None:
    """The row that a file's ending names, if any."""
    suffix = PurePath(path).suffix.lower()
    return next((row for row in FORMATS.values() if suffix in row.endings), None)
