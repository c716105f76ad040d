"""Which dialect the Markdown of a site is: told by the files beside a post, or by its front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from texgrad.formats import Format, named, of_path

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
