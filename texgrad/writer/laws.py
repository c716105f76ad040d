"""The name of a law as it stands beside a line: words as text, formulas as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

SIGNS: Mapping[str, str] = {
    "⟨": r"\langle ", "⟩": r"\rangle ", "‖": r"\|", "ᵀ": r"^\top ", "²": "^2", "⊗": r"\otimes ", "∘": r"\circ ",
    "𝟏": r"\mathbf 1", "*": "^*",
}  # fmt: skip
_SIGN = re.compile("|".join(map(re.escape, SIGNS)))
_WORD = re.compile(r"(?<![\\A-Za-z])[a-z]{2,}(?=\()")
_INDICES = re.compile(r"_([a-z]{2,})")


def beside(laws: Iterable[tuple[str, str]]) -> str:
    """Laws, each with its source or an empty word, as one LaTeX note."""
    return r"\text{; }".join(_law(name) + (rf"\text{{ [{_text(source)}]}}" if source else "") for name, source in laws)


def _law(name: str) -> str:
    if "=" not in name:
        return rf"\text{{{_text(name)}}}"
    latex = _INDICES.sub(r"_{\1}", _WORD.sub(lambda m: rf"\operatorname{{{m[0]}}}", name))
    return _SIGN.sub(lambda m: SIGNS[m[0]], latex)


def _text(words: str) -> str:
    """Words for \\text: names of functions lose their backslash."""
    return re.sub(r"\\([a-z]+)", r"\1", words).replace("&", r"\&").replace("_", r"\_")
