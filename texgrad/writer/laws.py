"""The name of a law as it stands beside a line: words as text, formulas as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from texgrad.notation import Style
from texgrad.operators import HADAMARD, TRANSPOSE
from texgrad.writer.spellings import spelling_of

SIGNS: Mapping[str, str] = {
    "⟨": r"\langle ", "⟩": r"\rangle ", "‖": r"\|", "ᵀ": r"^\top ", "²": "^2", "⊗": r"\otimes ", "∘": r"\circ ",
    "𝟏": r"\mathbf 1", "*": "^*",
}  # fmt: skip
_SIGN = re.compile("|".join(map(re.escape, SIGNS)))
# laws that words say better than their formula
WORDS: Mapping[str, str] = {"⟨G, L(dX)⟩ = ⟨L*G, dX⟩": "factors moved to the left side"}
_WORD = re.compile(r"(?<![\\A-Za-z])[a-z]{2,}(?=\()")
_INDICES = re.compile(r"_([a-z]{2,})")


def beside(laws: Iterable[tuple[str, str]], style: Style) -> str:
    """Laws, each with its source or an empty word, as one LaTeX note in the author's signs."""
    signs = {**SIGNS, "ᵀ": _sign(style, TRANSPOSE.name, SIGNS["ᵀ"]), "∘": _sign(style, HADAMARD.name, SIGNS["∘"])}
    return r"\text{; }".join(
        _law(WORDS.get(name, name), signs) + (rf"\text{{ [{_text(source)}]}}" if source else "")
        for name, source in laws
    )


def _sign(style: Style, operator: str, usual: str) -> str:
    """The author's sign for an operator that is written behind its first argument."""
    sign = spelling_of(style, operator).removesuffix("#2").strip()
    return sign.removeprefix("#1") + " " if sign.startswith("#1") and "#" not in sign[2:] else usual


def _law(name: str, signs: Mapping[str, str]) -> str:
    if "=" not in name:
        return rf"\text{{{_text(name)}}}"
    latex = _INDICES.sub(r"_{\1}", _WORD.sub(lambda m: rf"\operatorname{{{m[0]}}}", name))
    return re.sub(r" (?=\))", "", _SIGN.sub(lambda m: signs[m[0]], latex)).rstrip()


def _text(words: str) -> str:
    """Words for \\text: names of functions lose their backslash."""
    return re.sub(r"\\([a-z]+)", r"\1", words).replace("&", r"\&").replace("_", r"\_")
