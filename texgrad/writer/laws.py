"""The name of a law as it stands beside a line: words as text, formulas as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from texgrad.notation import Style
from texgrad.operators import FROBENIUS, HADAMARD, TRANSPOSE
from texgrad.writer.spellings import spelling_of

SIGNS: Mapping[str, str] = {
    "⟨": r"\langle ", "⟩": r"\rangle ", "‖": r"\|", "ᵀ": r"^\top ", "²": "^2", "⊗": r"\otimes ", "∘": r"\circ ",
    "𝟏": r"\mathbf 1", "*": "^*", "⊘": r"\oslash ", "−": "-", "Σ": r"\sum ", "Γ": r"\Gamma", "≥": r"\ge", "ᵘ": "^u",
    "ᶻ": "^z", "ⁿ": "^n", "ᵐ": "^m", "₁": "_1", "ᵢ": "_i", " where ": r"\text{ where }", "log ": r"\log ",
}  # fmt: skip
_PAIR = re.compile(r"([^\s:=]+):([^\s:=]+)")
_SIGN = re.compile("|".join(map(re.escape, (*SIGNS, "A", "B"))))
# laws that words say better than their formula
WORDS: Mapping[str, str] = {
    "⟨G, L(dX)⟩ = ⟨L*G, dX⟩": "factors moved to the left side", "log(eᵘ/s) = u − log s": "logarithm of a quotient",
    **{f"{kind.lower().replace(' ', '-')}-structured": f"derivative by a {kind} matrix" for kind in (
        "symmetric", "diagonal", "lower triangular", "upper triangular", "Toeplitz", "symmetric Toeplitz",
    )},
    "skew-structured": "derivative by a skew-symmetric matrix", "vech": "derivative by the half of a matrix",
    **dict.fromkeys(("symmetric-tangent", "skew-tangent", "orthogonal-tangent"), "projection onto the tangent space"),
}  # fmt: skip
_WORD = re.compile(r"(?<![\\A-Za-z])[a-z]{2,}(?=\()")
_INDICES = re.compile(r"_([a-z]{2,})")


def beside(laws: Iterable[tuple[str, str]], style: Style, pair: Sequence[str] = "AB") -> str:
    """Laws, each with its source or an empty word, as one LaTeX note in the author's signs.

    pair: what the two matrices A and B of a law are called.
    """
    signs = {**SIGNS, "ᵀ": _sign(style, TRANSPOSE.name, SIGNS["ᵀ"]), "∘": _sign(style, HADAMARD.name, SIGNS["∘"])}
    signs |= zip("AB", pair, strict=True)
    pairing = style.templates.get(FROBENIUS.name, "#1:#2")
    return r"\text{; }".join(
        _law(WORDS.get(name, name), signs, pairing) + (rf"\text{{ [{_text(source)}]}}" if source else "")
        for name, source in laws
    )


def _sign(style: Style, operator: str, usual: str) -> str:
    """The author's sign for an operator that is written behind its first argument."""
    sign = spelling_of(style, operator).removesuffix("#2").strip()
    return sign.removeprefix("#1") + " " if sign.startswith("#1") and "#" not in sign[2:] else usual


def _law(name: str, signs: Mapping[str, str], pairing: str) -> str:
    if "=" not in name:
        return rf"\text{{{_text(name)}}}"
    signs = signs if "B" in name else {**signs, "A": "A"}
    name = _PAIR.sub(lambda m: pairing.replace("#1", m[1]).replace("#2", m[2]), name)
    latex = _INDICES.sub(r"_{\1}", _WORD.sub(lambda m: rf"\operatorname{{{m[0]}}}", name))
    return re.sub(r" (?=\))", "", _SIGN.sub(lambda m: signs[m[0]], latex)).rstrip()


def _text(words: str) -> str:
    """Words for \\text: names of functions lose their backslash."""
    return re.sub(r"\\([a-z]+)", r"\1", words).replace("&", r"\&").replace("_", r"\_")
