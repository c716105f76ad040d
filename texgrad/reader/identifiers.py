"""Python identifiers for symbols."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

from texgrad.remembered import remembered


@remembered()
def python_name(latex: str) -> str:
    """A Python identifier for a symbol: `\\mathbf{x}` is x, `\\Sigma` is Sigma, `\\hat{\\theta}` is theta_hat."""
    accents = re.findall(r"\\(hat|tilde|bar|dot|widehat|widetilde|overline)\b", latex)
    dress = r"hat|tilde|bar|d?dot|wide\w+|(?:over|under)line|vec|v[abu]|bold|boldsymbol|bm|pmb|(?:math|text|symbf)\w*"
    bare = re.sub(rf"\\(?:{dress})\b", "", re.sub(r"\^\{?(?:\*|\\star)\}?", " star", latex))
    parts = re.sub(r"[^\w]+", " ", bare.replace("_", " ").replace("'", " prime").replace("^{-1}", " inv")).split()
    name = "_".join([*parts, *accents]) or "v"
    name = re.sub(r"\W", "_", name)
    name = f"v{name}" if name[0].isdigit() else name
    return name + "_" if keyword.iskeyword(name) or name == "np" else name


def python_names(latex: Mapping[str, str]) -> dict[str, str]:
    """Identifiers for symbols, all different; `latex` says what each is called."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for one, called in latex.items():
        name = base = python_name(called)
        count = 2
        while name in taken:
            name, count = f"{base}_{count}", count + 1
        taken.add(name)
        out[one] = name
    return out
