"""`python -m tests.references pandoc|commonmark|rst PATH…`: formulas of posts as we and as a reference find them.

The references are pandoc's own tree of a document for the dialect `pandoc`, markdown-it-py with the plugins
dollarmath and amsmath for `commonmark`, and docutils for `rst`, where directives and roles that only Sphinx knows hold
text. What differs is printed, file by file; a post that differs in one formula may
differ in those after it, so that all are compared as sequences.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, ClassVar

import pypandoc

from texgrad.formats import named
from texgrad.formats_escapes import decoded, mended
from texgrad.formats_patterns import ENVIRONMENTS
from texgrad.scan import scan
from texgrad.scan_indented import LITERAL

_FRONT = re.compile(r"\A(?:---|\+\+\+)\n.*?\n(?:---|\.\.\.|\+\+\+)\n", re.DOTALL)
# what Quarto runs and pandoc alone takes for words of a paragraph
_CELL = re.compile(r"^([ \t]*`{3,})\{(\w+)[^\n}]*\}", re.MULTILINE)
_BARE = re.compile(rf"\\begin\{{({ENVIRONMENTS})(\*?)\}}.*?\\end\{{\1\2\}}", re.DOTALL)
_PANDOC = ("-f", "markdown-latex_macros-smart-yaml_metadata_block", "-t", "json")


def ours(text: str, dialect: str) -> list[str]:
    """The formulas that the scan finds."""
    return [plain(formula.latex) for formula in scan(text, named(dialect)).formulas]


def plain(latex: str) -> str:
    """LaTeX without comments, spaces, and what we take out of it on purpose: `\\_` for `_`, and HTML's `&lt;`."""
    return re.sub(r"\s+", "", decoded(mended(re.sub(r"(\\[\s\S])|%[^\n]*", lambda found: found[1] or "", latex))))


def by_pandoc(text: str) -> list[str]:
    """The formulas in pandoc's tree: its math, and the environments in raw TeX."""
    command = [pypandoc.get_pandoc_path(), *_PANDOC]
    post = _CELL.sub(r"\1 \2", _FRONT.sub("", text)).encode()
    done = subprocess.run(command, input=post, capture_output=True, timeout=120, check=True)
    return [plain(latex) for latex in _of_tree(json.loads(done.stdout)["blocks"])]


def _of_tree(root: Any) -> Iterator[str]:
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += reversed(node)
        elif isinstance(node, dict):
            kind, content = node.get("t"), node.get("c")
            if kind == "Math":
                yield content[1]
            elif kind in ("RawInline", "RawBlock"):
                if content[0] in ("tex", "latex"):
                    yield from (found[0] for found in _BARE.finditer(content[1]))
            elif content is not None:
                todo.append(content)


def by_markdown_it(text: str) -> list[str]:
    """The formulas among the tokens of markdown-it."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    reader = MarkdownIt("commonmark").enable("table").use(footnote_plugin).use(amsmath_plugin)
    reader.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    return [plain(latex) for latex in _of_tokens(reader.parse(_FRONT.sub("", text)))]


def _of_tokens(root: list[Any]) -> Iterator[str]:
    todo = root[::-1]
    while todo:
        token = todo.pop()
        if token.type.startswith(("math", "amsmath")):
            yield token.content
        todo += (token.children or [])[::-1]


def docutils_tree(text: str) -> Any:
    """The tree of docutils."""
    from docutils import frontend, nodes, utils
    from docutils.parsers import rst
    from docutils.parsers.rst import directives, roles
    from docutils.parsers.rst.directives import body

    class Display(body.MathBlock):
        """The directive with the options that Sphinx adds."""

        option_spec: ClassVar = {**body.MathBlock.option_spec, "label": str, "nowrap": directives.flag}

    class Words(rst.Directive):
        """A directive that only Sphinx knows."""

        has_content, optional_arguments, final_argument_whitespace = True, 1, True
        option_spec: ClassVar = defaultdict(lambda: str, {"class": str})

        def run(self) -> list[Any]:
            """Its content as text, unless it is code."""
            holder = nodes.container()
            if self.name not in LITERAL:
                self.state.nested_parse(self.content, self.content_offset, holder)
            return [holder]

    def directive(name: str, *more: Any) -> Any:
        usual = known[0](name, *more) if name in directives._directive_registry else (Words, [])
        return (Display, []) if name == "math" else usual

    def role(name: str, *more: Any) -> Any:
        return known[1](name, *more) if name in ("math", "code", "raw") else (lambda *said: ([nodes.inline()], []), [])

    known = directives.directive, roles.role
    settings = frontend.get_default_settings(rst.Parser)
    settings.report_level, settings.halt_level, settings.file_insertion_enabled = 5, 5, False
    document = utils.new_document("", settings)
    directives.directive, roles.role = directive, role
    try:
        rst.Parser().parse(text, document)
    finally:
        directives.directive, roles.role = known
    return document


def by_docutils(text: str) -> list[str]:
    """The formulas in the tree of docutils."""
    from docutils import nodes

    found = docutils_tree(text).findall(lambda node: isinstance(node, nodes.math | nodes.math_block))
    return [plain(node.astext()) for node in found]


REFERENCES: Mapping[str, Callable[[str], list[str]]] = {
    "pandoc": by_pandoc, "commonmark": by_markdown_it, "rst": by_docutils,
}  # fmt: skip


def differences(text: str, dialect: str) -> tuple[int, list[str], list[str]]:
    """How many formulas the reference finds, those that only it finds, and those that only we find."""
    mine, theirs = ours(text, dialect), [latex for latex in REFERENCES[dialect](text) if latex]
    missed: list[str] = []
    extra: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        if kind != "equal":
            missed += theirs[a:b]
            extra += mine[c:d]
    return len(theirs), missed, extra


def main(dialect: str, *paths: str) -> None:
    """Print what differs, and how much in all."""
    names = "*.rst" if dialect == "rst" else "*.*md"
    files = [file for path in paths for file in sorted(Path(path).rglob(names)) if file.is_file()]
    found = missed = extra = 0
    for file in files:
        text = file.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        number, less, more = differences(text, dialect)
        found, missed, extra = found + number, missed + len(less), extra + len(more)
        for sign, several in (("-", less), ("+", more)):
            for latex in several:
                print(f"{file}: {sign} {latex[:100]}")
    print(f"{len(files)} files: the reference finds {found} formulas, {missed} of them we do not; {extra} only we do")


if __name__ == "__main__":
    main(*sys.argv[1:])
