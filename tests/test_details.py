"""How much is said: brief, normal, full, the laws explained; the trace way; laws that are those really used."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from texgrad import derive
from texgrad.notation import Style
from texgrad.operators import TABLE
from texgrad.solution_words import SOURCES
from texgrad.tidy import IDENTITIES
from texgrad.writer.laws import beside

NORM = r"\nabla_X \frac12\|XA^T\|_F^2"
LOGDET = r"\nabla_X \left(\log\det(X^TAX)+\|W\circ X\|^2\right)"


def rows(request: str, detail: str = "normal", explain: bool = False, **more: Any) -> list[str]:
    text = derive(request, **more).latex(detail=detail, explain=explain)
    return [row.removesuffix(r" \\") for row in text.splitlines()[1:-1]]


def test_brief_is_the_question_the_differential_and_the_answer() -> None:
    let, question, differential, answer = rows(NORM, "brief")
    assert let == r"\text{Let } M &= XA^T" and question.startswith(r"f &= \frac12\|M\|_F^2")
    assert differential == "df &= XA^TA:dX" and answer == r"\nabla_X f &= XA^TA"


@pytest.mark.parametrize(
    "request_",
    [NORM, LOGDET, r"\nabla^2_x\log\sum_i\exp(x_i)", r"\frac{\partial}{\partial x}\frac{Ax}{x^Tx}",
     r"\frac{\partial}{\partial X}AXB", r"\nabla_w\|Aw-b\|", r"\nabla_w\sum_{i=1}^n\log(1+\exp(-y_ix_i^\top w))"],
)  # fmt: skip
def test_a_row_of_a_brief_derivation_stands_in_the_normal_one(request_: str) -> None:
    brief, normal = rows(request_, "brief"), rows(request_)
    assert len(brief) <= len(normal)
    rights = {row.split("&", 1)[1].split(r"\qquad")[0].strip() for row in normal}
    assert all(row.split("&", 1)[1].split(r"\qquad")[0].strip() in {*rights, ""} for row in brief)
    assert not any(row.startswith("&=") and before.startswith("f ") for before, row in pairwise(brief))


def test_brief_explains_what_it_speaks_of() -> None:
    network = derive(r"\frac12\|W_2\tanh(W_1x+b)-y\|_2^2", ["W_1", "b"], declare={"x": "p", "y": "m"})
    assert r"\text{with } \delta = W_2^\top e\odot(1-h\odot h)" in network.latex(detail="brief")
    logistic = r"\nabla_w\sum_{i=1}^n\log(1+\exp(-y_ix_i^\top w))"
    assert "".join(rows(logistic, "brief")).count(r"\text{with } \sigma(t)=\frac{1}{1+") == 1


def test_full_names_every_law_one_a_row() -> None:
    text = rows(LOGDET, "full")
    at = next(k for k, row in enumerate(text) if row.startswith("df &="))
    assert r"\text{differential of the log-determinant}" in "".join(text[at : at + 2])
    laws = [row for row in text if row.count(r"\text{product rule") == 1]
    assert any("entry by entry" in row for row in laws) and not any(r"\text{; }" in row for row in text)
    assert "Cookbook" not in "".join(text)


def test_explain_names_the_source() -> None:
    text = "".join(rows(LOGDET, explain=True))
    for law, source in (("product rule", "37"), ("product rule, entry by entry", "38"), ("log-determinant", "43")):
        assert rf"{law}}}\text{{ [Matrix Cookbook ({source})]}}" in text
    assert "[Matrix Cookbook (520)]" in "".join(rows(r"\frac{\partial}{\partial X}AXB", explain=True))


def test_a_law_has_one_source() -> None:
    sources: dict[str, set[str]] = {}
    for op in TABLE:
        sources.setdefault(op.law, set()).add(op.source)
    assert not {law: found for law, found in sources.items() if len(found - {""}) > 1}
    assert all(SOURCES[law] in found for law, found in sources.items() if found - {""})


@pytest.mark.parametrize(
    ("request_", "laws"),
    [
        (r"\nabla_w\sum_{i=1}^n\log(1+\exp(-y_ix_i^\top w))",
         [(), ("derivative of the logarithm", r"derivative of \exp"), ("definition of the logistic function",),
          ("product rule",), ()]),
        (r"\nabla_x\|Ax-b\|", [(), ("definition of the norm",), ("product rule",)]),
        (r"\frac{\partial}{\partial x}\frac{Ax}{x^Tx}", [("product rule",), ("power rule", "product rule"),
                                                         ("like terms collected",), ()]),
        (r"\frac{\partial}{\partial x}\tanh(Ax)", [(), (r"derivative of \tanh",)]),
    ],
)  # fmt: skip
def test_the_laws_of_a_line_are_those_used(request_: str, laws: list[tuple[str, ...]]) -> None:
    found = [line.rules for line in derive(request_).lines]
    assert found[: len(laws)] == laws


def test_the_trace_way_has_traces_for_frobenius_products() -> None:
    text = rows(NORM, style="trace")
    assert text[1:] == [
        r"f &= \frac12\|M\|_F^2 = \frac12\operatorname{tr}(M^TM)",
        r"df &= \operatorname{tr}(M^TdM)",
        r"&= \operatorname{tr}(M^TdX\,A^T)",
        r"&= \operatorname{tr}(A^TM^TdX)",
        r"&= \operatorname{tr}(A^TAX^TdX)",
        r"\nabla_X f &= XA^TA",
    ]
    assert "tr}(CD) = " in "".join(rows(NORM, "full", style="trace"))  # A is a matrix of the author
    assert rows(r"\nabla_x\|Ax-b\|^2", style="trace")[-2] == r"&= 2e^\top A\,dx"
    for request in (NORM, LOGDET, r"\nabla_X\operatorname{tr}(AXBX^TC)"):
        assert not any(":" in row for row in rows(request, style="trace"))


@pytest.mark.parametrize("law", sorted({op.law for op in TABLE} | {i.name for i in IDENTITIES} | set(SOURCES)))
def test_every_law_is_latex(law: str) -> None:
    assert beside(((law, ""),), Style()).isascii()


def test_the_law_of_a_scalar_factor_is_named_too() -> None:
    second = derive(r"\nabla^2_w\sum_i\log(1+\exp(-y_ix_i^\top w))")
    assert second.lines[1].rules == ("product rule", "derivative of the sigmoid function")


def test_laws_speak_in_letters_that_mean_nothing_else_and_in_the_sign_of_the_products() -> None:
    text = "".join(rows(r"\frac{\partial}{\partial X}\operatorname{tr}(AXBX^TC)", explain=True))
    assert "P:Q^T = P^T :Q" in text and "A:B^T" not in text
    text = "".join(rows(r"\frac{\partial}{\partial X}\operatorname{tr}(X^TX)", explain=True, style="perturbation"))
    assert r"\langle A, B\rangle = \operatorname{tr}(A^T B)" in text and r"\|" not in text
    kronecker = "".join(rows(r"\frac{\partial}{\partial X}\operatorname{tr}((X\otimes A)B)"))
    assert r"\operatorname{tr}_2(C\otimes D)=\operatorname{tr}(D)C" in kronecker and r"{tr}_1" not in kronecker


def test_the_law_of_a_structured_derivative_is_said_in_words() -> None:
    text = rows(r"\operatorname{tr}(AX)", explain=True, wrt="X", assume={"X": ["symmetric"]},
                convention="symmetric-structured")  # fmt: skip
    assert r"\text{derivative by a symmetric matrix}\text{ [Matrix Cookbook (138)]}" in "".join(text)
