r"""The macros in files that a post inputs, `\input{macros.tex}`, as far as these lie in its site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from texgrad.formats import FORMATS, Format
from texgrad.scan import scan

INPUT = re.compile(r"(?<!\\)\\(?:input|include)(?![A-Za-z])\s*(?:\{\s*([^{}\n]{1,200}?)\s*\}|([\w./-]{1,200}))")
COMMENT = re.compile(r"(?<!\\)%[^\n]*")
SITES = ("texgrad.toml", ".git")  # what stands in the folder of a whole site
MAX_FILES, MAX_BYTES = 20, 200_000


class Inputs(NamedTuple):
    """The definitions of macros in other files, and where these were looked for, whether they are there or not."""

    macros: str = ""
    files: tuple[str, ...] = ()


def inputs(text: str, source: Path, format: Format) -> Inputs:
    r"""The definitions of macros in the files that a post inputs, directly or through others.

    Nothing outside the site is read, that is the nearest folder above with a site file or a repository in it, else the
    folder of the post; a file that is missing, too large or no text defines nothing.
    """
    if r"\in" not in text:
        return Inputs()
    home = source.resolve().parent
    root = next((above for above in (home, *home.parents) if any((above / name).exists() for name in SITES)), home)
    waiting = list(_named(text, format, home))[::-1]
    seen: dict[Path, None] = {}
    found: list[str] = []
    while waiting and len(seen) < MAX_FILES:
        path = waiting.pop()
        if path in seen or not path.is_relative_to(root):
            continue
        seen[path] = None
        try:
            if not path.is_file() or path.stat().st_size > MAX_BYTES:
                continue
            inner = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        found += (macro.text for macro in scan(inner, FORMATS["latex"]).macros)
        waiting += list(_named(inner, FORMATS["latex"], home))[::-1]
    return Inputs("\n".join(found), tuple(map(str, seen)))


def _named(text: str, format: Format, home: Path) -> Iterator[Path]:
    """The files that a text inputs; TeX looks for them from the folder of the main file, and adds `.tex`."""
    for braced, bare in INPUT.findall(COMMENT.sub("", text) if format.name == "latex" else text):
        path = Path(braced or bare)
        try:
            yield (home / (path if path.suffix else path.with_suffix(".tex"))).resolve()
        except (OSError, ValueError, RuntimeError):
            continue
