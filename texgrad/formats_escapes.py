"""Backslashes that a Markdown takes out of math before the page shows it, and how to write so that it may."""

from __future__ import annotations

import re
from typing import NamedTuple

from texgrad.patterns import compiled


class Escapes(NamedTuple):
    """Which escaped characters a Markdown turns into themselves: `escape` is one, `run` one behind doubled backslashes.

    What stands before a row's last escape must stay next to it: `\\\\\\\\` becomes two blanks and `\\\\`.
    """

    escape: re.Pattern[str]
    run: re.Pattern[str]

    def shown(self, latex: str) -> str:
        """The LaTeX that the page gets, with blanks so that it is as long as before."""
        return self.run.sub(_moved, latex) if "\\" in latex else latex

    def written(self, latex: str) -> str:
        """LaTeX of which the page gets `latex`; no underscore or star in it makes emphasis."""
        return _WRITTEN.sub(self._doubled, latex)

    def _doubled(self, token: re.Match[str]) -> str:
        """One token of LaTeX with a backslash more where one is taken out."""
        text = token[0]
        if text[0] != "\\":
            return "\\" + text
        if text == r"\\":
            return text * 2 if self.escape.match(text) else text
        return "\\" + text.replace("_", r"\_").replace("*", r"\*") if self.escape.match(text) else text


_WRITTEN = re.compile(r"\\[^a-zA-Z]|[_*]")


def _moved(run: re.Match[str]) -> str:
    """The characters that stay of escapes in a row, behind the blanks for those that go."""
    kept = run[0][1::2]
    return " " * len(kept) + kept


def _escapes(punctuation: str) -> Escapes:
    """The escapes of a Markdown by the characters, besides the backslash, that may be escaped."""
    return Escapes(re.compile(rf"\\[\\{punctuation}]"), compiled(rf"(?:\\\\)*+\\[\\{punctuation}]|(?:\\\\)++"))


# https://spec.commonmark.org/0.31.2/#backslash-escapes
COMMONMARK = _escapes(r"!-/:-@\[\]-`{-~")
# https://kramdown.gettalong.org/syntax.html#automatic-and-manual-escaping
KRAMDOWN = _escapes(r".*_+`<>()\[\]{}#!:|\"'$=-")
# a line break keeps both backslashes there: https://nschloe.github.io/2022/06/27/math-on-github-follow-up.html
GITHUB = Escapes(
    re.compile(r"\\(?:[!-/:-@\[\]-`{-~]|\\(?=[!-/:-@\[\]-`{-~]))"),
    re.compile(r"\\\\(?=[!-/:-@\[\]-`{-~])|\\[!-/:-@\[\]-`{-~]"),
)

# only somebody who writes for a Markdown that takes backslashes out writes a line break so
_EVIDENT = re.compile(r"(?<!\\)(?:\\\\\\(?=\s)|\\\\\\\\|\\\\\})")
_MENDED = re.compile(
    r"\\(?:text[a-z]*|math(?:rm|sf|tt|it)|operatorname\*?|mbox|hbox)\s*\{[^{}]*\}|\\[^_*]|\\(?P<mark>[_*])"
)
_ENTITY = re.compile(r"&(?:lt|gt|amp);")
_ENTITIES = {"&lt;": "   <", "&gt;": "   >", "&amp;": "    &"}


def evident(latex: str) -> bool:
    """Whether LaTeX is written for a Markdown that takes backslashes out."""
    return "\\\\" in latex and _EVIDENT.search(latex) is not None


def mended(latex: str) -> str:
    """LaTeX with `_` and `*` for `\\_` and `\\*`, which only mean that Markdown shall make no emphasis of them."""
    if r"\_" not in latex and r"\*" not in latex:
        return latex
    return _MENDED.sub(lambda found: f" {found['mark']}" if found["mark"] else found[0], latex)


def decoded(latex: str) -> str:
    """LaTeX with the characters that HTML's `&lt;` and its like stand for, behind blanks."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], latex) if "&" in latex else latex
