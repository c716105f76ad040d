"""Derivations as people published them, right ones, wrong ones, and right ones with a slip put in.

`tests/data/chains.jsonl` holds one a line: `bad_line` is the first false line or null, and `condition_lines` are those
that state no identity.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from texgrad import Verdict, verify_chain, verify_text

CHAINS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent.parent / "data/chains.jsonl").read_text("utf-8").splitlines()
]
RIGHT = [c for c in CHAINS if c["bad_line"] is None]
WRONG = [c for c in CHAINS if c["bad_line"] is not None]
_verdicts: dict[str, list[Verdict]] = {}


def verdicts(chain: dict[str, Any]) -> list[Verdict]:
    """The verdicts on a chain, worked out once."""
    if chain["id"] not in _verdicts:
        given = (chain["declare"], chain["assume"], chain["definitions"], chain["macros"])
        _verdicts[chain["id"]] = verify_chain(chain["lines"], *given)
    return _verdicts[chain["id"]]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda c: c["id"])
def test_there_is_one_verdict_for_every_line(chain: dict[str, Any]) -> None:
    assert [v.line for v in verdicts(chain)] == list(range(len(chain["lines"])))


@pytest.mark.parametrize("chain", CHAINS, ids=lambda c: c["id"])
def test_no_right_line_is_said_to_fail(chain: dict[str, Any]) -> None:
    first = len(chain["lines"]) if chain["bad_line"] is None else chain["bad_line"]
    assert [v for v in verdicts(chain)[:first] if v.status == "fails"] == []
    conditions = chain.get("condition_lines", ()) if chain["bad_line"] is None else ()
    assert all(verdicts(chain)[k].status == "unchecked" for k in conditions)


def test_wrong_lines_are_found_where_they_are() -> None:
    found = [c for c in WRONG if verdicts(c)[c["bad_line"]].status in ("fails", "needs")]
    assert len(found) >= 0.92 * len(WRONG)


def test_most_lines_are_checked() -> None:
    every = [v for c in CHAINS for v in verdicts(c)]
    assert sum(v.status != "unchecked" for v in every) >= 0.92 * len(every)


def test_most_slips_are_mended() -> None:
    """With the line that is suggested in its place, the chain holds so far."""
    mended = 0
    for chain in WRONG:
        bad, suggestion = chain["bad_line"], verdicts(chain)[chain["bad_line"]].suggestion
        if suggestion is not None:
            lines = [*chain["lines"][:bad], suggestion]
            again = verify_chain(lines, chain["declare"], chain["assume"], chain["definitions"], chain["macros"])
            mended += again[bad].status != "fails"
    assert mended >= 0.65 * len(WRONG)


@pytest.mark.parametrize(
    "page",
    [
        # an imaginary unit beside a frequency
        r"$$\frac{1}{\alpha - j2\pi t} - \frac{1}{\alpha + j2\pi t} = \frac{j4\pi t}{\alpha^2 + (2\pi t)^2}$$",
        # a word before a square bracket
        r"$$Var\left[\frac1N\sum_{i=1}^N X_i\right] = \frac{1}{N^2}\sum_{i=1}^N Var\left[X_i\right]$$",
        # the logarithm of a density
        "$$L(\\theta|x) = \\sum_{i=1}^n\\log\\frac{1}{\\sigma\\sqrt{2\\pi}}"
        "\\exp\\left(-\\frac{(x_i-\\mu)^2}{2\\sigma^2}\\right)$$\n\n"
        "$$= \\sum_{i=1}^n\\left(-\\frac{(x_i-\\mu)^2}{2\\sigma^2} - \\log\\sigma - \\log\\sqrt{2\\pi}\\right)$$\n\n"
        r"$$\frac{\partial L(\theta|x)}{\partial\mu} = -\frac{1}{2\sigma^2}\sum_{i=1}^n"
        r"\frac{\partial}{\partial\mu}(x_i^2-2x_i\mu+\mu^2)$$",
        # what kind of function f is, which is not the one of an example above
        "We plot $y = f(x) = x^2$.\n\nFor any scalar $n$:\n\n$$f(n\\vec w) = nf(\\vec w)$$",
        # an operator that is its own adjoint
        r"A self-adjoint operator is one for which $L^\dagger = L$ holds.",
        # a product of products
        "$$D = \\prod_{i=1}^n l_{i,i}\\prod_{j=1}^n u_{j,j}$$\n\n$$D = \\prod_{i=1}^n l_{i,i}u_{i,i}$$",
        # a permutation of rows, written in numbers
        "$$\\begin{bmatrix} 1 & 0 & 0 \\\\ 0 & 0 & 1 \\\\ 0 & 1 & 0 \\end{bmatrix}"
        "\\begin{bmatrix} a_{11} & a_{12} \\\\ a_{21} & a_{22} \\\\ a_{31} & a_{32} \\end{bmatrix}"
        "= \\begin{bmatrix} a_{11} & a_{12} \\\\ a_{31} & a_{32} \\\\ a_{21} & a_{22} \\end{bmatrix}$$",
        # a letter that is called by the variable
        "The direction with $x=0$ at rest.\n\n$$\\begin{aligned}\\frac{d^2 x(t)}{dt^2} &= -\\frac kmx(t) + g \\\\\n"
        "&= -\\frac km(x(t) - x_0) && \\text{rename } x_0 := \\frac{mg}{k} \\\\\n"
        "&= -\\frac kmy(t) && \\text{define } y(t) := x(t) - x_0\\end{aligned}$$",
        # a constraint in a display
        "With these constraints:\n\n$$\\begin{split} a &= 1 \\\\ \\implies W W^T & = I\\end{split}$$\n\n"
        "$$\\begin{split} Z &= XW^T(WW^T)^{-1} \\\\ &= XW^T\\end{split}$$",
    ],
)
def test_none_of_these_is_a_slip(page: str) -> None:
    assert [v.message for v in verify_text(page + "\n") if v.status == "fails"] == []
