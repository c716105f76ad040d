"""The patterns that Markdown, LaTeX, reStructuredText and their dialects are put together from, by construct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from texgrad.patterns import compiled

ENVIRONMENTS = "|".join(
    ("align", "alignat", "displaymath", "dmath", "eqnarray", "equation", "flalign", "gather", "math", "multline",
     "xalignat", "xxalignat")
)  # fmt: skip
_BLANK = r"\n(?=[ \t>]*(?:\n|\Z))"
_WORDS = r"\\(?:text[a-z]*|mbox|hbox|intertext)\s*\{(?:[^{}]++|\{[^{}]*+\})*+\}"
_GROUP = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*+\})*+\})*+\})*+\}"
_NAME = r"(?:\\[a-zA-Z@]+|\\[^a-zA-Z\n])"
_NAMED = rf"(?:\{{\s*{_NAME}\s*\}}|{_NAME})"
_MARK = rf"(?:{_GROUP}|\\[a-zA-Z]+|\\[^a-zA-Z\n]|[^\s\\{{}}])"
MACRO = (
    rf"\\(?:(?:re|provide)?newcommand|DeclareRobustCommand)\*?\s*{_NAMED}\s*(?:\[[^\]\n]*\]\s*)*{_GROUP}"
    rf"|\\(?:New|Renew|Provide|Declare)DocumentCommand\s*{_NAMED}\s*{_GROUP}\s*{_GROUP}"
    rf"|\\DeclarePairedDelimiter\s*{_NAMED}\s*{_MARK}\s*{_MARK}"
    rf"|\\DeclarePairedDelimiterX\s*{_NAMED}\s*(?:\[\d\]\s*)?{_MARK}\s*{_MARK}\s*{_GROUP}"
    rf"|\\DeclareMathOperator\*?\s*{_NAMED}\s*{_GROUP}"
    rf"|\\[gex]?def\s*{_NAME}[^\n{{}}]*{_GROUP}"
    rf"|\\let\s*{_NAME}\s*=?\s*(?:{_NAME}|[^\s\\])"
)
_ENVIRONMENT = (
    r"(?P<environment>\\begin\{(?P<name>(?:@ENVIRONMENTS)\*?)\}"
    r"(?:@PLAIN|\\(?!(?:begin|end)\{(?P=name)\}))*+\\end\{(?P=name)\})"
)
_BRACKET = r"(?P<bracket>\\\[(?:@PLAIN|\\(?!\[|\])[\s\S])*+\\\])"
_PAREN = r"(?P<paren>\\\((?:@PLAIN|\\(?!\(|\))[\s\S])*+\\\))"
_TAG = (
    r"</?[a-zA-Z][a-zA-Z0-9-]*+(?:\s++[a-zA-Z_:][\w.:-]*+(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^'\n]*+'|\"[^\"\n]*+\"))?+)*+"
    r"\s*+/?>"
)

# name -> pattern of the constructs of Markdown; @PLAIN stands for what math may hold, @TEXT for what ends there too,
# @MARK for where a comment of texgrad begins, which math never reaches over
MARKDOWN: Mapping[str, str] = {
    "brackets": r"(?P<brackets>\\\\\[(?:@PLAIN|\\(?!\\[\[\]]))*+\\\\\])",
    "parens": r"(?P<parens>\\\\\((?:[^\\\n@FIRST]++|@MARK|\\(?!\\[()]))*+\\\\\))",
    "environment": _ENVIRONMENT,
    "bracket": _BRACKET,
    "paren": _PAREN,
    "macro": rf"(?P<macro>{MACRO})",
    "escape": r"(?P<escape>\\[^\n])",
    "ticked": r"(?P<ticked>\$`[^`\n]++`\$)",
    "dollars": r"(?P<dollars>\$\$(?:[^\\$@FIRST]++|\\[\s\S]|\$(?!\$)|@MARK)*+\$\$)",
    "dollar": (
        rf"(?P<dollar>\$(?=[^\s$])(?:[^\\$`\n]++|{_WORDS}|\\[^\n]?+|(?!{_BLANK})\n)*+(?<![ \t\n])\$(?![\d$]))"
    ),
    "spaced": (
        r"(?P<spaced>(?<!\$)\$(?=[ \t]+(?:\S[ \t]+\$|[^$`\n]*[\\^_=])|[^\s$`][^$`\n]*=[ \t]+\$[ \t]*\?)"
        rf"(?:[^\\$`\n]++|{_WORDS}|\\[^\n])*+(?<=[ \t])\$(?!\$))"
    ),
    "code": rf"(?P<code>(?P<tick>`++)(?:[^`\n]++|(?!(?P=tick)(?!`))`++|(?!{_BLANK})\n)*+(?P=tick)(?!`))",
    "ticks": r"(?P<ticks>`++)",
    "comment": r"(?P<comment><!--(?:[^-<]++|-(?!->)|<(?!!--))*+-->)",
    "tag": r"(?P<tag><(?P<element>pre|code|script|style|textarea)\b[^>\n]*>)",
    "html": rf"(?P<html>{_TAG})",
    "link": r"(?P<link>\]\((?:[^()\s\\]++|\\.|\([^()\s]*+\))*+(?:[ \t]++\"[^\"\n]*+\")?+\))",
    "liquid": (
        r"(?P<liquid>\{%-?\s*+(?P<block>highlight|codeblock|code|comment|mermaid)\b[^%\n]*+%\})"
        r"|(?P<output>\{\{(?![<%])[^{}\n]*+\}\}|\{%[^%\n]*+%\})"
    ),
    "shortcode": (
        r"(?P<shortcode>\{\{[<%]\s*+(?P<inner>highlight|code|mermaid|raw)\b(?:[^{}\n>%]++|[>%](?!\}))*+[>%]\}\})"
        r"|(?P<call>\{\{[<%](?:[^{}\n>%]++|[>%](?!\}))*+[>%]\}\})"
    ),
    "role": r"(?P<role>\{math\}`[^`\n]++`)",
    "hidden": r"(?P<hidden>%%(?:[^%]++|%(?!%))*+%%)",
    "jsx": r"(?P<comment>\{/\*(?:[^*{]++|\*(?!/)|\{(?!/\*))*+\*/\})",
    "expression": r"(?P<expression>\{(?:[^{}\n]++|\{[^{}\n]*+\})*+\})",
}
_FIRST = {  # the character that a construct begins with, where it is not the backslash
    "ticked": "$", "dollars": "$", "dollar": "$", "spaced": "$", "code": "`", "ticks": "`", "comment": "<", "tag": "<",
    "html": "<", "link": "]", "liquid": "{", "shortcode": "{", "role": "{", "hidden": "%", "jsx": "{",
    "expression": "{",
}  # fmt: skip


def markdown(names: Iterable[str], mark: str = "<!--") -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The characters at which the constructs of these names begin, and one of them; those named first win.

    `mark` opens a comment of the dialect.
    """
    named = tuple(names)
    first, rest = re.escape(mark[0]), re.escape(mark[1:])
    within = rf"{first}(?!{rest} texgrad:)"
    pattern = "|".join(MARKDOWN[name] for name in named)
    pattern = pattern.replace("@PLAIN", rf"(?:[^\\{first}]++|{within})").replace("@ENVIRONMENTS", ENVIRONMENTS)
    pattern = pattern.replace("@FIRST", first).replace("@MARK", within)
    return re.compile("[" + "".join(sorted({re.escape(_FIRST.get(name, "\\")) for name in named})) + "]"), (
        compiled(pattern)
    )


_HTML = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu"
    "|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr"
    "|track|ul"
)
# https://spec.commonmark.org/0.31.2/#html-blocks, kinds 6 and 7
_NO_MARKDOWN = r"(?![^\n>]*\bmarkdown\b|</?(?:pre|code|script|style|textarea)\b)"
_HTML_BLOCK = rf"(?P<html>{_NO_MARKDOWN}</?(?:{_HTML})(?=[\s/>]|\Z))|(?P<lone>{_NO_MARKDOWN}{_TAG}(?=[ \t]*(?:\n|\Z)))"


def markdown_line(html: bool = True, terms: bool = False, more: str = "") -> re.Pattern[str]:
    """The start of a line of Markdown: quotes, items, and what the rest of it is.

    html: blocks of HTML hold no Markdown. terms: `:` begins a definition. more: further alternatives.
    """
    marker = r"(?:[-*+]|\(?(?:\d{1,9}|\#|@[\w-]*)[.)]" + ("|:" if terms else "") + ")"
    rest = (
        r"(?P<fence>~{3,}|`{3,}(?![^\n]*`))",
        r"(?P<heading>\#{1,6})(?=[ \t\n]|\Z)",
        r"(?P<nest>\[\^[^\]\n]+\]:|!!!|\?\?\?\+?)",
        *((_HTML_BLOCK,) if html else ()),
        r"(?P<edge>(?=<!--))",
        *((more,) if more else ()),
    )
    return compiled(
        r"(?P<prefix>(?:[ \t]*+>)*+[ \t]*+)(?:(?P<blank>\n|\Z)|(?P<rule>(?:[-*+][ \t]++){2,}[-*+]?[ \t]*+(?=\n|\Z))|"
        rf"(?P<item>{marker}(?:[ \t]++|(?=\n|\Z))(?:{marker}(?:[ \t]++|(?=\n|\Z))|>[ \t]?+)*+)?(?:{'|'.join(rest)})?)"
    )


_LATEX_PLAIN = r"(?:[^\\%]++|%(?! texgrad:begin)[^\n]*)"
LATEX = compiled(
    "|".join(
        (
            *(part.replace("@PLAIN", _LATEX_PLAIN) for part in (_ENVIRONMENT, _BRACKET, _PAREN)),
            r"(?P<verbatim>\\begin\{(?P<element>verbatim\*?|Verbatim\*?|lstlisting|minted|comment|alltt|filecontents\*?)\})",
            r"(?P<code>\\(?:verb|lstinline|mintinline\{\w+\})\*?(?:\[[^\]\n]*\])?(?P<bar>[^\sa-zA-Z*{\[\\])[^\n]*?(?P=bar)"
            r"|\\(?:lstinline|mintinline\{\w+\}|url|path|href)(?:\[[^\]\n]*\])?\{[^{}\n]*\})",
            r"(?P<false>\\iffalse(?![a-zA-Z]))",
            r"(?P<stop>\\end\{document\})",
            rf"(?P<macro>{MACRO})",
            r"(?P<escape>\\[^\n])",
            r"(?P<dollars>\$\$(?:[^\\$%]++|\\[\s\S]|\$(?!\$)|%(?! texgrad:begin)[^\n]*)*+\$\$)",
            rf"(?P<dollar>\$(?!\$)(?:[^\\$%\n]++|{_WORDS}|\\[^\n]?+|%[^\n]*|(?!{_BLANK})\n)*+\$)",
            r"(?P<comment>%[^\n]*)",
        )
    ).replace("@ENVIRONMENTS", ENVIRONMENTS)
)
LATEX_LINE = re.compile(
    r"(?P<prefix>[ \t]*+)(?:(?P<blank>\n|\Z)|(?P<item>(?=\\item(?![a-zA-Z])))|"
    r"\\(?P<heading>part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?(?=[\[{])|"
    rf"(?P<edge>(?=\\(?:begin|end)\{{(?!(?:{ENVIRONMENTS})\*?\}}))))?"
)

# https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#inline-markup
_QUOTED = rf"`(?![\s`])(?:[^`\\\n]++|\\[^\n]|(?!{_BLANK})\\?+\n)*+(?<!\s)`"
REST = compiled(
    r"(?P<escape>\\[^\n])"
    rf"|(?P<role>(?<![\w`]):math:{_QUOTED}(?![\w`]))|(?P<suffixed>(?<![\w`:]){_QUOTED}:math:(?!\w))"
    rf"|(?P<code>``(?!\s)(?:[^`\n]++|`(?!`)|(?!{_BLANK})\n)*+(?<!\s)``|{_QUOTED})"
)
_MARKER = r"(?:[-*+•‣⁃]|\(?(?:\d+|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+|\#)[.)])"
# the start of a line: an adornment, the edge of a simple table, explicit markup of any kind
REST_LINE = compiled(
    r"(?P<prefix>[ \t]*+)(?:(?P<blank>\n|\Z)|(?P<rule>(?P<sign>[!-/:-@\[-`{-~])(?P=sign){2,}[ \t]*(?:\n|\Z))"
    r"|(?P<simple>=+(?:[ ]+=+)+[ \t]*(?:\n|\Z))|(?P<doctest>>>>[ \t])|"
    rf"(?P<item>(?:{_MARKER}(?:[ \t]++|(?=\n|\Z)))*+)(?:\.\.(?=[ \t\n]|\Z)[ \t]*(?:"
    r"(?P<directive>(?P<name>[\w.+-]+(?::[\w.+-]+)*)[ ]?::(?=[ \t\n]|\Z)[ \t]*)"
    r"|(?P<note>\[[^\]\n]+\](?=[ \t\n]|\Z)[ \t]*)|(?P<remark>)))?)"
)
