"""Input that nobody means well, and the tokens of formulas, for the tests that feed them in."""

from __future__ import annotations

import re

from tests import wild

BOMBS = {
    "braces": "{" * 100_000 + "x" + "}" * 100_000,
    "open braces": "{" * 10_000,
    "parentheses": "(" * 5000 + "x" + ")" * 5000,
    "sized": r"\left(" * 1400 + "x" + r"\right)" * 1400,
    "doubling": "".join(rf"\def\{chr(97 + i)}{{\{chr(98 + i)}\{chr(98 + i)}}}" for i in range(24)) + r"\a",
    "nested arguments": r"\def\a#1{#1#1}" + r"\a{" * 16 + "x" + "}" * 16,
    "exponents": "x" + "^{x" * 3000 + "}" * 3000,
    "double exponents": "x^x" * 3000,
    "tower": "2^{9^{9^{9}}}x^Tx",
    "fractions": r"\frac{x}{" * 2000 + "x" + "}" * 2000,
    "bars": "|" * 10_000,
    "norms": r"\|x" * 2500,
    "long sum": "+".join(["x^Tx"] * 2000),
    "long product": "x^Tx" * 2500,
    "many letters": "xyz" * 3300,
    "many names": "+".join(f"a_{{{i}}}^Tx" for i in range(600)),
    "Hadamard": r"x\odot " * 1200 + "x",
    "dots": r"x\cdot " * 1400 + "x",
    "stars": "A*" * 5000 + "A",
    "ones": "1 x " * 2500,
    "signs": "-" * 10_000 + "x^Tx",
    "digits": "9" * 10_000 + "x",
    "squares": "x" + "²" * 5000,
    "halves": "½" * 5000 + "x",
    "inverses": "x" + "^{-1}" * 1600,
    "transposes": "x" + "^T" * 3000,
    "primes": "x" + "'" * 9999,
    "sums": r"\sum_i " * 1600 + "x_i",
    "rows": r"x\\" * 3300,
    "environments": r"\begin{aligned}" * 300 + "x" + r"\end{aligned}" * 300,
    "matrix": r"\begin{bmatrix}" + r"x&y\\" * 1200 + r"\end{bmatrix}",
    "fonts": r"{\bf " * 1600 + "x" + "}" * 1600,
    "roots": r"\sqrt" * 2000,
    "angles": "<x," * 3000 + ">" * 1000,
    "logarithms": r"\log(" * 1600 + "x" + ")" * 1600,
    "calls": "f(" * 3000 + "x" + ")" * 3000,
    "equations": "x=" * 5000,
    "right to left": "‮x^Tx‬ שלום",
    "NUL": "x\0^Tx",
    "surrogate": "x\ud800^Tx",
}

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
FORMULAS = [TOKEN.findall(case["expression"]) for case in wild.cases()]
STRANGE = ["‖", "ᵀ", "½", "²", "𝐗", "<", ">", "\0", "\ud800", "\u200b", r"\def\a#1{#1}", r"\a", r"\b", "%", "\n", "$",
           "&", r"\\", r"\begin{bmatrix}", r"\end{bmatrix}", r"\text{where}", "{", "}", "_", "^", ".", "'", r"\over",
           r"\left", "|"]  # fmt: skip
TOKENS = sorted({t for f in FORMULAS for t in f} | set(STRANGE))
